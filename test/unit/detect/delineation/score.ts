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
  readonly sdMs: number;
}

export function summaryOf(scores: readonly BoundaryScore[]): Record<Boundary, BoundarySummary> {
  const summary = boundaries.map((boundary) => {
    const wave = boundary.split(' ')[0] as MarkedWave['wave'];
    const errors = scores.flatMap(({ errorsMs }) => errorsMs[boundary]);
    const found = scores.reduce((sum, { errorsMs }) => sum + errorsMs[`${wave} peak`].length, 0);
    const missed = scores.reduce((sum, one) => sum + one.missed[wave], 0);
    const extra = scores.reduce((sum, one) => sum + one.extra[wave], 0);
    const meanMs = errors.reduce((sum, ms) => sum + ms, 0) / errors.length;
    const sdMs = Math.sqrt(errors.reduce((sum, ms) => sum + (ms - meanMs) ** 2, 0) / errors.length);
    const sePercent = (100 * found) / (found + missed);
    const ppvPercent = (100 * found) / (found + extra);
    return [boundary, { marks: errors.length, sePercent, ppvPercent, meanMs, sdMs }] as const;
  });
  return Object.fromEntries(summary) as Record<Boundary, BoundarySummary>;
}
