/** Index of the first beat at or after a sample; their number where there is none. */
export function firstBeatFrom(beatSamples: ArrayLike<number>, sample: number): number {
  let low = 0;
  let high = beatSamples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (beatSamples[middle] < sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the beat whose stretch, from midpoint to midpoint, holds a sample; -1 where there are no beats. */
export function beatAround(beatSamples: ArrayLike<number>, sample: number): number {
  const next = firstBeatFrom(beatSamples, sample);
  if (next === 0) return beatSamples.length > 0 ? 0 : -1;
  if (next === beatSamples.length) return next - 1;
  return sample - beatSamples[next - 1] < beatSamples[next] - sample ? next - 1 : next;
}

/** Half of a beat's stretch where it has no neighbour on that side, in seconds. */
const loneHalfS = 0.4;

/** Where a beat's stretch begins: midway to the beat before, at most `reachS` away. */
export function stretchFrom(beatSamples: ArrayLike<number>, index: number, samplingHz: number, reachS = 1.5): number {
  const at = beatSamples[index];
  const half = index > 0 ? (at - beatSamples[index - 1]) / 2 : loneHalfS * samplingHz;
  return at - Math.min(half, reachS * samplingHz);
}

/** Where a beat's stretch ends: midway to the beat after, at most `reachS` away. */
export function stretchTo(beatSamples: ArrayLike<number>, index: number, samplingHz: number, reachS = 1.5): number {
  const at = beatSamples[index];
  const half = index + 1 < beatSamples.length ? (beatSamples[index + 1] - at) / 2 : loneHalfS * samplingHz;
  return at + Math.min(half, reachS * samplingHz);
}
