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
