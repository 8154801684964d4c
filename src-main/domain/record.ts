/** A record's number in its workspace. */
export type RecordId = number & { readonly __brand: 'RecordId' };
/** A beat's number in its workspace; it survives moves and relabels. */
export type BeatId = number & { readonly __brand: 'BeatId' };

/** What is known of one lead's numbers. */
export interface Lead {
  /** As the source names it: `MLII`, `V5`. */
  readonly name: string;
  /** Physical unit, `mV` for an ECG. */
  readonly unit: string;
  /** Digital steps per unit; physical = (digital - baseline) / gain. */
  readonly gain: number;
  readonly baseline: number;
  /** False where the source gives no gain: then nothing may be said in mV. */
  readonly isCalibrated: boolean;
}

/** Names that monitors give to what is no electrocardiogram: pressures, plethysmogram, respiration, contractions. */
const otherSignals = /^(abp|art|bp|co2|cvp|icp|nbp|p[123]|pap|pleth|ppg|resp|spo2|st[ -]|uc)\b|pressure|respiration/i;
const voltages = ['V', 'mV', 'uV', 'µV', 'μV', 'nV'];

/** Whether a lead may be an electrocardiogram, as far as its name and unit tell. */
export const isEcgLead = ({ name, unit, isCalibrated }: Lead): boolean =>
  !otherSignals.test(name.trim()) && (!isCalibrated || voltages.includes(unit));

/** Indices of the leads that may be an electrocardiogram. */
export const ecgLeadsOf = (leads: readonly Lead[]): number[] =>
  leads.flatMap((lead, i) => (isEcgLead(lead) ? [i] : []));

/** One recording on one clock. */
export interface RecordHeader {
  readonly name: string;
  readonly samplingHz: number;
  readonly lengthSamples: number;
  readonly leads: readonly Lead[];
  /** Lines the source keeps for people (age, sex, medication); may hold patient data. */
  readonly notes: readonly string[];
}

/** The digital value of an invalid or missing sample, everywhere in memory: a gap, never a zero. */
export const gapSample = -2147483648;

/** Digital samples of a stretch as physical units, gaps as NaN. */
export function physicalOf(digital: Int32Array, lead: Pick<Lead, 'gain' | 'baseline'>): Float32Array {
  const physical = new Float32Array(digital.length);
  const perStep = 1 / lead.gain;
  for (let i = 0; i < digital.length; i++)
    physical[i] = digital[i] === gapSample ? NaN : (digital[i] - lead.baseline) * perStep;
  return physical;
}
