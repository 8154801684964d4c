import { featureNames, windowChannels, windowSamples } from '../../domain/record-inputs.ts';
import { tf } from '../executors/tensorflow.ts';
import { InitialWeights } from './initial-weights.ts';
import {
  averageAndMaximum,
  dense,
  denseOnto,
  denseWeights,
  dropped,
  layerNormWeights,
  layerStandardized,
  normalizedConvolution,
  normalizedConvolutionWeights,
  positionWeights,
  positioned,
} from './layers.ts';
import { tokenPlace, watched, type Network } from './network.ts';
import { residualBlock, residualBlockWeights, type ResidualShape } from './residual-block.ts';
import { ChannelsLastSignal } from './signal/channels-last.ts';
import { attentionOfOne, attentionWeights, transformerBlock, transformerWeights } from './transformer.ts';

/**
 * The three branches of the record model. Each is a network of its own and learns by its own cross-entropy;
 * `record-fusion.ts` joins what they say.
 */
export const branchNames = ['features', 'rhythm', 'morphology'] as const;
export type BranchName = (typeof branchNames)[number];

/** Classes that recordings teach: N, S, V, F. Unclassifiable and paced beats are too few and too unlike. */
export const taughtClasses = 4;
/** Beats on each side that the rhythm branch looks at. */
export const contextReach = 4;
export const contextBeats = 2 * contextReach + 1;

const features = featureNames.length;
const heads = 4;
const dropout = 0.3;

/** Features of the beat alone: (batch, 45) to classes through one hidden layer. */
export const featuresBranch: Network = {
  inputs: { features: [features] },
  classes: taughtClasses,
  dropouts: { hidden: { shape: [24], rate: dropout } },
  initialWeights: (random) => {
    const initial = new InitialWeights(random);
    denseWeights(initial, 'hidden', { from: features, to: 24, gain: 2 });
    denseWeights(initial, 'classes', { from: 24, to: taughtClasses });
    return initial.weights;
  },
  forward: (pass) => {
    const hidden = tf.relu(dense(pass, 'hidden', pass.inputs.features));
    return { logits: dense(pass, 'classes', dropped(pass, 'hidden', hidden)), attentions: [], embedding: hidden };
  },
};

/** Features of the beat and its neighbours, (batch, 9, 45), which the beat asks by attention. */
export const rhythmBranch: Network = {
  inputs: { context: [contextBeats, features] },
  classes: taughtClasses,
  dropouts: {
    attended: { shape: [1, 32], rate: dropout },
    fed: { shape: [1, 32], rate: dropout },
    joined: { shape: [64], rate: dropout },
  },
  initialWeights: (random) => {
    const initial = new InitialWeights(random);
    denseWeights(initial, 'embed', { from: features, to: 32, gain: 2 });
    positionWeights(initial, 'position', contextBeats, 32);
    layerNormWeights(initial, 'attentionNorm', 32);
    attentionWeights(initial, 'attention', 32);
    layerNormWeights(initial, 'feedNorm', 32);
    denseWeights(initial, 'widen', { from: 32, to: 64, gain: 2 });
    denseWeights(initial, 'narrow', { from: 64, to: 32 });
    denseWeights(initial, 'classes', { from: 64, to: taughtClasses });
    return initial.weights;
  },
  forward: (pass) => {
    const beats = positioned(pass, 'position', tf.relu(dense(pass, 'embed', pass.inputs.context))); // (batch, 9, 32)
    const [batch] = beats.shape;
    const centre = tf.slice(beats, [0, contextReach, 0], [batch, 1, 32]); // (batch, 1, 32)
    const asked = attentionOfOne(pass, 'attention', beats, heads, { norm: 'attentionNorm', asking: contextReach });
    const middle = denseOnto(pass, 'attention.output', asked.mixed, centre, 'attended');
    const hidden = tf.relu(dense(pass, 'widen', layerStandardized(middle), { norm: 'feedNorm' }));
    const fed = denseOnto(pass, 'narrow', hidden, middle, 'fed');
    const joined = tf.reshape(tf.concat([fed, centre], 2), [batch, 64]);
    const logits = dense(pass, 'classes', dropped(pass, 'joined', joined));
    return { logits, attentions: [asked.attention], embedding: joined };
  },
};

const stages: readonly (readonly [string, ResidualShape])[] = [
  ['stage1', { width: 5, from: 16, to: 24, stride: 2, pool: 1 }],
  ['stage2', { width: 5, from: 24, to: 32, stride: 2, pool: 1 }],
];
/** Tokens that a window becomes. */
export const morphologyTokens = 17;
const encoder = { tokens: morphologyTokens, channels: 32, heads, feedForward: 64 };

/**
 * Window sample that stands in the middle of what a token's convolutions see: three strides of 2 with zeros beyond
 * the ends ("same" padding puts the odd zero behind).
 */
export const sampleOfToken = (token: number): number => 8 * token + 3;

/** The window, (batch, 132, 4), by residual convolutions and one Transformer block. */
export const morphologyBranch: Network = {
  inputs: { window: [windowSamples, windowChannels] },
  classes: taughtClasses,
  dropouts: { hidden: { shape: [32], rate: dropout } },
  initialWeights: (random) => {
    const initial = new InitialWeights(random);
    normalizedConvolutionWeights(initial, 'stem', { width: 7, from: windowChannels, to: 16 });
    for (const [name, shape] of stages) residualBlockWeights(initial, name, shape);
    positionWeights(initial, 'position', morphologyTokens, 32);
    transformerWeights(initial, 'block', encoder);
    denseWeights(initial, 'hidden', { from: 64, to: 32, gain: 2 });
    denseWeights(initial, 'classes', { from: 32, to: taughtClasses });
    return initial.weights;
  },
  forward: (pass) => {
    const window = new ChannelsLastSignal(pass.inputs.window);
    const stemmed = normalizedConvolution(pass, 'stem', window, { stride: 2, isRectified: true }); // (batch, 66, 16)
    const features = stages.reduce((x, [name, shape]) => residualBlock(pass, name, x, shape), stemmed);
    const tokens = watched(pass, tokenPlace, features.tokens()); // (batch, 17, 32)
    const encoded = transformerBlock(pass, 'block', positioned(pass, 'position', tokens), heads);
    const hidden = tf.relu(dense(pass, 'hidden', averageAndMaximum(encoded.output)));
    const logits = dense(pass, 'classes', dropped(pass, 'hidden', hidden));
    return { logits, attentions: [encoded.attention], embedding: hidden };
  },
};

export const branches: Readonly<Record<BranchName, Network>> = {
  features: featuresBranch,
  rhythm: rhythmBranch,
  morphology: morphologyBranch,
};
