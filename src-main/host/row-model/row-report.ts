import { beatClasses, mostProbable } from '../../domain/beat-class.ts';
import { seededRandom } from '../../domain/random.ts';
import type { CurvePoint } from '../../engine/train/checkpoint.ts';
import type { HyperParameters, RecipeName } from '../../engine/train/hyper-parameters.ts';
import { bootstrapOverRecords, type Interval } from '../../evaluate/bootstrap.ts';
import { confusionFigures, confusionJson, countConfusions, type ConfusionJson } from '../../evaluate/confusion.ts';

/** Figures of labelled rows; the class map is the literature's, macro-F1 the mean over all five classes. */
export interface RowFigures extends ConfusionJson {
  /** Row-major (reference, called). */
  readonly counts: readonly number[];
  /** Mean distance between confidence and accuracy over fifteen equal ranges of confidence (ECE). */
  readonly calibrationError: number;
}

/** A network that took part. */
export interface MemberReport {
  readonly seed: number;
  /** Null where it went on from a checkpoint, so that nobody timed it whole. */
  readonly trainingSeconds: number | null;
  readonly curves: readonly CurvePoint[];
  /** On held-out training rows. */
  readonly validation: { readonly epoch: number; readonly accuracy: number; readonly macroF1: number } | null;
  readonly test: RowFigures | null;
}

/** All that is told of a trained row model. */
export interface RowReport {
  readonly recipe: RecipeName;
  readonly hyper: HyperParameters;
  readonly command: string;
  readonly executor: string;
  readonly madeOn: string;
  readonly weights: number;
  /** Kinds of rows that the networks tell apart; null where they tell classes, absent before there were any. */
  readonly kinds?: number | null;
  readonly validationShare: number;
  readonly rows: {
    /** How they were divided; null for a folder that does not say, such as the published set itself. */
    readonly split: string | null;
    /** Of that division; null likewise. */
    readonly seed: number | null;
    /** By class, N S V F Q. */
    readonly train: readonly number[];
    readonly test: readonly number[];
  };
  readonly members: readonly MemberReport[];
  /** Of the average; null where the test rows were left unread. */
  readonly test: TestFigures | null;
  /** One network of the same recipe on the same rows split by patient; null where it was not trained. */
  readonly byPatient: RowFigures | null;
}

/** Figures of test rows with the ends that hold 95 % of resampled sets of them. */
export interface TestFigures extends RowFigures {
  readonly intervals: Readonly<Record<IntervalName, Interval>>;
}
type IntervalName = 'accuracy' | 'macroF1' | 'S' | 'F';

/** What the authors of the published recipe report on the published test rows; precision and recall are not known here. */
export const publishedFigures = {
  accuracy: 0.93,
  macroF1: 0.71,
  F1: { N: 0.96, S: 0.38, V: 0.83, F: 0.4, Q: 0.96 },
} as const;

/** @param probabilities  (row, class) row-major. */
export function rowFigures(labels: Uint8Array, probabilities: Float32Array): RowFigures {
  const called = calls(labels.length, probabilities);
  const matrix = countConfusions(labels, called, 'literature');
  return {
    ...confusionJson(matrix),
    counts: [...matrix.counts],
    calibrationError: calibrationError(labels, called, probabilities),
  };
}

/** 95 % of resampled sets of test rows. Rows of one patient resemble each other: over patients they would be wider. */
export function rowIntervals(labels: Uint8Array, probabilities: Float32Array): Record<IntervalName, Interval> {
  const called = calls(labels.length, probabilities);
  const cells = Array.from(labels, (label, row) => label * beatClasses.length + called[row]);
  return bootstrapOverRecords<number, IntervalName>(
    cells,
    (drawn) => {
      const counts = new Float64Array(beatClasses.length ** 2);
      for (const cell of drawn) counts[cell]++;
      const { accuracy, macroF1, classes } = confusionFigures({ map: 'literature', counts });
      return { accuracy, macroF1, S: classes.S.F1, F: classes.F.F1 };
    },
    seededRandom(1),
    { draws: 400 }, // the ends hold to about .002
  );
}

const calls = (rows: number, probabilities: Float32Array): Uint8Array =>
  Uint8Array.from({ length: rows }, (_, row) => mostProbable(probabilities, row * beatClasses.length));

function calibrationError(labels: Uint8Array, called: Uint8Array, probabilities: Float32Array): number {
  const ranges = Array.from({ length: 15 }, () => ({ confidence: 0, right: 0 }));
  for (const [row, label] of labels.entries()) {
    const confidence = probabilities[row * beatClasses.length + called[row]];
    const range = ranges[Math.min(ranges.length - 1, Math.floor(confidence * ranges.length))];
    range.confidence += confidence;
    range.right += Number(called[row] === label);
  }
  return ranges.reduce((sum, { confidence, right }) => sum + Math.abs(confidence - right), 0) / labels.length;
}
