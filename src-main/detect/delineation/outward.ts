/** Index of the largest size in [from, to). */
export function largestIn(values: Float32Array, from: number, to: number): number {
  let largest = Math.max(0, from);
  for (let i = largest; i < Math.min(values.length, to); i++)
    if (Math.abs(values[i]) > Math.abs(values[largest])) largest = i;
  return largest;
}

/**
 * From a peak outward to the last place of at least `least` in size before `quiet` samples below it, between samples
 * by a straight line: where a complex ends, whatever crosses zero within it.
 * @param limit  the last index looked at.
 */
export function edgeBeforeQuiet(
  values: Float32Array,
  peak: number,
  direction: 1 | -1,
  least: number,
  quiet: number,
  limit: number,
): number {
  let last = peak;
  for (let i = peak, run = 0; direction * (limit - i) >= 0 && run < quiet; i += direction) {
    if (Math.abs(values[i]) >= least) [last, run] = [i, 0];
    else run++;
  }
  return last + direction * fraction(Math.abs(values[last]), Math.abs(values[last + direction]), least);
}

/** From an extreme outward to where the slope, of the extreme's sign, falls below `least`, between samples. */
export function edgeOfSlope(
  values: Float32Array,
  extreme: number,
  direction: 1 | -1,
  sign: number,
  least: number,
  limit: number,
): number {
  let at = extreme;
  while (at !== limit && at > 0 && at < values.length - 1 && sign * values[at + direction] >= least) at += direction;
  if (at === limit) return at;
  return at + direction * fraction(sign * values[at], sign * values[at + direction], least);
}

/** How far from `inner` to `outer` the line between them crosses `least`. */
const fraction = (inner: number, outer: number, least: number): number =>
  inner > least && outer < least ? (inner - least) / (inner - outer) : 0;
