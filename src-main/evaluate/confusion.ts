import { beatClasses, type BeatClass, type ClassMapName } from '../domain/beat-class.ts';

/**
 * How often a test's class met a reference's class, beat by beat, over the five AAMI classes.
 * `counts`: row-major (reference class, test class), both in the order of `beatClasses`.
 */
export interface ConfusionMatrix {
  readonly map: ClassMapName;
  readonly counts: Float64Array;
}

/** Figures of one class in [0, 1]; undefined where the ratio has no denominator. */
export interface ClassFigures {
  /** Sensitivity: right / beats of this class in the reference. */
  readonly Se: number | undefined;
  /** Positive predictivity, `+P`: right / beats the test called so. */
  readonly PPV: number | undefined;
  /** 2 right / (beats in the reference + beats the test called so): 0 for a class that occurs and is never found. */
  readonly F1: number | undefined;
}

/** Figures of a whole table in [0, 1]. */
export interface ConfusionFigures {
  readonly beats: number;
  /** Right / beats; undefined without beats. */
  readonly accuracy: number | undefined;
  /** Mean F1 of the classes that occur in the reference; the others say nothing and are left out. */
  readonly macroF1: number | undefined;
  readonly classes: Readonly<Record<BeatClass, ClassFigures>>;
}

/** `Nn`, `Ns` …: reference class in upper case, test class in lower case. */
export type ConfusionCell = `${BeatClass}${Lowercase<BeatClass>}`;

type Nullable<Figures> = { [Name in keyof Figures]: Exclude<Figures[Name], undefined> | null };

/** The form that the command line and exports print; an undefined figure is null. */
export interface ConfusionJson extends Omit<Nullable<ConfusionFigures>, 'classes' | 'beats'> {
  readonly map: ClassMapName;
  readonly beats: number;
  readonly classes: Record<BeatClass, Nullable<ClassFigures>>;
  readonly confusion: Record<ConfusionCell, number>;
}

const side = beatClasses.length;

/**
 * Counts a test's classes against the reference's.
 * @param reference, test  indexes into `beatClasses`, one a beat, of the same beats in the same order.
 * @param map              class map that both were made with.
 * @throws {RangeError}    for unequal lengths, or for a beat without a class: leave such beats out on both sides first.
 */
export function countConfusions(
  reference: ArrayLike<number>,
  test: ArrayLike<number>,
  map: ClassMapName,
): ConfusionMatrix {
  if (reference.length !== test.length)
    throw new RangeError(`the reference has ${reference.length} beats, the test has ${test.length}`);
  const counts = new Float64Array(side * side);
  for (let beat = 0; beat < reference.length; beat++) {
    for (const index of [reference[beat], test[beat]])
      if (!(index >= 0 && index < side)) throw new RangeError(`beat ${beat} has class ${index}, expected 0 to 4`);
    counts[reference[beat] * side + test[beat]]++;
  }
  return { map, counts };
}

/**
 * Cell-wise sum, such as of a database's records.
 * @throws {RangeError} for a table of another class map: the sum would mean nothing.
 */
export function sumConfusions(matrices: readonly ConfusionMatrix[], map: ClassMapName): ConfusionMatrix {
  const counts = new Float64Array(side * side);
  for (const matrix of matrices) {
    if (matrix.map !== map) throw new RangeError(`tables of the class maps ${map} and ${matrix.map} cannot be added`);
    matrix.counts.forEach((count, cell) => (counts[cell] += count));
  }
  return { map, counts };
}

/** A ratio, or undefined where there is nothing to divide by. */
const ratio = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

/** Sensitivity, positive predictivity and F1 of each class, accuracy and macro-F1. */
export function confusionFigures({ counts }: ConfusionMatrix): ConfusionFigures {
  const sumOver = (cellOf: (k: number) => number) => beatClasses.reduce((sum, _, k) => sum + counts[cellOf(k)], 0);
  const perClass = beatClasses.map((beatClass, c) => {
    const right = counts[c * side + c];
    const inReference = sumOver((k) => c * side + k);
    const inTest = sumOver((k) => k * side + c);
    const figures: ClassFigures = {
      Se: ratio(right, inReference),
      PPV: ratio(right, inTest),
      F1: ratio(2 * right, inReference + inTest),
    };
    return { beatClass, inReference, figures };
  });
  const beats = counts.reduce((sum, count) => sum + count, 0);
  const occurring = perClass.filter(({ inReference }) => inReference > 0);
  return {
    beats,
    accuracy: ratio(
      sumOver((k) => k * side + k),
      beats,
    ),
    macroF1: ratio(
      occurring.reduce((sum, { figures }) => sum + (figures.F1 ?? 0), 0),
      occurring.length,
    ),
    classes: Object.fromEntries(perClass.map(({ beatClass, figures }) => [beatClass, figures])) as Record<
      BeatClass,
      ClassFigures
    >,
  };
}

/** The table and its figures as plain data for JSON. */
export function confusionJson(matrix: ConfusionMatrix): ConfusionJson {
  const figures = confusionFigures(matrix);
  const classes = Object.fromEntries(
    beatClasses.map((beatClass) => {
      const { Se = null, PPV = null, F1 = null } = figures.classes[beatClass];
      return [beatClass, { Se, PPV, F1 }];
    }),
  ) as ConfusionJson['classes'];
  const confusion = Object.fromEntries(
    beatClasses.flatMap((reference, r) =>
      beatClasses.map((test, t) => [`${reference}${test.toLowerCase()}`, matrix.counts[r * side + t]]),
    ),
  ) as Record<ConfusionCell, number>;
  const { beats, accuracy = null, macroF1 = null } = figures;
  return { map: matrix.map, beats, accuracy, macroF1, classes, confusion };
}
