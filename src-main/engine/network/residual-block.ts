import { tf } from '../executors/tensorflow.ts';
import type { InitialWeights } from './initial-weights.ts';
import {
  convolution,
  convolutionWeights,
  dropped,
  maxPool,
  normalizedConvolution,
  normalizedConvolutionWeights,
} from './layers.ts';
import type { Dropout, Pass } from './network.ts';

/** Two normalized convolutions beside a projected shortcut (He 2016), in one dimension. */
export interface ResidualShape {
  readonly width: number;
  readonly from: number;
  readonly to: number;
  /** Step of the first convolution and of the shortcut. */
  readonly stride: number;
  /** Neighbours joined by their maximum at the end; 1 for none. */
  readonly pool: number;
}

export function residualBlockWeights(initial: InitialWeights, name: string, shape: ResidualShape): void {
  const { width, from, to } = shape;
  normalizedConvolutionWeights(initial, `${name}.first`, { width, from, to });
  normalizedConvolutionWeights(initial, `${name}.second`, { width, from: to, to });
  convolutionWeights(initial, `${name}.shortcut`, { width: 1, from, to });
}

/** Its spatial dropout drops whole channels of the block's result. */
export const residualBlockDropout = (name: string, { to }: ResidualShape, rate: number): Record<string, Dropout> =>
  rate > 0 ? { [name]: { shape: [1, to], rate } } : {};

/** (batch, time, from) to (batch, floor(ceil(time / stride) / pool), to) */
export function residualBlock(pass: Pass, name: string, x: tf.Tensor, { stride, pool }: ResidualShape): tf.Tensor {
  const first = tf.relu(normalizedConvolution(pass, `${name}.first`, x, stride));
  const second = normalizedConvolution(pass, `${name}.second`, first);
  const shortcut = convolution(pass, `${name}.shortcut`, x, stride);
  return dropped(pass, name, maxPool(tf.relu(tf.add(second, shortcut)), pool));
}
