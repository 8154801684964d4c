import { tf } from '../executors/tensorflow.ts';
import { InitialWeights } from './initial-weights.ts';
import {
  averageAndMaximum,
  convolution,
  convolutionWeights,
  dense,
  denseWeights,
  dropped,
  normalizedConvolution,
  normalizedConvolutionWeights,
  positionWeights,
  positioned,
} from './layers.ts';
import type { Normalization } from './layers.ts';
import { tokenPlace, watched, type Network } from './network.ts';
import { residualBlock, residualBlockDropout, residualBlockWeights } from './residual-block.ts';
import type { ResidualShape } from './residual-block.ts';
import { openSignal } from './signal/open-signal.ts';
import type { ChainLayer } from './signal/polyphase.ts';
import { transformerBlock, transformerDropouts, transformerWeights } from './transformer.ts';
import type { TransformerShape } from './transformer.ts';

/**
 * The published hybrid of RhythmAttention: a residual convolutional network with spatial dropout turns one beat
 * into tokens, learned positions and a Transformer encoder relate them, their mean and maximum are classified.
 */
export interface RhythmAttentionSizes {
  /** Values of one row. */
  readonly samples: number;
  readonly classes: number;
  readonly stem: {
    readonly width: number;
    readonly channels: number;
    readonly stride: number;
    /** A norm after the first convolution, in place of a bias. */
    readonly isNormalized: boolean;
  };
  readonly stages: readonly { readonly channels: number; readonly stride: number; readonly pool: number }[];
  /** Of the residual stages, and of the stem where it is normalized. */
  readonly normalization: Normalization;
  /** Samples under the filters of the residual stages. */
  readonly filterWidth: number;
  readonly blocks: number;
  readonly heads: number;
  readonly feedForward: number;
  /** Width of the hidden layer before the classes. */
  readonly hidden: number;
  /** Rate at which whole channels of a stage are dropped in training. */
  readonly spatialDropout: number;
  /** Rate in the Transformer and before the last layer. */
  readonly dropout: number;
}

/** The network whose speed and accuracy are compared with the published one: 476,677 trainable weights. */
export const publishedSizes: RhythmAttentionSizes = {
  samples: 187, // the length of the Kaggle rows
  classes: 5,
  stem: { width: 7, channels: 32, stride: 1, isNormalized: false },
  stages: [
    { channels: 32, stride: 1, pool: 2 },
    { channels: 64, stride: 1, pool: 2 },
    { channels: 128, stride: 1, pool: 2 },
  ],
  normalization: 'batch',
  filterWidth: 5,
  blocks: 2,
  heads: 4,
  feedForward: 256,
  hidden: 128,
  spatialDropout: 0.1,
  dropout: 0.1,
};

/** Two fifths of the weights and a quarter of the arithmetic of the published one. */
export const compactSizes: RhythmAttentionSizes = {
  samples: 187,
  classes: 5,
  stem: { width: 7, channels: 32, stride: 2, isNormalized: true },
  stages: [
    { channels: 48, stride: 2, pool: 1 },
    { channels: 96, stride: 2, pool: 1 },
  ],
  normalization: 'batch',
  filterWidth: 5,
  blocks: 1,
  heads: 4,
  feedForward: 192,
  hidden: 64,
  spatialDropout: 0, // the network is small; dropout in the encoder and the head is enough
  dropout: 0.1,
};

/** Where tokens lie: token `t` is centred on sample `first + t * spacing`, which may lie between two samples. */
export interface TokenGrid {
  readonly count: number;
  readonly first: number;
  readonly spacing: number;
}

/** The tokens that a row becomes: every convolution and pooling thins the grid and moves its start. */
export function tokenGrid(sizes: RhythmAttentionSizes): TokenGrid {
  let [count, first, spacing] = [sizes.samples, 0, 1];
  for (const { width, stride, pool } of convolutionChain(sizes)) {
    const places = Math.ceil(count / stride);
    const padBefore = Math.floor(Math.max(0, (places - 1) * stride + width - count) / 2);
    first += spacing * ((width - 1) / 2 - padBefore);
    spacing *= stride;
    first += (spacing * (pool - 1)) / 2;
    spacing *= pool;
    count = Math.floor(places / pool);
  }
  return { count, first, spacing };
}

/** What every convolution does to time, in order. */
const convolutionChain = ({ stem, stages, filterWidth }: RhythmAttentionSizes): ChainLayer[] => [
  { width: stem.width, stride: stem.stride, pool: 1 },
  ...stages.flatMap(({ stride, pool }) => [
    { width: filterWidth, stride, pool: 1 },
    { width: filterWidth, stride: 1, pool },
  ]),
];

/** The samples nearer to each token than to another, within the row; half-open. */
export function tokenSpans(sizes: RhythmAttentionSizes): { fromSample: number; toSample: number }[] {
  const { count, first, spacing } = tokenGrid(sizes);
  const within = (sample: number) => Math.min(sizes.samples, Math.max(0, Math.ceil(sample)));
  return Array.from({ length: count }, (_, token) => ({
    fromSample: within(first + (token - 0.5) * spacing),
    toSample: within(first + (token + 0.5) * spacing),
  }));
}

/** Its only input is `signal`, (batch, samples). @throws {RangeError} when the heads do not divide the channels. */
export function rhythmAttention(sizes: RhythmAttentionSizes): Network {
  const { stem, stages, heads, feedForward, spatialDropout, dropout } = sizes;
  const channels = stages.at(-1)?.channels ?? stem.channels;
  if (channels % heads) throw new RangeError(`${heads} heads do not divide ${channels} channels`);
  const tokens = tokenGrid(sizes).count;
  const block: TransformerShape = { tokens, channels, heads, feedForward };
  const blockNames = Array.from({ length: sizes.blocks }, (_, i) => `block${i + 1}`);
  const stageShapes = stages.map((stage, i): [string, ResidualShape] => [
    `stage${i + 1}`,
    { width: sizes.filterWidth, from: stages[i - 1]?.channels ?? stem.channels, to: stage.channels, ...stage },
  ]);

  return {
    inputs: { signal: [sizes.samples] },
    classes: sizes.classes,
    dropouts: {
      ...Object.assign({}, ...stageShapes.map(([name, shape]) => residualBlockDropout(name, shape, spatialDropout))),
      ...Object.assign({}, ...blockNames.map((name) => transformerDropouts(name, block, dropout))),
      ...(dropout > 0 ? { hidden: { shape: [sizes.hidden], rate: dropout } } : {}),
    },

    initialWeights: (random) => {
      const initial = new InitialWeights(random);
      const first = { width: stem.width, from: 1, to: stem.channels };
      if (stem.isNormalized) normalizedConvolutionWeights(initial, 'stem', first, sizes.normalization);
      else convolutionWeights(initial, 'stem', { ...first, hasBias: true });
      for (const [name, shape] of stageShapes) residualBlockWeights(initial, name, shape, sizes.normalization);
      positionWeights(initial, 'position', tokens, channels);
      for (const name of blockNames) transformerWeights(initial, name, block);
      denseWeights(initial, 'hidden', { from: 2 * channels, to: sizes.hidden, gain: 2 });
      denseWeights(initial, 'classes', { from: sizes.hidden, to: sizes.classes });
      return initial.weights;
    },

    forward: (pass) => {
      const signal = openSignal(pass, tf.expandDims(pass.inputs.signal, 2), convolutionChain(sizes));
      const stemConvolution = stem.isNormalized ? normalizedConvolution : convolution;
      const stemmed = stemConvolution(pass, 'stem', signal, { stride: stem.stride, isRectified: true });
      const features = stageShapes.reduce((x, [name, shape]) => residualBlock(pass, name, x, shape), stemmed);
      const attentions: tf.Tensor[] = [];
      let encoded = positioned(pass, 'position', watched(pass, tokenPlace, features.tokens())); // (batch, tokens, channels)
      for (const name of blockNames) {
        const { output, attention } = transformerBlock(pass, name, encoded, heads);
        encoded = output;
        attentions.push(attention);
      }
      const hidden = tf.relu(dense(pass, 'hidden', averageAndMaximum(encoded)));
      return { logits: dense(pass, 'classes', dropped(pass, 'hidden', hidden)), attentions };
    },
  };
}
