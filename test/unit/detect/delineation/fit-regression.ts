import { treeDepth, type WrittenRegression } from '../../../../src-main/detect/delineation/regression.ts';
import { solve } from '../solve.ts';

export interface Example {
  readonly features: readonly number[];
  readonly target: number;
  /** The record it comes from: those of one record are left out together. */
  readonly group: number;
}

/** Chosen by leaving out a fifth of the records in turn: more or deeper trees gain less than .1 ms. */
const fitDefaults = {
  ridge: 3, // on standardised weights: keeps thresholds that are nearly alike from cancelling out
  trees: 40,
  rate: 0.2,
  leastExamples: 150, // of a leaf: four or five leads of one record
  shrink: 15, // examples of nothing added to each leaf
  bins: 32,
  share: 0.5, // of examples and of features that each tree sees
} as const;

/** A line by least squares, then small trees fitted one after another to what is left (Friedman 2002); the same each time. */
export function fitRegression(examples: readonly Example[]): WrittenRegression {
  const { bias, weights } = fitLine(examples);
  const left = examples.map(({ features, target }) =>
    weights.reduce((rest, weight, k) => rest - weight * features[k], target - bias),
  );
  return { bias, weights, trees: fitTrees(examples, left) };
}

/** To five digits, as it is written: what is fitted after it is fitted to that. */
const written = (value: number): number => Number(value.toPrecision(5));

function fitLine(examples: readonly Example[]): { bias: number; weights: number[] } {
  const width = examples[0].features.length;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (const { features } of examples) for (let k = 0; k < width; k++) mean[k] += features[k] / examples.length;
  for (const { features } of examples)
    for (let k = 0; k < width; k++) deviation[k] += (features[k] - mean[k]) ** 2 / examples.length;
  for (let k = 0; k < width; k++) deviation[k] = Math.sqrt(deviation[k]) || 1;
  const matrix = Array.from({ length: width + 1 }, () => new Float64Array(width + 1));
  const right = new Float64Array(width + 1);
  const row = new Float64Array(width + 1).fill(1);
  for (const { features, target } of examples) {
    for (let k = 0; k < width; k++) row[k] = (features[k] - mean[k]) / deviation[k];
    for (let k = 0; k <= width; k++) {
      right[k] += row[k] * target;
      for (let l = 0; l <= width; l++) matrix[k][l] += row[k] * row[l];
    }
  }
  for (let k = 0; k < width; k++) matrix[k][k] += fitDefaults.ridge;
  const solution = solve(matrix, right);
  const weights = Array.from(mean, (_, k) => written(solution[k] / deviation[k]));
  return { bias: written(weights.reduce((bias, weight, k) => bias - weight * mean[k], solution[width])), weights };
}

/** @param left  what each example's target is above the line; brought down by every tree. */
function fitTrees(examples: readonly Example[], left: number[]): string[] {
  const width = examples[0].features.length;
  const random = randomFrom(1);
  const thresholds = Array.from({ length: width }, (_, k) => thresholdsOf(examples, k));
  const bins = thresholds.map((rising, k) =>
    Uint8Array.from(examples, ({ features }) => rising.filter((threshold) => features[k] >= threshold).length),
  );
  return Array.from({ length: fitDefaults.trees }, () => {
    const seen = examples.flatMap((_, i) => (random() < fitDefaults.share ? [i] : []));
    const columns = thresholds.flatMap((_, k) => (random() < fitDefaults.share ? [k] : []));
    return fitTree(seen, columns, bins, thresholds, left);
  });
}

function fitTree(
  seen: readonly number[],
  columns: readonly number[],
  bins: readonly Uint8Array[],
  thresholds: readonly (readonly number[])[],
  left: number[],
): string {
  const questions: string[] = [];
  const leaf = new Uint8Array(left.length); // of the nodes of one level
  for (let level = 0; level < treeDepth; level++) {
    const nodes = 2 ** level;
    const best = Array.from({ length: nodes }, () => ({ gain: 1e-9, column: -1, bin: -1 }));
    for (const column of columns) {
      const sums = Array.from({ length: nodes }, () => new Float64Array(fitDefaults.bins));
      const counts = Array.from({ length: nodes }, () => new Float64Array(fitDefaults.bins));
      for (const i of seen) {
        sums[leaf[i]][bins[column][i]] += left[i];
        counts[leaf[i]][bins[column][i]]++;
      }
      best.forEach((_, node) => {
        const total = sums[node].reduce((a, b) => a + b, 0);
        const count = counts[node].reduce((a, b) => a + b, 0);
        let [sum, below] = [0, 0];
        for (let bin = 0; bin < thresholds[column].length; bin++) {
          sum += sums[node][bin];
          below += counts[node][bin];
          if (below < fitDefaults.leastExamples || count - below < fitDefaults.leastExamples) continue;
          const gain = sum ** 2 / below + (total - sum) ** 2 / (count - below) - total ** 2 / count;
          if (gain > best[node].gain) best[node] = { gain, column, bin };
        }
      });
    }
    for (const { column, bin } of best) questions.push(column < 0 ? '-' : `${column}<${thresholds[column][bin]}`);
    for (let i = 0; i < leaf.length; i++) {
      const { column, bin } = best[leaf[i]];
      leaf[i] = 2 * leaf[i] + (column >= 0 && bins[column][i] > bin ? 1 : 0);
    }
  }
  const sums = new Float64Array(2 ** treeDepth);
  const counts = new Float64Array(2 ** treeDepth).fill(fitDefaults.shrink);
  for (const i of seen) {
    sums[leaf[i]] += left[i];
    counts[leaf[i]]++;
  }
  const values = Array.from(sums, (sum, i) => Number(((fitDefaults.rate * sum) / counts[i]).toFixed(4)));
  for (let i = 0; i < leaf.length; i++) left[i] -= values[leaf[i]];
  return `${questions.join(' ')} | ${values.join(' ')}`;
}

/** Rising thresholds that cut the examples into like parts by one feature. */
function thresholdsOf(examples: readonly Example[], feature: number): number[] {
  const sorted = Float64Array.from(examples, ({ features }) => features[feature]).sort();
  const cuts = Array.from({ length: fitDefaults.bins - 1 }, (_, cut) =>
    written(sorted[Math.floor(((cut + 1) * sorted.length) / fitDefaults.bins)]),
  );
  return [...new Set(cuts)].sort((a, b) => a - b);
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
