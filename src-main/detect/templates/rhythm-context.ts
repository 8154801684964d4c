import { medianOf } from './order-statistics.ts';

/** RR intervals of each beat and the rhythm they stand in; seconds. */
export interface RhythmContext {
  /** RR interval before the beat; the first beat has the mean of the first thirty. */
  readonly preS: Float64Array;
  /** RR interval after the beat; the last beat has its mean of five minutes. */
  readonly postS: Float64Array;
  /** 1 where the beat belongs to a run: see `runFrom`. */
  readonly isInRun: Uint8Array;
  /** Mean RR interval of the past five minutes without runs; the first twenty beats have the mean of the first thirty. */
  readonly mean5S: Float64Array;
  /** ln(pre / mean5): how early the beat comes. */
  readonly pre5: Float64Array;
  /** The same beside the mean of all beats, for what is usual of a shape: a run has the shape of its own that it has. */
  readonly pre5OfAll: Float64Array;
}

const pastS = 300;
/** Beats at the start that have the mean of the first thirty. */
const startBeats = 20;
/** The mean is of so many beats at least, so that a run of many minutes is measured by what went before it. */
const fewestInMean = 20;
/** See `runFrom`; ratios of RR intervals. */
const runs = {
  onset: 0.7, // a sinus rhythm quickens over many beats, and by less
  onsetBeats: 8, // before the first, which it is measured by
  stay: 0.75,
  longestRrS: 0.6, // a tachycardia has more than 100 beats a minute; slower ones are a block that gives way
  fewestBeats: 8, // fewer are told well enough by the beats around them
  mostIrregular: 0.1, // median change from one interval to the next: in atrial fibrillation it is larger
  longestS: 1800, // from then on it is how this heart beats
};
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

  const isInRun = new Uint8Array(beats);
  const withoutRuns = pastMeans(beatTimesS, preS, (beat, steady, meanS) => {
    if (beat > startBeats && isInRun[beat] === 0) isInRun.fill(1, beat, runFrom(beat, preS, beatTimesS, steady, meanS));
    return isInRun[beat] === 0;
  });
  const ofAll = pastMeans(beatTimesS, preS, () => true);
  for (const means of [withoutRuns, ofAll]) means.fill(startS, 0, startBeats);
  const mean5S = withoutRuns;

  const postS = Float64Array.from(preS, (_, beat) => (beat + 1 < beats ? preS[beat + 1] : mean5S[beat]));
  const pre5Beside = (means: Float64Array) => preS.map((rr, beat) => logRatio(rr, means[beat]));
  return { preS, postS, isInRun, mean5S, pre5: pre5Beside(mean5S), pre5OfAll: pre5Beside(ofAll) };
}

/**
 * Mean RR interval of the past five minutes at each beat, that beat included.
 * @param isCounted  asked of every beat once, with those counted so far and their present mean.
 */
function pastMeans(
  beatTimesS: Float64Array,
  preS: Float64Array,
  isCounted: (beat: number, counted: readonly number[], meanS: number) => boolean,
): Float64Array {
  const means = new Float64Array(preS.length);
  const counted: number[] = [];
  let from = 0;
  let sum = 0;
  for (let beat = 1; beat < means.length; beat++) {
    while (from < counted.length - fewestInMean && beatTimesS[counted[from]] < beatTimesS[beat] - pastS)
      sum -= preS[counted[from++]];
    if (isCounted(beat, counted, sum / (counted.length - from))) {
      counted.push(beat);
      sum += preS[beat];
    }
    means[beat] = sum / (counted.length - from);
  }
  return means;
}

/**
 * Where the run that begins with a beat ends: eight beats or more of a tachycardia that sets in suddenly, in steady
 * intervals much shorter than those before. So a tachycardia begins that is no sinus rhythm; in minutes it would make
 * itself the measure of what is early.
 * @returns the first beat after it; the beat itself where no run begins.
 */
function runFrom(
  beat: number,
  preS: Float64Array,
  beatTimesS: Float64Array,
  steady: readonly number[],
  meanS: number,
): number {
  const before = medianOf(steady.slice(-runs.onsetBeats).map((one) => preS[one]));
  if (preS[beat] >= runs.onset * Math.min(before, meanS)) return beat;
  let end = beat;
  while (end < preS.length && preS[end] < runs.stay * meanS) end++;
  if (end - beat < runs.fewestBeats || beatTimesS[end - 1] - beatTimesS[beat] > runs.longestS) return beat;
  const intervals = preS.subarray(beat + 1, end);
  const changes = intervals.subarray(1).map((rr, i) => Math.abs(rr - intervals[i]));
  const rrS = medianOf(intervals);
  return rrS < runs.longestRrS && medianOf(changes) < runs.mostIrregular * rrS ? end : beat;
}
