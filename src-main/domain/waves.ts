/** One wave of a beat in one lead; samples of the recording. */
export interface Wave {
  readonly onset: number;
  readonly peak: number;
  readonly offset: number;
}

/** Waves of one beat in one lead; undefined where none was found. */
export interface BeatWaves {
  readonly p: Wave | undefined;
  readonly qrs: Wave | undefined;
  readonly t: Wave | undefined;
}

/** Intervals of one beat in one lead, ms; NaN where a boundary was not found. */
export interface Intervals {
  readonly prMs: number;
  readonly qrsMs: number;
  readonly qtMs: number;
  /** By Fridericia's formula, from the RR interval before the beat. */
  readonly qtcMs: number;
}

/**
 * PR, QRS, QT and QTc of one beat.
 * @param rrMs  RR interval before the beat, NaN where it is not known. QTc = QT / (RR in s)^(1/3) (Fridericia 1920).
 */
export function intervalsOf({ p, qrs, t }: BeatWaves, rrMs: number, samplingHz: number): Intervals {
  const ms = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? NaN : ((to - from) / samplingHz) * 1000;
  const qtMs = ms(qrs?.onset, t?.offset);
  return {
    prMs: ms(p?.onset, qrs?.onset),
    qrsMs: ms(qrs?.onset, qrs?.offset),
    qtMs,
    qtcMs: qtMs / Math.cbrt(rrMs / 1000),
  };
}
