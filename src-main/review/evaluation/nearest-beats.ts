/**
 * For each mark the nearest beat within reach; of two equally near the earlier one.
 * @param beatSamples, markSamples  rising.
 * @returns  indexes into the beats, -1 where none is within reach.
 */
export function nearestBeats(
  beatSamples: ArrayLike<number>,
  markSamples: ArrayLike<number>,
  reachSamples: number,
): Int32Array {
  const nearest = new Int32Array(markSamples.length).fill(-1);
  let beat = 0;
  for (let i = 0; i < markSamples.length; i++) {
    const at = markSamples[i];
    while (beat + 1 < beatSamples.length && Math.abs(beatSamples[beat + 1] - at) < Math.abs(beatSamples[beat] - at))
      beat++;
    if (beat < beatSamples.length && Math.abs(beatSamples[beat] - at) <= reachSamples) nearest[i] = beat;
  }
  return nearest;
}
