import type { EvaluationView, FigureDifference, GatePart } from '../../../../src-main/contract/training.ts';
import { type BeatClass, beatClasses } from '../../../../src-main/domain/beat-class.ts';
import { changeOf, missing, pointsOf } from '../../../text/numbers.ts';

export const referenceNames: readonly string[] = beatClasses;
export const testNames: readonly string[] = beatClasses.map((beatClass) => beatClass.toLowerCase());

/** Beats in (reference class, test class), both in the order of `beatClasses`. */
export const confusionRows = ({ confusion }: EvaluationView): number[][] =>
  referenceNames.map((row) => testNames.map((column) => confusion[`${row}${column}`] ?? 0));

/** A figure before and after, as it is printed. */
export interface FigureChange {
  readonly before: string;
  readonly after: string;
  readonly change: string;
}

/** A model before and after on the same beats. */
export type BeforeAndAfter = Pick<GatePart, 'before' | 'after' | 'reference'> & Partial<Pick<GatePart, 'differences'>>;

export interface ClassRow {
  readonly beatClass: BeatClass;
  /** Of the change of F1, over resampled records. */
  readonly interval: string;
  readonly Se: FigureChange;
  readonly PPV: FigureChange;
  readonly F1: FigureChange;
}

/** Ventricular beats first: the ones a reader can least afford to lose. */
const order: readonly BeatClass[] = ['V', 'S', 'F', 'N', 'Q'];

export const figureChange = (before: number | null, after: number | null): FigureChange => ({
  before: pointsOf(before),
  after: pointsOf(after),
  change: changeOf(before, after),
});

/** `−1.20 to +0.40` in points; a dash where there are too few records. */
export const intervalWords = ({ low, high }: Pick<FigureDifference, 'low' | 'high'>): string =>
  low === null || high === null ? missing : `${changeOf(0, low)} to ${changeOf(0, high)}`;

/** Whether the interval leaves 0 out. */
export const isClear = ({ low, high }: Pick<FigureDifference, 'low' | 'high'>): boolean =>
  low !== null && high !== null && (low > 0 || high < 0);

export const classRows = ({ before, after, differences = [] }: BeforeAndAfter): ClassRow[] =>
  order.map((beatClass) => {
    const difference = differences.find(({ name }) => name === beatClass);
    const [old, now] = [before.classes[beatClass], after.classes[beatClass]];
    return {
      beatClass,
      interval: difference ? intervalWords(difference) : missing,
      Se: figureChange(old.Se, now.Se),
      PPV: figureChange(old.PPV, now.PPV),
      F1: figureChange(old.F1, now.F1),
    };
  });
