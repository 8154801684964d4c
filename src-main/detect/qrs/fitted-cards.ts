// Written by test/unit/detect/qrs/fit-score-cards.ts from the DS1 records of the MIT-BIH Arrhythmia Database, first lead.
import type { ScoreCard } from './score-card.ts';

/** First look: features of `aloneNames`. */
export const aloneCard: ScoreCard = {
  bias: -3.193,
  weights: [
    1.229, // height
    2.968, // high
    -3.946, // noise
    -0.246, // 100 to 180 ms before
    -0.887, // 180 to 280 ms before
    -0.242, // 280 to 400 ms before
    0.72, // 400 to 550 ms before
    -0.561, // 550 to 800 ms before
    -0.068, // 800 to 1200 ms before
    -1.587, // 100 to 180 ms after
    -0.989, // 180 to 280 ms after
    0.551, // 280 to 400 ms after
    -0.415, // 400 to 550 ms after
    0.464, // 550 to 800 ms after
    -0.118, // 800 to 1200 ms after
  ],
};

/** Second look: features of `aloneNames`, then of `companyNames`. */
export const companyCard: ScoreCard = {
  bias: 0.457,
  weights: [
    -0.385, // height
    1.368, // high
    -2.504, // noise
    -0.727, // 100 to 180 ms before
    -0.738, // 180 to 280 ms before
    -0.189, // 280 to 400 ms before
    0.499, // 400 to 550 ms before
    -0.161, // 550 to 800 ms before
    -0.089, // 800 to 1200 ms before
    -0.253, // 100 to 180 ms after
    0.051, // 180 to 280 ms after
    0.595, // 280 to 400 ms after
    -0.068, // 400 to 550 ms after
    0.035, // 550 to 800 ms after
    -0.095, // 800 to 1200 ms after
    1.483, // sincePrevious
    3.709, // untilNext
    1.83, // heightAmongBeats
    1.637, // likeBeats
  ],
};
