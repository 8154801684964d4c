/** Trees of a regression ask this many questions one after another. */
export const treeDepth = 3;
const questions = 2 ** treeDepth - 1;

/** A line and small trees that add to it, as `fitted-boundaries.ts` writes them. */
export interface WrittenRegression {
  readonly bias: number;
  readonly weights: readonly number[];
  /** Each: seven questions `feature<threshold` from the root down, `-` where none is asked, `|`, eight values. */
  readonly trees: readonly string[];
}

export interface Regression {
  readonly bias: number;
  readonly weights: Float64Array;
  /** For each question of all trees its feature, and the threshold from which the answer leads to the right. */
  readonly features: Int16Array;
  readonly thresholds: Float64Array;
  readonly values: Float64Array;
}

export function readRegression({ bias, weights, trees }: WrittenRegression): Regression {
  const asked = trees.flatMap((tree) => tree.split('|')[0].trim().split(' '));
  return {
    bias,
    weights: Float64Array.from(weights),
    features: Int16Array.from(asked, (question) => (question === '-' ? 0 : Number(question.split('<')[0]))),
    thresholds: Float64Array.from(asked, (question) => (question === '-' ? Infinity : Number(question.split('<')[1]))),
    values: Float64Array.from(trees.flatMap((tree) => tree.split('|')[1].trim().split(' ').map(Number))),
  };
}

/** @throws {RangeError} when there are not as many features as weights. */
export function regress({ bias, weights, features, thresholds, values }: Regression, from: readonly number[]): number {
  if (from.length !== weights.length)
    throw new RangeError(`${from.length} features, but the regression has ${weights.length} weights`);
  let sum = bias;
  for (let k = 0; k < weights.length; k++) sum += weights[k] * from[k];
  const trees = values.length / (questions + 1);
  for (let tree = 0; tree < trees; tree++) {
    let node = 0;
    while (node < questions) {
      const question = tree * questions + node;
      node = 2 * node + (from[features[question]] >= thresholds[question] ? 2 : 1);
    }
    sum += values[tree * (questions + 1) + node - questions];
  }
  return sum;
}
