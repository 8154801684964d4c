import { expect, test } from 'vitest';
import { deferralCurve } from '../../../src-main/evaluate/deferral.ts';

const calledN = [1, 0, 0, 0, 0];
/** Ten beats called N of which the third and the eighth are not, and one of class Q that counts nowhere. */
const record = (doubt: readonly number[]) => ({
  labels: Uint8Array.of(0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 4),
  probabilities: Float32Array.from(Array.from({ length: 11 }, () => calledN).flat()),
  doubt: Float32Array.from([...doubt, 9]),
});

test('doubt that knows the wrong beats takes them first', () => {
  const knowing = record([0, 0, 0.9, 0, 0, 0, 0, 0.8, 0, 0]);
  expect(deferralCurve([knowing], [0, 0.1, 0.2, 0.5])).toEqual([
    { share: 0, error: 0.2, found: 0 },
    { share: 0.1, error: 1 / 9, found: 0.5 },
    { share: 0.2, error: 0, found: 1 },
    { share: 0.5, error: 0, found: 1 },
  ]);
});

test('doubt about right beats leaves more wrong ones among the rest', () => {
  const misled = record([0.9, 0.8, 0, 0.7, 0.6, 0.5, 0.4, 0, 0.3, 0.2]);
  expect(deferralCurve([misled], [0, 0.8])).toEqual([
    { share: 0, error: 0.2, found: 0 },
    { share: 0.8, error: 1, found: 0 },
  ]);
});

test('records share one order', () => {
  const certain = record([0, 0, 0.1, 0, 0, 0, 0, 0.1, 0, 0]);
  const doubtful = record([0, 0, 0.9, 0, 0, 0, 0, 0.8, 0, 0]);
  const [, tenth] = deferralCurve([certain, doubtful], [0, 0.1]);
  expect(tenth).toEqual({ share: 0.1, error: 2 / 18, found: 0.5 });
});
