import { describe, expect, test } from 'vitest';
import { beatClasses } from '../../../src-main/domain/beat-class.ts';
import { seededRandom } from '../../../src-main/domain/random.ts';
import {
  atTemperature,
  calibrationOf,
  fitTemperature,
  type JudgedBeats,
} from '../../../src-main/evaluate/calibration.ts';

const rows = (...beats: readonly (readonly number[])[]) => Float32Array.from(beats.flat());

describe('calibration', () => {
  test('is worked out by hand for four beats', () => {
    const { top, N, S } = calibrationOf([
      {
        labels: Uint8Array.of(0, 1, 0, 4),
        probabilities: rows([0.9, 0.1, 0, 0, 0], [0.9, 0.1, 0, 0, 0], [0.6, 0.4, 0, 0, 0], [1, 0, 0, 0, 0]),
      },
    ]);
    // .9 lies in the fourteenth range, .6 in the tenth; the beat of class Q is left out.
    expect(top.bins[13].beats).toBe(2);
    expect(top.bins[13].said).toBeCloseTo(0.9, 6);
    expect(top.bins[13].was).toBe(0.5);
    expect(top.bins[0]).toEqual({ beats: 0, said: null, was: null });
    expect(top.ece).toBeCloseTo((2 * 0.4 + 1 * 0.4) / 3, 6);
    expect(N.ece).toBeCloseTo(top.ece, 6);
    expect(S.ece).toBeCloseTo((2 * 0.4 + 1 * 0.4) / 3, 6);
  });

  test('every beat lies in one range of every class, 0 and 1 too', () => {
    const calibration = calibrationOf([
      { labels: Uint8Array.of(2, 0), probabilities: rows([0, 0, 1, 0, 0], [1, 0, 0, 0, 0]) },
    ]);
    for (const { bins, ece } of Object.values(calibration)) {
      expect(bins).toHaveLength(15);
      expect(bins.reduce((sum, { beats }) => sum + beats, 0)).toBe(2);
      expect(ece).toBe(0);
    }
  });
});

/** Beats whose labels are drawn with the very probabilities that are given. */
function honestBeats(beats: number): JudgedBeats {
  const random = seededRandom(3);
  const probabilities = new Float32Array(beats * beatClasses.length);
  const labels = Uint8Array.from({ length: beats }, (_, beat) => {
    const logits = Array.from({ length: 4 }, () => 2 * random.normal());
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    const row = logits.map((logit) => Math.exp(logit) / sum);
    probabilities.set(row, beat * beatClasses.length);
    let draw = random.uniform();
    return row.findIndex((p, c) => (draw -= p) < 0 || c === 3);
  });
  return { labels, probabilities };
}

describe('temperature', () => {
  const honest = honestBeats(6000);

  test('is found again where a model was made overconfident by a known one', () => {
    const overconfident = { ...honest, probabilities: atTemperature(honest.probabilities, 2, 1) };
    expect(Math.abs(fitTemperature([overconfident], 1) - 2)).toBeLessThan(0.11);
    const { top } = calibrationOf([overconfident]);
    const tempered = calibrationOf([{ ...honest, probabilities: atTemperature(overconfident.probabilities, 1, 2) }]);
    expect(tempered.top.ece).toBeLessThan(top.ece / 4);
  });

  test('leaves an honest model as it is', () => {
    expect(Math.abs(fitTemperature([honest], 1) - 1)).toBeLessThan(0.11);
    expect(Math.abs(fitTemperature([honest], 1.6) - 1.6)).toBeLessThan(0.11);
  });

  test('changes no order of classes, keeps each sum at 1 and an impossible class impossible', () => {
    const probabilities = rows([0.7, 0.2, 0.1, 0, 0], [0, 0, 0, 0, 1]);
    const tempered = atTemperature(probabilities, 1, 2);
    expect(tempered[0] / tempered[1]).toBeCloseTo(Math.sqrt(3.5), 5);
    expect(tempered[0] + tempered[1] + tempered[2]).toBeCloseTo(1, 6);
    expect([...tempered.slice(3)]).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });
});
