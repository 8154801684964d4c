import { beatClasses, mostProbable } from '../domain/beat-class.ts';
import type { DeferralPoint } from '../domain/certainty.ts';
import type { JudgedBeats } from './calibration.ts';

/** Beats with how doubtful each is; any scale, the most doubtful largest. */
export interface DoubtedBeats extends JudgedBeats {
  readonly doubt: Float32Array;
}

const judgedClasses = 4;

/**
 * How error falls as the most doubtful beats of all records together are handed to a human, who is taken to be right.
 * Beats of equal doubt are handed over in their order.
 */
export function deferralCurve(records: readonly DoubtedBeats[], shares: readonly number[]): DeferralPoint[] {
  const beats: { doubt: number; isWrong: boolean }[] = [];
  for (const { labels, probabilities, doubt } of records)
    for (const [beat, label] of labels.entries())
      if (label < judgedClasses)
        beats.push({
          doubt: doubt[beat],
          isWrong: mostProbable(probabilities, beat * beatClasses.length) !== label,
        });
  beats.sort((a, b) => b.doubt - a.doubt);
  const wrong = beats.filter(({ isWrong }) => isWrong).length;
  return shares.map((share) => {
    const handed = Math.round(share * beats.length);
    const found = beats.slice(0, handed).filter(({ isWrong }) => isWrong).length;
    return {
      share,
      error: beats.length > handed ? (wrong - found) / (beats.length - handed) : 0,
      found: wrong > 0 ? found / wrong : 0,
    };
  });
}

/** How doubtful each beat is: the entropy of its classes in nats, times its distance from the beats of training. */
export function doubtOf(probabilities: Float32Array, novelty: Float32Array): Float32Array {
  const width = beatClasses.length;
  return novelty.map((distance, beat) => {
    const row = probabilities.subarray(beat * width, (beat + 1) * width);
    return distance * -row.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
  });
}

/**
 * The threshold by which a number best tells records that it should from others: most of them found, fewest false
 * alarms (Youden's index), midway between two values. Of equally good ones the highest.
 * @throws {RangeError} where all or none should be found.
 */
export function bestThreshold(records: readonly { readonly value: number; readonly isMeant: boolean }[]): number {
  const meant = records.filter(({ isMeant }) => isMeant).length;
  if (meant === 0 || meant === records.length) throw new RangeError(`${meant} of ${records.length} records are meant`);
  const falling = records.toSorted((a, b) => b.value - a.value);
  let best = { threshold: NaN, index: -Infinity };
  let found = 0;
  for (const [place, { value, isMeant }] of falling.slice(0, -1).entries()) {
    if (isMeant) found++;
    const index = found / meant - (place + 1 - found) / (records.length - meant);
    if (index > best.index) best = { threshold: (value + falling[place + 1].value) / 2, index };
  }
  return best.threshold;
}
