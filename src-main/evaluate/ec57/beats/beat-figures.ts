import { total, type BeatCounts } from './beat-counts.ts';
import { ratioOf, type Ratio } from '../ratio.ts';

/** The figures that EC57 asks of a beat-by-beat comparison. */
export interface BeatFigures {
  readonly qrsSe: Ratio;
  readonly qrsPpv: Ratio;
  readonly vebSe: Ratio;
  readonly vebPpv: Ratio;
  /** VEB false positive rate: beats wrongly called VEB of all beats that are none. */
  readonly vebFpr: Ratio;
  readonly svebSe: Ratio;
  readonly svebPpv: Ratio;
  /** Beats missed in shutdown: of all beats, and of classes N, S, V and F. */
  readonly missed: Ratio;
  readonly missedN: Ratio;
  readonly missedS: Ratio;
  readonly missedV: Ratio;
  readonly missedF: Ratio;
}
export type BeatFigureName = keyof BeatFigures;

/**
 * Figures of one record as bxb defines them. Fusion and unclassifiable beats called V, and unclassifiable beats
 * called S, are no false positives; class S is left out of the beats missed in shutdown but not of all beats.
 */
export function beatFigures(counts: BeatCounts): BeatFigures {
  const found = total(counts, 'NSVFQ', 'nsvfq');
  const vebFalse = total(counts, 'NSOX', 'v');
  const missedOf = (row: string) => ({ part: total(counts, row, 'x'), whole: total(counts, row, 'nsvfqox') });
  return {
    qrsSe: ratioOf(found, total(counts, 'NSVFQ', 'ox')),
    qrsPpv: ratioOf(found, total(counts, 'OX', 'nsvfq')),
    vebSe: ratioOf(counts.Vv, total(counts, 'V', 'nsfqox')),
    vebPpv: ratioOf(counts.Vv, vebFalse),
    vebFpr: ratioOf(vebFalse, total(counts, 'NSFQOX', 'nsfq')),
    svebSe: ratioOf(counts.Ss, total(counts, 'S', 'nvfqox')),
    svebPpv: ratioOf(counts.Ss, total(counts, 'NVFOX', 's')),
    missed: { part: total(counts, 'NVFQ', 'x'), whole: total(counts, 'NSVFQ', 'nsvfqox') },
    missedN: missedOf('N'),
    missedS: missedOf('S'),
    missedV: missedOf('V'),
    missedF: missedOf('F'),
  };
}

/**
 * Figures of one record as sumstats takes them for its aggregates: it works from bxb's line format, whose column Fs
 * holds Qs too, and so leaves both out of S +P.
 */
export const beatFiguresOfLine = (counts: BeatCounts): BeatFigures => ({
  ...beatFigures(counts),
  svebPpv: ratioOf(counts.Ss, total(counts, 'NVOX', 's')),
});
