import type { FeatureName } from '../../domain/record-inputs.ts';
import { medianOf, robustSpread } from '../templates/order-statistics.ts';

/** Every feature as one number a beat. */
export type Columns = Record<FeatureName, Float64Array>;

/** Least spreads, so that a very steady recording does not turn a trifle into an alarm. */
export const spreadFloors = { correlation: 0.02, rr: 0.02, logarithm: 0.08, amplitude: 0.03 };

/** How far each value lies from the reference beats' median, in their robust spreads, held to +-12. */
export function standing(values: Float64Array, references: Int32Array, spreadFloor: number): Float64Array {
  if (references.length === 0) return new Float64Array(values.length);
  const usual = Float64Array.from(references, (beat) => values[beat]);
  const median = medianOf(usual);
  const spread = robustSpread(usual, median) + spreadFloor;
  return values.map((value) => Math.max(-12, Math.min(12, (value - median) / spread)));
}
