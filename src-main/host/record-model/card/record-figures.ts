import { beatClasses, mostProbable } from '../../../domain/beat-class.ts';
import { seededRandom } from '../../../domain/random.ts';
import { bootstrapOverRecords, type Interval } from '../../../evaluate/bootstrap.ts';
import { confusionFigures, countConfusions, sumConfusions, type ConfusionMatrix } from '../../../evaluate/confusion.ts';
import { taughtClasses } from '../../../engine/network/record-branches.ts';

/** A record with what the reference and what the model say of its beats. */
export interface ScoredRecord {
  readonly name: string;
  /** Index into `beatClasses`; beats of class Q are left out of every figure. */
  readonly labels: Uint8Array;
  /** (beat, class) row-major. */
  readonly probabilities: Float32Array;
}

type FigureName = 'accuracy' | 'macroF1' | 'S' | 'V' | 'F';
/** Accuracy, macro-F1 over N, S, V, F, and the F1 of three classes; undefined where the class does not occur. */
export type Figures = Readonly<Record<FigureName, number | undefined>> & { readonly beats: number };

/** Literature class map throughout: N = N L R e j, S = A a J S, V = V E, F = F. */
export interface RecordFigures {
  readonly pooled: Figures;
  /** Row-major (reference, test) over N, S, V, F, Q of all records. */
  readonly counts: readonly number[];
  readonly perRecord: readonly {
    readonly name: string;
    readonly figures: Figures;
    readonly counts: readonly number[];
  }[];
  /** 95 % of resampled sets of records. */
  readonly intervals: Readonly<Record<FigureName, Interval>>;
  /** Mean distance between confidence and accuracy over fifteen equal ranges of confidence (ECE). */
  readonly calibrationError: number;
}

export function recordFigures(records: readonly ScoredRecord[]): RecordFigures {
  const matrices = records.map(({ labels, probabilities }) => matrixOf(labels, probabilities));
  return {
    pooled: figuresOf(matrices),
    counts: [...sumConfusions(matrices, 'literature').counts],
    perRecord: matrices.map((matrix, i) => ({
      name: records[i].name,
      figures: figuresOf([matrix]),
      counts: [...matrix.counts],
    })),
    intervals: bootstrapOverRecords<ConfusionMatrix, FigureName>(
      matrices,
      (drawn) => {
        const { beats: _, ...figures } = figuresOf(drawn);
        return figures;
      },
      seededRandom(1),
    ),
    calibrationError: calibrationError(records),
  };
}

/** Figures of all records but some. */
export const figuresWithout = (records: readonly ScoredRecord[], left: readonly string[]): Figures =>
  figuresOf(
    records
      .filter(({ name }) => !left.includes(name))
      .map(({ labels, probabilities }) => matrixOf(labels, probabilities)),
  );

/**
 * The temperature that makes the probabilities of beats the model has not learned from most likely: the one by which
 * ln p, given at a temperature, must be divided instead.
 */
export function fitTemperature(records: readonly ScoredRecord[], givenAt: number): number {
  const candidates = Array.from({ length: 61 }, (_, i) => 1 + i / 20);
  const losses = candidates.map((temperature) => {
    let loss = 0;
    for (const { labels, probabilities } of records)
      for (const [beat, label] of labels.entries()) {
        if (label >= taughtClasses) continue;
        const row = probabilities.subarray(beat * beatClasses.length, beat * beatClasses.length + taughtClasses);
        const powers = row.map((p) => Math.max(p, 1e-12) ** (givenAt / temperature));
        loss -= Math.log(powers[label] / powers.reduce((sum, power) => sum + power, 0));
      }
    return loss;
  });
  return candidates[losses.indexOf(Math.min(...losses))];
}

function matrixOf(labels: Uint8Array, probabilities: Float32Array): ConfusionMatrix {
  const counted = [...labels.keys()].filter((beat) => labels[beat] < taughtClasses);
  return countConfusions(
    counted.map((beat) => labels[beat]),
    counted.map((beat) => mostProbable(probabilities, beat * beatClasses.length)),
    'literature',
  );
}

function figuresOf(matrices: readonly ConfusionMatrix[]): Figures {
  const { beats, accuracy, macroF1, classes } = confusionFigures(sumConfusions(matrices, 'literature'));
  return { beats, accuracy, macroF1, S: classes.S.F1, V: classes.V.F1, F: classes.F.F1 };
}

function calibrationError(records: readonly ScoredRecord[]): number {
  const ranges = Array.from({ length: 15 }, () => ({ beats: 0, confidence: 0, right: 0 }));
  let beats = 0;
  for (const { labels, probabilities } of records)
    for (const [beat, label] of labels.entries()) {
      if (label >= taughtClasses) continue;
      const called = mostProbable(probabilities, beat * beatClasses.length);
      const confidence = probabilities[beat * beatClasses.length + called];
      const range = ranges[Math.min(ranges.length - 1, Math.floor(confidence * ranges.length))];
      range.beats++;
      range.confidence += confidence;
      if (called === label) range.right++;
      beats++;
    }
  return ranges.reduce((sum, { confidence, right }) => sum + Math.abs(confidence - right), 0) / beats;
}
