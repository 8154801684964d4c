import { beforeAll, describe, expect, it } from 'vitest';
import { bestMethod, explanationMethods, type ExplanationFigures } from '../../../../src-main/domain/explanation.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { checkMethods } from '../../../../src-main/engine/explain/check-methods.ts';
import type { Weights } from '../../../../src-main/engine/weights/weights.ts';
import { casesOf, subject, trainedWeights, windowsOfWaves } from './known-part.ts';

const executor = onnxExecutor({ threads: 1 });
const cases = casesOf(windowsOfWaves(60, 78));
let networks: Weights[];
let figures: Omit<ExplanationFigures, 'source' | 'beats' | 'byClass'>;
const progress: number[] = [];

beforeAll(async () => {
  networks = [await trainedWeights(executor, 1), await trainedWeights(executor, 2)];
  figures = await checkMethods(subject, networks, cases, {
    ...{ executor, random: seededRandom(1), onProgress: (share) => void progress.push(share) },
  });
}, 240_000);

describe('a check of the methods of explanation', () => {
  it('finds that removing what matters most first does more than removing at random', () => {
    const { methods, random } = figures;
    for (const method of ['occlusion', 'integrated-gradients'] as const) {
      expect(methods[method].deletion).toBeGreaterThan(random.deletion + 0.1);
      expect(methods[method].insertion).toBeGreaterThan(random.insertion + 0.1);
    }
    expect(['occlusion', 'integrated-gradients']).toContain(bestMethod(figures as ExplanationFigures));
  });

  it('finds curves that start and end at the whole and the removed window, whatever the order', () => {
    const { methods, random, signal } = figures;
    for (const { deletionCurve, insertionCurve } of [random, signal, ...Object.values(methods)]) {
      expect(deletionCurve[0]).toBeCloseTo(insertionCurve.at(-1)!, 5);
      expect(deletionCurve.at(-1)).toBeCloseTo(insertionCurve[0], 5);
      expect(deletionCurve[0]).toBeCloseTo(random.deletionCurve[0], 5);
    }
  });

  it('sees explanations fall to no correlation as weights are drawn anew, from the last part to the first', () => {
    expect(figures.layers).toEqual(['classes', 'hidden', 'block1', 'position', 'stage2', 'stage1', 'stem']);
    for (const method of ['integrated-gradients', 'grad-cam', 'attention-relevance'] as const)
      expect(Math.abs(figures.methods[method].randomized.at(-1)!)).toBeLessThan(0.5);
    // Attention does not depend on what stands behind it: the first parts leave it as it is.
    expect(figures.methods.attention.randomized.slice(0, 2)).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5)]);
  });

  it('tells how networks of other seeds agree, and completeness of integrated gradients alone', () => {
    expect(figures.methods.occlusion.agreement).toBeGreaterThan(0.3);
    const promised = explanationMethods.filter((method) => figures.methods[method].completenessError !== null);
    expect(promised).toEqual(['integrated-gradients']);
    expect(figures.methods['integrated-gradients'].completenessError).toBeLessThan(0.4);
  });

  it('tells how far it is, stops when told to, and refuses to check nothing', async () => {
    expect(progress.at(-1)).toBeCloseTo(1, 10);
    expect(progress.every((share, i) => i === 0 || share > progress[i - 1])).toBe(true);
    const run = { executor, random: seededRandom(1) };
    await expect(
      checkMethods(subject, networks, cases, { ...run, signal: AbortSignal.abort(new Error('stopped')) }),
    ).rejects.toThrow('stopped');
    await expect(checkMethods(subject, networks, [], run)).rejects.toThrow('0 windows, 2 networks');
  });

  it('has no agreement to tell of a single network', async () => {
    const alone = await checkMethods(subject, networks.slice(0, 1), cases.slice(0, 3), {
      ...{ executor, random: seededRandom(1) },
    });
    expect(Object.values(alone.methods).map(({ agreement }) => agreement)).toEqual(explanationMethods.map(() => null));
  });
});
