/** Kernels of this project's own, which only some backends have; where one is missing, plain operations take its place. */

/** Along the last axis: `x` and `epsilon` to zero mean and unit variance, and one over the deviation. */
export const standardizeKernel = 'StandardizeLastAxis';
