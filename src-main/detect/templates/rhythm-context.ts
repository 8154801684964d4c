/** RR intervals of each beat and the rhythm they stand in; seconds. */
export interface RhythmContext {
  /** RR interval before the beat; the first beat has the mean of the first thirty. */
  readonly preS: Float64Array;
  /** RR interval after the beat; the last beat has its mean of five minutes. */
  readonly postS: Float64Array;
  /** Mean RR interval of the past five minutes; the first twenty beats have the mean of the first thirty. */
  readonly mean5S: Float64Array;
  /** ln(pre / mean5): how early the beat comes. */
  readonly pre5: Float64Array;
}

const pastS = 300;
/** Stands for every RR interval of a recording with one beat. */
const usualRrS = 0.8;

/** Logarithm of a ratio, held to the range that rhythms have: a pause of minutes says no more than a long one. */
export const logRatio = (a: number, b: number): number => Math.log(Math.max(0.15, Math.min(6, a / b)));

/** @param beatTimesS  seconds of the R peaks, strictly rising. */
export function rhythmContext(beatTimesS: Float64Array): RhythmContext {
  const beats = beatTimesS.length;
  const preS = new Float64Array(beats);
  for (let beat = 1; beat < beats; beat++) preS[beat] = beatTimesS[beat] - beatTimesS[beat - 1];
  const firstThirty = preS.subarray(1, 31);
  const startS = firstThirty.length > 0 ? firstThirty.reduce((sum, rr) => sum + rr, 0) / firstThirty.length : usualRrS;
  if (beats > 0) preS[0] = startS;

  const mean5S = new Float64Array(beats);
  let from = 1;
  let sum = 0;
  for (let beat = 1; beat < beats; beat++) {
    sum += preS[beat];
    while (from < beat && beatTimesS[from] < beatTimesS[beat] - pastS) sum -= preS[from++];
    mean5S[beat] = sum / (beat - from + 1);
  }
  mean5S.fill(startS, 0, 20);

  const postS = Float64Array.from(preS, (_, beat) => (beat + 1 < beats ? preS[beat + 1] : mean5S[beat]));
  return { preS, postS, mean5S, pre5: preS.map((rr, beat) => logRatio(rr, mean5S[beat])) };
}
