/** Rate at which the record model looks at a signal. */
export const modelHz = 120;
/** The window of a beat: 0.45 s before the R peak to 0.65 s after it; it holds the beat's own P and T wave. */
export const windowBefore = 54;
export const windowAfter = 78;
export const windowSamples = windowBefore + windowAfter;
/** Channels of a window: both leads, and both minus the patient's own running template. */
export const windowChannels = 4;

/**
 * Names of the features of a beat, in the order of their columns. `0` and `1` are the first and the second lead,
 * `c` a correlation and `r` a logarithm of the root mean square of the difference with the patient's own template,
 * `z` how far a value lies from the recording's reference beats. Regions: P wave, QRS, QRS with ST (QW), T wave, whole.
 */
export const featureNames = [
  ...['pre5', 'z_pre5', 'post5', 'prepost', 'presm', 'z_presm', 'presx', 'zl', 'cv10', 'irr', 'npm', 'afs'],
  ...['pre5_before', 'pre5_after'],
  ...['c_P0', 'z_c_P0', 'r_P0', 'z_r_P0', 'z_pp_P0'],
  ...['c_QW0', 'z_c_QW0', 'r_Q0', 'z_r_Q0', 'c_Q1', 'z_r_QW1', 'z_r_T0', 'c_W0', 'pp_ratio', 'steep', 'steep_more'],
  ...['slope_ratio', 'area_ratio0', 'area_ratio1', 'z_max0', 'z_min0'],
  ...['weight_template', 'weight_second', 'residual', 'z_residual', 'c_second'],
  ...['in_dominant', 'cluster_pre5', 'alike', 'c_before', 'c_after'],
] as const;
export type FeatureName = (typeof featureNames)[number];
/** Features that a recording of one lead does not have; they are NaN there. */
export const secondLeadFeatures: readonly FeatureName[] = ['c_Q1', 'z_r_QW1', 'area_ratio1'];

/** All that the record model is given of one recording; beats in order of time, no label among it. */
export interface RecordInputs {
  readonly beats: number;
  /** Row-major (beat, feature in order of `featureNames`); NaN where the recording has no such thing. */
  readonly features: Float32Array;
  /** The same with the second lead as the first and the first as the second; of one lead once more the same. */
  readonly turned: Float32Array;
  /** Row-major (beat, sample of the window, channel); centred on the R peak as given, in units of the lead's median QRS. */
  readonly windows: Float32Array;
  /** Samples at `modelHz` from the R peak as given to where the beat fits the dominant shape best, within +-10. */
  readonly shifts: Int8Array;
  /** Shape of each beat, from 0: beats of one are alike. */
  readonly shapeOf: Int32Array;
  /** Which shapes each beat resembles, its own among them: bits in whole words, row-major (beat, shape). */
  readonly resembles: Uint32Array;
  /** Share of each beat's QRS that is a gap in every lead, 0 to 1. */
  readonly gapShare: Float32Array;
  /** Names of the one or two leads used, first and second; with one, the channels of the second are zeros. */
  readonly leadNames: readonly string[];
}
