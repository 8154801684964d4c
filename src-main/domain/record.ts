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
