import type { Comparison, EvaluationView } from '../../../src-main/contract/training.ts';
import { type BeatClass, beatClasses } from '../../../src-main/domain/beat-class.ts';
import { changeOf, pointsOf } from '../../text/numbers.ts';

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

export interface ClassRow {
  readonly beatClass: BeatClass;
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

export const classRows = ({ before, after }: Comparison): ClassRow[] =>
  order.map((beatClass) => {
    const [old, now] = [before.classes[beatClass], after.classes[beatClass]];
    return {
      beatClass,
      Se: figureChange(old.Se, now.Se),
      PPV: figureChange(old.PPV, now.PPV),
      F1: figureChange(old.F1, now.F1),
    };
  });
