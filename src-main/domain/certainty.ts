/** Beats of which something was said with a probability in one of fifteen equally wide ranges of [0, 1]. */
export interface ReliabilityBin {
  readonly beats: number;
  /** Mean probability that it was said with; null without beats. */
  readonly said: number | null;
  /** Share of the beats of which it was true; null without beats. */
  readonly was: number | null;
}

/** How far what is said is from what is so. */
export interface Reliability {
  /** Expected calibration error: mean of |said - was| over the ranges, weighted by their beats. */
  readonly ece: number;
  /** By rising probability. */
  readonly bins: readonly ReliabilityBin[];
}

/** Reliability of the most probable class (`top`: was it right?) and of each class against the rest. */
export type CalibrationName = 'top' | 'N' | 'S' | 'V' | 'F';
export const calibrationNames: readonly CalibrationName[] = ['top', 'N', 'S', 'V', 'F'];
export type Calibration = Readonly<Record<CalibrationName, Reliability>>;

/** What is left wrong once a share of the beats, the most doubtful first, was handed to a human. */
export interface DeferralPoint {
  /** Share of the beats handed over, in [0, 1). */
  readonly share: number;
  /** Share of wrong beats among those that were kept. */
  readonly error: number;
  /** Share of all wrong beats that was handed over. */
  readonly found: number;
}

/** How sure a model is, and of what, on one set of recordings. */
export interface SetCertainty {
  /** Such as `DS2, other patients`. */
  readonly title: string;
  readonly beats: number;
  /** As the networks say it, at temperature 1. */
  readonly before: Calibration;
  /** As the program shows it. */
  readonly after: Calibration;
  /** By rising share. */
  readonly deferral: readonly DeferralPoint[];
  readonly recordings: readonly {
    readonly name: string;
    /** Share of its beats that are called wrong. */
    readonly error: number;
    /** Above 1 it is flagged as unlike those that the model learned from. */
    readonly unlikeness: number;
  }[];
}

/** What was measured of a model's certainty; the first set chose temperature and threshold, the others did not. */
export interface ModelCertainty {
  readonly temperature: number;
  /** Distance of a recording's beats above which it counts as unlike. */
  readonly unlikeAbove: number;
  /** SHA-256 of the file by which the model knows the beats it learned from. */
  readonly familiarityHash: string;
  readonly sets: readonly SetCertainty[];
}

/** A recording of which more than this share is called wrong counts as misread. */
export const misreadAbove = 0.05;
