/**
 * RR intervals between successive beats, the basis of every rhythm measure.
 * @param beatSamples  R-peak samples of one record, strictly rising.
 * @param samplingHz   samples per second of that record, > 0.
 * @returns            milliseconds, one fewer than there are beats.
 * @throws {RangeError} when samples do not rise: two beats cannot share an instant.
 */
export function rrIntervalsMs(beatSamples: ArrayLike<number>, samplingHz: number): Float64Array {
  const intervals = new Float64Array(Math.max(0, beatSamples.length - 1));
  for (let i = 0; i < intervals.length; i++) {
    const samples = beatSamples[i + 1] - beatSamples[i];
    if (samples <= 0)
      throw new RangeError(
        `beat ${i + 1} is at sample ${beatSamples[i + 1]}, not after beat ${i} at ${beatSamples[i]}`,
      );
    intervals[i] = (samples / samplingHz) * 1000;
  }
  return intervals;
}
