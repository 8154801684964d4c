import type { InitialWeights } from './initial-weights.ts';
import {
  channelsDropped,
  convolution,
  convolutionWeights,
  normalizedConvolution,
  normalizedConvolutionWeights,
} from './layers.ts';
import type { Normalization } from './layers.ts';
import type { Dropout, Pass } from './network.ts';
import type { Signal } from './signal/signal.ts';

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

export function residualBlockWeights(
  initial: InitialWeights,
  name: string,
  shape: ResidualShape,
  normalization?: Normalization,
): void {
  const { width, from, to } = shape;
  normalizedConvolutionWeights(initial, `${name}.first`, { width, from, to }, normalization);
  normalizedConvolutionWeights(initial, `${name}.second`, { width, from: to, to }, normalization);
  convolutionWeights(initial, `${name}.shortcut`, { width: 1, from, to });
}

/** Its spatial dropout drops whole channels of the block's result. */
export const residualBlockDropout = (name: string, { to }: ResidualShape, rate: number): Record<string, Dropout> =>
  rate > 0 ? { [name]: { shape: [1, to], rate } } : {};

/** Time becomes floor(ceil(time / stride) / pool), channels become `to`. */
export function residualBlock(pass: Pass, name: string, x: Signal, { stride, pool }: ResidualShape): Signal {
  const first = normalizedConvolution(pass, `${name}.first`, x, { stride, isRectified: true });
  const shortcut = convolution(pass, `${name}.shortcut`, x, { stride });
  const sum = normalizedConvolution(pass, `${name}.second`, first, { added: shortcut });
  return channelsDropped(pass, name, sum.rectifiedMaximum(pool));
}
