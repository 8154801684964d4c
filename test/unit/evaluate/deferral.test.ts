import { expect, test } from 'vitest';
import { bestThreshold, deferralCurve, doubtOf } from '../../../src-main/evaluate/deferral.ts';

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

test('doubt is entropy times distance: nothing for a certain beat, more for a stranger', () => {
  const probabilities = Float32Array.from([1, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0.25, 0.25, 0.25, 0.25, 0]);
  const doubt = doubtOf(probabilities, Float32Array.of(9, 9, 18));
  expect(doubt[0]).toBeCloseTo(0, 6);
  expect(doubt[1]).toBeCloseTo(9 * Math.log(2), 5);
  expect(doubt[2]).toBeCloseTo(18 * Math.log(4), 5);
});

test('the threshold finds most that is meant with fewest false alarms', () => {
  const of = (value: number, isMeant: boolean) => ({ value, isMeant });
  expect(bestThreshold([of(1, false), of(2, false), of(9, true), of(3, false), of(7, true)])).toBe(5);
  expect(bestThreshold([of(8, false), of(6, true), of(1, false), of(2, false), of(4, true)])).toBe(3);
  expect(() => bestThreshold([of(1, true)])).toThrow('1 of 1 records are meant');
});
