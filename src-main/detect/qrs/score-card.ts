/** Weights of a logistic regression: log-odds of being a beat = bias + sum of weight times feature. */
export interface ScoreCard {
  readonly bias: number;
  /** In the order of the features it was fitted to. */
  readonly weights: readonly number[];
}

/**
 * Log-odds of each candidate.
 * @param features  one or more blocks of columns, each (candidate, its own number of features); the card's weights run
 *                  over the first block's columns, then the next's.
 * @param count     candidates.
 * @throws {RangeError} when the blocks have not as many columns as the card has weights.
 */
export function logOdds(card: ScoreCard, features: readonly Float32Array[], count: number): Float64Array {
  const odds = new Float64Array(count).fill(card.bias);
  let firstWeight = 0;
  for (const block of features) {
    const columns = count > 0 ? block.length / count : 0;
    for (let i = 0; i < count; i++) {
      let sum = odds[i];
      for (let k = 0; k < columns; k++) sum += card.weights[firstWeight + k] * block[i * columns + k];
      odds[i] = sum;
    }
    firstWeight += columns;
  }
  if (count > 0 && firstWeight !== card.weights.length)
    throw new RangeError(`${firstWeight} features, but the score card has ${card.weights.length} weights`);
  return odds;
}
