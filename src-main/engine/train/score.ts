/** Confusion of a classifier: `table[reference][predicted]` in beats. */
export type Confusion = readonly (readonly number[])[];

export interface ClassScore {
  /** Beats of the class in the reference. */
  readonly beats: number;
  /** Share of them that was found (Se); NaN where there are none. */
  readonly sensitivity: number;
  /** Share of what was called so that is (+P); NaN where nothing was. */
  readonly positivePredictivity: number;
  /** Harmonic mean of both; NaN where the class is neither there nor called. */
  readonly f1: number;
}
export interface Score {
  readonly accuracy: number;
  /** Mean F1 over the classes that are there or were called. */
  readonly macroF1: number;
  readonly classes: readonly ClassScore[];
}

/** @param probabilities  (beat, class) row-major; the largest is the call. */
export function confusionOf(labels: Uint8Array, probabilities: Float32Array, classes: number): Confusion {
  const table = Array.from({ length: classes }, () => Array<number>(classes).fill(0));
  labels.forEach((label, beat) => {
    let called = 0;
    for (let c = 1; c < classes; c++)
      if (probabilities[beat * classes + c] > probabilities[beat * classes + called]) called = c;
    table[label][called]++;
  });
  return table;
}

export function scoreOf(confusion: Confusion): Score {
  const total = confusion.flat().reduce((sum, beats) => sum + beats, 0);
  const classes = confusion.map((row, c): ClassScore => {
    const beats = row.reduce((sum, count) => sum + count, 0);
    const called = confusion.reduce((sum, other) => sum + other[c], 0);
    return {
      beats,
      sensitivity: row[c] / beats,
      positivePredictivity: row[c] / called,
      f1: (2 * row[c]) / (beats + called),
    };
  });
  const scored = classes.filter(({ f1 }) => !Number.isNaN(f1));
  return {
    accuracy: confusion.reduce((sum, row, c) => sum + row[c], 0) / total,
    macroF1: scored.reduce((sum, { f1 }) => sum + f1, 0) / scored.length,
    classes,
  };
}

/** Mean of -ln of the probability given to the reference class; a probability of 0 counts as 1e-7. */
export function crossEntropyOf(labels: Uint8Array, probabilities: Float32Array, classes: number): number {
  return (
    labels.reduce((sum, label, beat) => sum - Math.log(Math.max(1e-7, probabilities[beat * classes + label])), 0) /
    labels.length
  );
}
