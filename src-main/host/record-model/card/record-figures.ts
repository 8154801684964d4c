import { beatClasses, mostProbable } from '../../../domain/beat-class.ts';
import { seededRandom } from '../../../domain/random.ts';
import { bootstrapOverRecords, type Interval } from '../../../evaluate/bootstrap.ts';
import { confusionFigures, countConfusions, sumConfusions, type ConfusionMatrix } from '../../../evaluate/confusion.ts';
import type { JudgedBeats } from '../../../evaluate/calibration.ts';
import { taughtClasses } from '../../../engine/network/record-branches.ts';

/** A record with what the reference and what the model say of its beats. */
export interface ScoredRecord extends JudgedBeats {
  readonly name: string;
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
  };
}

/** Figures of all records but some. */
export const figuresWithout = (records: readonly ScoredRecord[], left: readonly string[]): Figures =>
  figuresOf(
    records
      .filter(({ name }) => !left.includes(name))
      .map(({ labels, probabilities }) => matrixOf(labels, probabilities)),
  );

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
