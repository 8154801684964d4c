import { describe, expect, it } from 'vitest';
import { noLabel } from '../../../../src-main/domain/beat.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import type { Neighbourhood } from '../../../../src-main/engine/blend/neighbourhood.ts';
import { simulateLabels } from '../../../../src-main/host/protocols/simulated-labels.ts';

const beats = 200;
const random = seededRandom(5);
const neighbourhood: Neighbourhood = {
  ...{ beats, size: 2, width: 1 },
  points: Float32Array.from({ length: 2 * beats }, (_, i) => 6 * ((i >> 1) % 3) + 0.4 * random.normal()),
};
const base = Float32Array.from({ length: 5 * beats }, (_, i) => [0.7, 0.1, 0.1, 0.1, 0][i % 5]);
/** The reference says nothing of the last beats. */
const labels = Uint8Array.from({ length: beats }, (_, beat) => (beat < 190 ? beat % 3 : noLabel));
const recording = { neighbourhood, base, labels };
const asking = { order: 'queue', wrongShare: 0, seed: 1 } as const;

describe('a simulated reader', () => {
  it.each(['queue', 'random'] as const)('labels as the reference says and no beat twice, in order of %s', (order) => {
    const given = simulateLabels(recording, { ...asking, order }, 50);
    expect(new Set(given.map(({ beat }) => beat)).size).toBe(50);
    for (const { beat, label } of given) expect(label).toBe(labels[beat]);
  });

  it('gives the same first labels whatever comes after', () => {
    const fifty = simulateLabels(recording, asking, 50);
    expect(simulateLabels(recording, asking, 20)).toEqual(fifty.slice(0, 20));
  });

  it('meets every kind of beat within the first five', () => {
    const first = simulateLabels(recording, asking, 5);
    expect(new Set(first.map(({ label }) => label))).toEqual(new Set([0, 1, 2]));
  });

  it('is asked only for beats it may be asked for, and stops when they are used up', () => {
    const given = simulateLabels(recording, { ...asking, among: (beat) => beat < 12 }, 50);
    expect(given.map(({ beat }) => beat).sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
  });

  it('labels beats unlike those the model learned from before others of their kind', () => {
    const far = [30, 60, 90, 120]; // all of one kind
    const distance = Float32Array.from({ length: beats }, (_, beat) => (far.includes(beat) ? 50 : 1));
    const asked = (given: readonly { beat: number }[]) => given.filter(({ beat }) => far.includes(beat)).length;
    const plain = asked(simulateLabels(recording, asking, 10));
    expect(asked(simulateLabels({ ...recording, distance }, asking, 10))).toBeGreaterThan(plain);
  });

  it('errs by its share, the same way each time', () => {
    const erring = { ...asking, order: 'random', wrongShare: 0.2 } as const;
    const given = simulateLabels(recording, erring, 150);
    const wrong = given.filter(({ beat, label }) => label !== labels[beat]).length;
    expect(wrong).toBeGreaterThan(15);
    expect(wrong).toBeLessThan(50);
    expect(simulateLabels(recording, erring, 150)).toEqual(given);
  });
});
