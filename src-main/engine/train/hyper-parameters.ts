/** How a network is trained; every key has a default below. */
export interface HyperParameters {
  readonly seed: number;
  readonly epochs: number;
  /** Beats of one step. */
  readonly batch: number;
  /**
   * Equal parts in which a step's beats are computed, on as many threads as there are, in less memory each. Batch norm
   * goes by the part that it sees; nothing else changes.
   */
  readonly microBatches: number;
  readonly learningRate: number;
  /** From the end of the warm-up to the last step: constant, or down to zero. */
  readonly schedule: 'constant' | 'linear' | 'cosine';
  readonly warmUpSteps: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled decay of filters and matrices (AdamW), per unit of learning rate; 0 makes plain Adam. */
  readonly weightDecay: number;
  /** Factor of half the squared filters and matrices, added to the loss. */
  readonly l2: number;
  /** Largest Euclidean norm of all gradients together; 0 for no limit. */
  readonly clipNorm: number;
  /** Share of the old in the running average of the weights, which is what is scored and kept; 0 for none. */
  readonly averageDecay: number;
  /** Share of the weights that a training started from in those it ends with; 0 where it started from nothing. */
  readonly parentShare: number;
  readonly loss: 'cross-entropy' | 'focal';
  readonly focalGamma: number;
  /** Share of each beat's target that is spread over all classes alike. */
  readonly labelSmoothing: number;
  /** How far the loss raises the logit of a class by ln of its share, so that rare ones are favoured; 0 for not. */
  readonly logitAdjustment: number;
  /** Weight of a class in the loss: 1, 1 / its count, or 1 / the root of it (scaled to a mean of 1). */
  readonly classWeights: 'none' | 'inverse' | 'inverse-root';
  /** `balanced` draws beats so that all classes come up equally often. */
  readonly sampler: 'none' | 'balanced';
  /** Standard deviation of the noise added to a signal. */
  readonly noise: number;
  /** A signal is multiplied by a draw from 1 - this to 1 + this. */
  readonly amplitudeScale: number;
  /** A signal is shifted by up to that many samples either way. */
  readonly shiftSamples: number;
  /** Both parameters of the beta distribution that mixes pairs of beats and their labels; 0 for no mixup. */
  readonly mixupAlpha: number;
  /** Epochs without a better validation macro-F1 after which a training ends early; 0 to train to the end. */
  readonly patience: number;
  /** Whether the weights of the best validation macro-F1 are kept, or those of the last step. */
  readonly keepBest: boolean;
  /** Beats of one validation batch. */
  readonly evaluationBatch: number;
}

export const hyperParameterDefaults: HyperParameters = {
  seed: 1, // any number; the same one repeats a run
  epochs: 30, // the best weights are kept, so too many cost time only
  batch: 128, // speed per beat is the same from 32 to 256; smaller ones learn in fewer epochs
  microBatches: 1, // the networks here are small: a whole batch fits any machine
  learningRate: 1e-3, // Adam's own default, safe without a warm-up
  schedule: 'cosine', // ends at zero, so the last epochs settle instead of jumping about
  warmUpSteps: 0, // only large learning rates need one
  beta1: 0.9, // Kingma and Ba 2015
  beta2: 0.999, // Kingma and Ba 2015
  epsilon: 1e-8, // Kingma and Ba 2015
  weightDecay: 0, // plain Adam unless asked for
  l2: 0, // decoupled decay is the better form of it with Adam (Loshchilov and Hutter 2019)
  clipNorm: 1, // one bad batch cannot throw the weights away
  averageDecay: 0, // needs thousands of steps before it pays
  parentShare: 0, // there is no parent unless a training is told where to start
  loss: 'cross-entropy', // its probabilities can be trusted; focal loss's cannot
  focalGamma: 2, // Lin 2017
  labelSmoothing: 0, // blurs probabilities, which are to be trusted as they are
  logitAdjustment: 0, // makes up for rare classes, at the price of honest probabilities
  classWeights: 'none', // classes at their natural mix keep probabilities honest
  sampler: 'none', // likewise
  noise: 0, // augmentation depends on what the input is: asked for, never assumed
  amplitudeScale: 0, // rows are scaled to 0-1 each, so their amplitude says nothing
  shiftSamples: 0, // a row starts at its R peak and its zero tail is the RR interval: shifting destroys both
  mixupAlpha: 0, // asked for by the recipe that was measured with it
  patience: 0, // schedules are made for the whole length, and the best weights are kept anyway
  keepBest: true, // the published recipe's choice; validation macro-F1 is what is compared
  evaluationBatch: 256, // large enough that the overhead of a call no longer shows
};

/** Recipes with a name, as what they change of the defaults. */
export const recipes = {
  /** The published one: balanced sampling, focal loss and shifts; repeated to be compared with. */
  published: {
    epochs: 12, // an epoch draws as many rows as there are; the authors name no number
    batch: 128,
    learningRate: 1e-3,
    l2: 1e-4,
    loss: 'focal',
    sampler: 'balanced',
    noise: 0.01,
    amplitudeScale: 0.1,
    shiftSamples: 10,
  },
  /** The one that was found better on the same rows: natural class mix, mixup, averaged weights. */
  plain: {
    epochs: 22, // macro-F1 of left-out rows, classes told apart: 12 give .931, 20 .940, 30 .942
    batch: 256,
    microBatches: 4, // a quarter of a batch fits the cache, and batch norm by 64 rows is as good
    learningRate: 4e-3,
    warmUpSteps: 300,
    weightDecay: 5e-2,
    averageDecay: 0.998,
    mixupAlpha: 0.2, // with kinds told apart, .15 and .3 give the same macro-F1, .15 the better probabilities
    keepBest: false, // averaged weights at a rate of zero are the best; some 30 held-out F rows choose at random
  },
} as const satisfies Record<string, Partial<HyperParameters>>;
export type RecipeName = keyof typeof recipes;

/**
 * The defaults with the given values put in.
 * @throws {RangeError} for an unknown key, a value out of range, or two remedies for the same imbalance.
 */
export function hyperParameters(given: Partial<HyperParameters> = {}): HyperParameters {
  const unknown = Object.keys(given).filter((key) => !(key in hyperParameterDefaults));
  if (unknown.length)
    throw new RangeError(
      `unknown hyper-parameter ${unknown.join(', ')}; known: ${Object.keys(hyperParameterDefaults).join(', ')}`,
    );
  const all = { ...hyperParameterDefaults, ...given };
  const demand = (holds: boolean, key: keyof HyperParameters, rule: string) => {
    if (!holds) throw new RangeError(`${key} is ${all[key]}, but must be ${rule}`);
  };
  for (const key of ['epochs', 'batch', 'microBatches', 'evaluationBatch'] as const)
    demand(Number.isInteger(all[key]) && all[key] > 0, key, 'a whole number above 0');
  for (const key of ['seed', 'warmUpSteps', 'shiftSamples', 'patience'] as const)
    demand(Number.isInteger(all[key]) && all[key] >= 0, key, 'a whole number, 0 or more');
  for (const key of ['learningRate', 'epsilon'] as const) demand(all[key] > 0, key, 'above 0');
  const shares = ['beta1', 'beta2', 'averageDecay', 'parentShare', 'labelSmoothing', 'amplitudeScale'] as const;
  for (const key of shares) demand(all[key] >= 0 && all[key] < 1, key, 'at least 0 and below 1');
  const amounts = ['weightDecay', 'l2', 'clipNorm', 'focalGamma', 'logitAdjustment', 'noise', 'mixupAlpha'] as const;
  for (const key of amounts) demand(all[key] >= 0, key, '0 or more');
  demand(all.batch % all.microBatches === 0, 'microBatches', `a divisor of the batch of ${all.batch}`);
  for (const [key, allowed] of Object.entries(choices))
    demand(
      allowed.includes(all[key as keyof typeof choices]),
      key as keyof HyperParameters,
      `one of ${allowed.join(', ')}`,
    );
  const remedies = ['sampler', 'classWeights', 'logitAdjustment'] as const;
  const [first, second] = remedies.filter((key) => all[key] !== hyperParameterDefaults[key]);
  if (second)
    throw new RangeError(
      `${first} and ${second} both make up for rare classes; together they count them twice, so choose one`,
    );
  return all;
}

const choices: Readonly<Record<'schedule' | 'loss' | 'classWeights' | 'sampler', readonly string[]>> = {
  schedule: ['constant', 'linear', 'cosine'],
  loss: ['cross-entropy', 'focal'],
  classWeights: ['none', 'inverse', 'inverse-root'],
  sampler: ['none', 'balanced'],
};
