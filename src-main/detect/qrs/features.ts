import { highestIn, rootMeanSquare, workingHz, type Candidates } from './candidates.ts';

/** Edges in ms of the stretches before and after a candidate in which the highest other wave is sought: P, T, the next beat. */
const surroundingsMs = [100, 180, 280, 400, 550, 800, 1200] as const;
const noiseHalfS = 0.5;
const highHalfS = 0.06;
const rhythmBeatsEachSide = 8; // RR intervals whose median is the rhythm: steady under ectopic beats, quick in atrial fibrillation
const likeBeatsEachSide = 5;
const likeOthersEachSide = 7; // P and T waves make about as many candidates again as beats
const heightDifferenceCost = 0.5; // half as high is as unlike as a correlation lower by a third

const stretches = surroundingsMs.slice(1).map((toMs, i) => [surroundingsMs[i], toMs] as const);

/** What the first look sees of a candidate, in the order of its features. */
export const aloneNames: readonly string[] = [
  'height',
  'high',
  'noise',
  ...stretches.map(([fromMs, toMs]) => `${fromMs} to ${toMs} ms before`),
  ...stretches.map(([fromMs, toMs]) => `${fromMs} to ${toMs} ms after`),
];

/** What the second look sees besides. */
export const companyNames: readonly string[] = ['sincePrevious', 'untilNext', 'heightAmongBeats', 'likeBeats'];

/** Natural logarithm, held within what tells anything. */
const bounded = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const logRatio = (ratio: number): number => bounded(Math.log(ratio + 1e-6), -4, 4);

/**
 * The first look: each candidate with the waves around it, not knowing yet which of them are beats.
 * All are logarithms of ratios, so that neither gain nor polarity matters.
 * @returns (candidate, aloneNames)
 */
export function featuresAlone(candidates: Candidates): Float32Array {
  const { atSample, heightMv, levelMv, energyMv, highBefore } = candidates;
  const features = new Float32Array(atSample.length * aloneNames.length);
  const samplesOf = (seconds: number) => Math.round(seconds * workingHz);
  const highHalf = samplesOf(highHalfS);
  const noiseHalf = samplesOf(noiseHalfS);
  const around = stretches.map(([fromMs, toMs]) => [samplesOf(fromMs / 1000), samplesOf(toMs / 1000)] as const);
  let next = 0;
  for (let i = 0; i < atSample.length; i++) {
    const at = atSample[i];
    const height = heightMv[i];
    features[next++] = logRatio(height / levelMv[i]);
    features[next++] = logRatio(rootMeanSquare(highBefore, at - highHalf, at + highHalf + 1) / height);
    features[next++] = logRatio(rootMeanSquare(highBefore, at - noiseHalf, at + noiseHalf) / height);
    for (const [from, to] of around) features[next++] = logRatio(highestIn(energyMv, at - to, at - from) / height);
    for (const [from, to] of around) features[next++] = logRatio(highestIn(energyMv, at + from, at + to) / height);
  }
  return features;
}

/** A choice of beats, and what the second look saw of every candidate among them. */
export interface Company {
  readonly isChosen: Uint8Array;
  /** (candidate, companyNames) */
  readonly features: Float32Array;
}

/**
 * The second look: each candidate among the beats chosen so far: does it come when a beat is due, and is it like
 * those beats, or like what was passed over (P waves, T waves, noise)?
 * @param chosen  indices of the candidates chosen so far, rising, at least two.
 * @param before  an earlier choice: where none of it changed around a candidate, its features are taken over.
 */
export function featuresInCompany(candidates: Candidates, chosen: Int32Array, before?: Company): Company {
  const { atSample, heightMv } = candidates;
  const count = atSample.length;
  const isChosen = new Uint8Array(count);
  for (const beat of chosen) isChosen[beat] = 1;
  const changesBefore = new Int32Array(count + 1);
  for (let i = 0; i < count; i++)
    changesBefore[i + 1] = changesBefore[i] + (before?.isChosen[i] === isChosen[i] ? 0 : 1);
  const others = new Int32Array(count - chosen.length);
  for (let i = 0, next = 0; i < count; i++) if (isChosen[i] === 0) others[next++] = i;
  const logHeights = new Float64Array(count);
  for (let i = 0; i < count; i++) logHeights[i] = Math.log(heightMv[i]);
  const rr = new Float64Array(Math.max(0, chosen.length - 1));
  for (let k = 0; k < rr.length; k++) rr[k] = atSample[chosen[k + 1]] - atSample[chosen[k]];
  const beatHeights = new Float64Array(chosen.length);
  for (let k = 0; k < chosen.length; k++) beatHeights[k] = logHeights[chosen[k]];
  const features = new Float32Array(count * companyNames.length);
  let beatsBefore = 0;
  let rhythm = 0;
  let usualHeight = 0;
  let next = 0;
  for (let i = 0; i < count; i++) {
    const othersBefore = i - beatsBefore;
    const seenFrom = Math.min(
      chosen[Math.max(0, beatsBefore - 1 - rhythmBeatsEachSide)],
      others[Math.max(0, othersBefore - likeOthersEachSide)] ?? 0,
    );
    const seenTo = Math.max(
      chosen[Math.min(chosen.length - 1, beatsBefore + 1 + rhythmBeatsEachSide)],
      others[Math.min(others.length - 1, othersBefore + 1 + likeOthersEachSide)] ?? count - 1,
    );
    if (before !== undefined && changesBefore[seenTo + 1] === changesBefore[seenFrom]) {
      for (let k = 0; k < companyNames.length; k++, next++) features[next] = before.features[next];
      beatsBefore += isChosen[i];
      rhythm = 0;
      continue;
    }
    if (rhythm === 0 || isChosen[i - 1] === 1) {
      rhythm = medianAround(rr, beatsBefore, rhythmBeatsEachSide);
      usualHeight = medianAround(beatHeights, beatsBefore, likeBeatsEachSide);
    }
    const after = beatsBefore + isChosen[i];
    const since = beatsBefore > 0 ? (atSample[i] - atSample[chosen[beatsBefore - 1]]) / rhythm : 1;
    const until = after < chosen.length ? (atSample[chosen[after]] - atSample[i]) / rhythm : 1;
    const likeBeats = secondLikeness(candidates, logHeights, i, chosen, beatsBefore, likeBeatsEachSide);
    const likeOthers = secondLikeness(candidates, logHeights, i, others, othersBefore, likeOthersEachSide);
    features[next++] = bounded(Math.log(since), -2, 1);
    features[next++] = bounded(Math.log(until), -2, 1);
    features[next++] = bounded(logHeights[i] - usualHeight, -3, 3);
    features[next++] = bounded(likeBeats - likeOthers, -2, 2);
    beatsBefore = after;
  }
  return { isChosen, features };
}

/** Median (of two middles the upper) of the values up to `eachSide` before and after a place; at least one must be there. */
function medianAround(values: Float64Array, place: number, eachSide: number): number {
  const from = Math.max(0, place - eachSide);
  const count = Math.min(values.length, place + eachSide) - from;
  for (let i = 0; i < count; i++) {
    const value = values[from + i];
    let at = i;
    for (; at > 0 && sorted[at - 1] > value; at--) sorted[at] = sorted[at - 1];
    sorted[at] = value;
  }
  return sorted[count >> 1];
}
/** Sorted in by insertion, which for a dozen values costs a tenth of a sort that allocates. */
const sorted = new Float64Array(2 * Math.max(rhythmBeatsEachSide, likeBeatsEachSide));

const mostCorrelation = 1.0001; // of unit vectors in 32 bits

/**
 * How like its second-best match a candidate is: the second, since one may be alike by chance.
 * @param among  indices of candidates, rising; those up to `eachSide` before and after `place` are compared.
 */
function secondLikeness(
  candidates: Candidates,
  logHeights: Float64Array,
  of: number,
  among: Int32Array,
  place: number,
  eachSide: number,
): number {
  const { shapes, shapeSamples } = candidates;
  const to = Math.min(among.length, place + eachSide);
  let best = -2;
  let second = -2;
  for (let k = Math.max(0, place - eachSide); k < to; k++) {
    const other = among[k];
    if (other === of) continue;
    const unlikeHeight = heightDifferenceCost * Math.abs(logHeights[of] - logHeights[other]);
    if (mostCorrelation - unlikeHeight <= second) continue;
    // Two sums, since each addition waits for the one before it.
    let even = 0;
    let odd = 0;
    let j = other * shapeSamples;
    for (let i = of * shapeSamples; i < (of + 1) * shapeSamples - 1; i += 2, j += 2) {
      even += shapes[i] * shapes[j];
      odd += shapes[i + 1] * shapes[j + 1];
    }
    if (shapeSamples % 2 === 1) even += shapes[(of + 1) * shapeSamples - 1] * shapes[j];
    const likeness = even + odd - unlikeHeight;
    if (likeness > best) {
      second = best;
      best = likeness;
    } else if (likeness > second) second = likeness;
  }
  return second;
}
