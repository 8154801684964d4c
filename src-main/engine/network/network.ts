import type { Random } from '../../domain/random.ts';
import type { tf } from '../executors/tensorflow.ts';
import type { Weights } from '../weights/weights.ts';

/** One run of a network over a batch: what its layers read, and in training what they leave behind. */
export interface Pass {
  readonly weights: Readonly<Record<string, tf.Tensor>>;
  /** Each with the batch as first axis. */
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  /** Absent in inference: then nothing is dropped and batch norm uses its running statistics. */
  readonly training?: {
    /** Drawn masks by the names in `Network.dropouts`: 0, or 1 / (1 - rate). */
    readonly masks: Readonly<Record<string, tf.Tensor>>;
    /** Filled by batch norm: the new value of each running statistic. */
    readonly statistics: Record<string, tf.Tensor>;
    /** Whether the step becomes one graph, for which signals in phases are fastest. */
    readonly isCompiled: boolean;
  };
  /**
   * Shown what some layers give, by the layer's name; the network goes on with its answer. Explanation reads these
   * places and differentiates by them.
   */
  readonly watch?: (place: string, x: tf.Tensor) => tf.Tensor;
}

/** What the network goes on with at a place that explanation looks at. */
export const watched = (pass: Pass, place: string, x: tf.Tensor): tf.Tensor => pass.watch?.(place, x) ?? x;

/** Where a hybrid network's convolutions end and its tokens begin: what its last residual block gives. */
export const tokenPlace = 'tokens';
/** How the places end where attention is paid, (batch, heads, query, key). */
export const attentionPlace = '.paid';

export interface NetworkOutputs {
  /** (batch, classes) */
  readonly logits: tf.Tensor;
  /** Of every attention layer: (batch, heads, query, key), each row summing to 1. */
  readonly attentions: readonly tf.Tensor[];
  /** What the layer of the classes reads, undropped: (batch, width). Beats that lie far apart in it are unlike. */
  readonly embedding?: tf.Tensor;
}

/** A mask drawn for each beat of a training batch. */
export interface Dropout {
  /** Without the batch axis; 1 where a whole axis is dropped together. */
  readonly shape: readonly number[];
  /** Share that is dropped, in (0, 1). */
  readonly rate: number;
}

/**
 * A network: its inputs, its weights, and how it runs, written once in TensorFlow.js operations.
 * Training, prediction and explanation work on any network.
 */
export interface Network<Outputs extends NetworkOutputs = NetworkOutputs> {
  /** Shape of one beat's part of each input, without the batch axis. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly classes: number;
  readonly dropouts: Readonly<Record<string, Dropout>>;
  /** Same random state, same weights. Running statistics are weights whose names end in `.runningMean`, `.runningVariance`. */
  initialWeights(random: Random): Weights;
  forward(pass: Pass): Outputs;
}
