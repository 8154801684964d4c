import { expect, test } from 'vitest';
import { tf, withBackend } from '../../../../src-main/engine/executors/tensorflow.ts';
import { crossEntropy, focalLoss } from '../../../../src-main/engine/train/loss.ts';
import type { BeatLoss } from '../../../../src-main/engine/train/loss.ts';
import { clipByGlobalNorm } from '../../../../src-main/engine/train/optimizer.ts';

/** Losses of each beat and the gradient of their sum by the logits. */
const evaluate = (loss: BeatLoss, logits: number[][], targets: number[][]) =>
  withBackend('cpu', () =>
    tf.tidy(() => {
      const target = tf.tensor2d(targets);
      const gradient = tf.grad((x) => tf.sum(loss(x, target)))(tf.tensor2d(logits));
      return { losses: [...loss(tf.tensor2d(logits), target).dataSync()], gradient: [...gradient.dataSync()] };
    }),
  );

test('cross-entropy is -ln p, for soft targets too', () => {
  const { losses } = evaluate(
    crossEntropy,
    [
      [0, Math.log(3)],
      [0, Math.log(3)],
    ],
    [
      [0, 1],
      [0.5, 0.5],
    ],
  );
  expect(losses[0]).toBeCloseTo(-Math.log(0.75), 6);
  expect(losses[1]).toBeCloseTo(-0.5 * Math.log(0.75) - 0.5 * Math.log(0.25), 6);
});

test('focal loss is (1 - p)^gamma of it, and plain cross-entropy at gamma 0', () => {
  const beat: [number[][], number[][]] = [[[0, Math.log(3)]], [[1, 0]]];
  expect(evaluate(focalLoss(2), ...beat).losses[0]).toBeCloseTo(-(0.75 ** 2) * Math.log(0.25), 6);
  expect(evaluate(focalLoss(1.5), ...beat).losses[0]).toBeCloseTo(-(0.75 ** 1.5) * Math.log(0.25), 6);
  expect(evaluate(focalLoss(0), ...beat).losses[0]).toBeCloseTo(-Math.log(0.25), 6);
});

test.each([0.5, 1.5, 2])('focal loss of gamma %d stays finite, with its gradient, at logits of a thousand', (gamma) => {
  const { losses, gradient } = evaluate(
    focalLoss(gamma),
    [
      [1000, -1000],
      [1000, -1000],
    ],
    [
      [1, 0],
      [0, 1],
    ],
  );
  expect(losses[0]).toBeCloseTo(0, 6);
  expect(losses[1]).toBeCloseTo(2000, 2);
  expect(gradient.every(Number.isFinite)).toBe(true);
});

test('clipping leaves short gradients alone and shortens long ones to the limit', () =>
  withBackend('cpu', () =>
    tf.tidy(() => {
      const lengths = [1, 20].map((limit) => {
        const { gradient, norm } = clipByGlobalNorm(tf.tensor1d([6, 8]), limit);
        return [norm.dataSync()[0], Math.hypot(...gradient.dataSync())];
      });
      expect(lengths[0][0]).toBeCloseTo(10, 5);
      expect(lengths[0][1]).toBeCloseTo(1, 5);
      expect(lengths[1][1]).toBeCloseTo(10, 5);
      expect([...clipByGlobalNorm(tf.tensor1d([6, 8]), 0).gradient.dataSync()]).toEqual([6, 8]);
    }),
  ));
