import type { BeatWaves } from '../../../../src-main/domain/waves.ts';
import type { LudbLead, MarkedWave } from '../ludb-records.ts';

export const boundaries = [
  'P onset',
  'P peak',
  'P offset',
  'QRS onset',
  'QRS peak',
  'QRS offset',
  'T onset',
  'T peak',
  'T offset',
] as const;
export type Boundary = (typeof boundaries)[number];

/** Errors of each boundary in ms (found less marked), and waves that only one side has. */
export interface BoundaryScore {
  readonly errorsMs: Readonly<Record<Boundary, number[]>>;
  readonly missed: Readonly<Record<MarkedWave['wave'], number>>;
  readonly extra: Readonly<Record<MarkedWave['wave'], number>>;
}

const matchS = 0.15;

/** One lead's waves against its manual ones; the strip's ends, where annotators marked nothing, are left out. */
export function scoreLead({ waves: marked, samplingHz }: LudbLead, found: readonly BeatWaves[]): BoundaryScore {
  const errorsMs = Object.fromEntries(boundaries.map((one) => [one, [] as number[]])) as Record<Boundary, number[]>;
  const missed = { P: 0, QRS: 0, T: 0 };
  const extra = { P: 0, QRS: 0, T: 0 };
  const reach = matchS * samplingHz;
  const fromSample = Math.min(...marked.map(({ peak }) => peak)) - 0.05 * samplingHz;
  const toSample = Math.max(...marked.map(({ peak }) => peak)) + 0.05 * samplingHz;
  const kinds = [
    ['P', 'p'],
    ['QRS', 'qrs'],
    ['T', 't'],
  ] as const;
  for (const [wave, key] of kinds) {
    const ours = found.map((beat) => beat[key]).filter((one) => one !== undefined);
    const taken = new Set<number>();
    for (const mark of marked) {
      if (mark.wave !== wave) continue;
      let best = -1;
      ours.forEach((one, i) => {
        const isNearer = best < 0 || Math.abs(one.peak - mark.peak) < Math.abs(ours[best].peak - mark.peak);
        if (!taken.has(i) && Math.abs(one.peak - mark.peak) <= reach && isNearer) best = i;
      });
      if (best < 0) {
        missed[wave]++;
        continue;
      }
      taken.add(best);
      const ms = (at: number, reference: number) => (1000 * (at - reference)) / samplingHz;
      if (mark.onset !== undefined) errorsMs[`${wave} onset`].push(ms(ours[best].onset, mark.onset));
      errorsMs[`${wave} peak`].push(ms(ours[best].peak, mark.peak));
      if (mark.offset !== undefined) errorsMs[`${wave} offset`].push(ms(ours[best].offset, mark.offset));
    }
    extra[wave] += ours.filter((one, i) => !taken.has(i) && one.peak >= fromSample && one.peak <= toSample).length;
  }
  return { errorsMs, missed, extra };
}

export interface BoundarySummary {
  readonly marks: number;
  readonly sePercent: number;
  readonly ppvPercent: number;
  readonly meanMs: number;
  /** Of all errors together. */
  readonly sdMs: number;
  /** Mean over leads of the SD within one lead of one recording: what published figures of one lead a recording give. */
  readonly sdWithinMs: number;
}

/** @param scores  one for each lead of each recording. */
export function summaryOf(scores: readonly BoundaryScore[]): Record<Boundary, BoundarySummary> {
  const summary = boundaries.map((boundary) => {
    const wave = boundary.split(' ')[0] as MarkedWave['wave'];
    const ofLeads = scores.map(({ errorsMs }) => errorsMs[boundary]).filter((errors) => errors.length > 0);
    const errors = ofLeads.flat();
    const found = scores.reduce((sum, { errorsMs }) => sum + errorsMs[`${wave} peak`].length, 0);
    const missed = scores.reduce((sum, one) => sum + one.missed[wave], 0);
    const extra = scores.reduce((sum, one) => sum + one.extra[wave], 0);
    const sePercent = (100 * found) / (found + missed);
    const ppvPercent = (100 * found) / (found + extra);
    const sdWithinMs = meanOf(ofLeads.map(deviationOf));
    const of = { meanMs: meanOf(errors), sdMs: deviationOf(errors), sdWithinMs };
    return [boundary, { marks: errors.length, sePercent, ppvPercent, ...of }] as const;
  });
  return Object.fromEntries(summary) as Record<Boundary, BoundarySummary>;
}

/** How far annotators' marks of one boundary lie from its middle mark of all leads of the beat: SD in ms. */
export function spreadOverLeads(recordings: readonly (readonly LudbLead[])[], boundary: Boundary): number {
  const [kind, end] = boundary.split(' ') as [MarkedWave['wave'], 'onset' | 'peak' | 'offset'];
  const away = recordings.flatMap((leads) => {
    const { samplingHz } = leads[0];
    const beats: MarkedWave[][] = [];
    for (const wave of leads.flatMap(({ waves }) => waves.filter((one) => one.wave === kind))) {
      const beat = beats.find(([first]) => Math.abs(first.peak - wave.peak) <= matchS * samplingHz);
      if (beat) beat.push(wave);
      else beats.push([wave]);
    }
    return beats.flatMap((beat) => {
      const marks = beat.flatMap((wave) => wave[end] ?? []).sort((a, b) => a - b);
      return marks.map((at) => ((at - marks[marks.length >> 1]) / samplingHz) * 1000);
    });
  });
  return deviationOf(away);
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
