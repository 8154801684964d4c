import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { rhythmAttention } from '../../../../src-main/engine/network/rhythm-attention.ts';
import { mixUp, signalAugmentation } from '../../../../src-main/engine/train/augment.ts';
import { classShares, composeBatch, epochOrder, lossWeights } from '../../../../src-main/engine/train/batches.ts';
import { tinyCompact } from '../tiny-network.ts';

const labels = Uint8Array.from({ length: 1000 }, (_, beat) => (beat % 50 === 0 ? 2 : beat % 10 === 0 ? 1 : 0));
const network = rhythmAttention({ ...tinyCompact, samples: 16 });
const share = (order: Int32Array, label: number) =>
  order.filter((beat) => labels[beat] === label).length / order.length;

describe('the order of an epoch', () => {
  test('holds every beat, in whole batches', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }), fc.nat(), (beats, batch, seed) => {
        const order = epochOrder(new Uint8Array(beats), 1, { sampler: 'none', batch }, seededRandom(seed));
        expect(order.length).toBe(Math.ceil(beats / batch) * batch);
        expect(new Set(order.subarray(0, beats)).size).toBe(beats);
      }),
    );
  });

  test('balanced gives each class the same share, drawn with replacement', () => {
    const order = epochOrder(labels, 3, { sampler: 'balanced', batch: 1000 }, seededRandom(1));
    for (const label of [0, 1, 2]) expect(share(order, label)).toBeCloseTo(1 / 3, 1);
    expect(new Set(order).size).toBeLessThan(1000);
  });
});

test('class weights make the classes count alike or by the root of their number, with a mean of 1', () => {
  const total = (classWeights: 'none' | 'inverse' | 'inverse-root', label: number) =>
    lossWeights({ inputs: {}, labels }, 3, { classWeights }).reduce(
      (sum, w, beat) => (labels[beat] === label ? sum + w : sum),
      0,
    );
  expect(total('none', 2)).toBeCloseTo(20, 4);
  for (const label of [0, 1, 2]) expect(total('inverse', label)).toBeCloseTo(1000 / 3, 1);
  expect(total('inverse-root', 0) / total('inverse-root', 2)).toBeCloseTo(Math.sqrt(900 / 20), 3);
  const own = lossWeights({ inputs: {}, labels: labels.subarray(0, 2), weights: Float32Array.of(1, 3) }, 3, {
    classWeights: 'none',
  });
  expect([...own]).toEqual([0.5, 1.5]);
});

test('a batch holds the chosen rows with their targets and weights', () => {
  const signal = Float32Array.from({ length: 3 * 16 }, (_, i) => i);
  const set = { inputs: { signal }, labels: Uint8Array.of(0, 2, 1) };
  const chosen = Int32Array.of(2, 0);
  const batch = composeBatch(
    network,
    set,
    Float32Array.of(1, 2, 3),
    chosen,
    { mixupAlpha: 0, labelSmoothing: 0 },
    () => undefined,
    seededRandom(1),
  );
  expect(batch).toEqual({
    inputs: { signal: Float32Array.of(...signal.subarray(32, 48), ...signal.subarray(0, 16)) },
    targets: Float32Array.of(0, 1, 0, 1, 0, 0),
    beatWeights: Float32Array.of(3, 1),
  });
});

test('label smoothing gives every class its part, and the target still sums to one', () => {
  const set = { inputs: { signal: new Float32Array(2 * 16) }, labels: Uint8Array.of(0, 2) };
  const hyper = { mixupAlpha: 0, labelSmoothing: 0.3 };
  const none = () => undefined;
  const { targets } = composeBatch(
    network,
    set,
    Float32Array.of(1, 1),
    Int32Array.of(1, 0),
    hyper,
    none,
    seededRandom(1),
  );
  [0.1, 0.1, 0.8, 0.8, 0.1, 0.1].forEach((share, i) => expect(targets[i]).toBeCloseTo(share, 6));
});

test('class shares are those of the loss, and none is zero', () => {
  const weights = lossWeights({ inputs: {}, labels }, 4, { classWeights: 'none' });
  const shares = classShares(labels, weights, 4);
  [0.9, 0.08, 0.02, 0.0005].forEach((share, c) => expect(shares[c]).toBeCloseTo(share, 6));
});

describe('augmentation', () => {
  const augmented = (options: Partial<Parameters<typeof signalAugmentation>[1]>, seed: number) => {
    const signal = Float32Array.from({ length: 16 }, (_, i) => i + 1);
    const all = { noise: 0, amplitudeScale: 0, shiftSamples: 0, ...options };
    signalAugmentation(network, all)({ signal }, 1, seededRandom(seed));
    return [...signal];
  };

  test('shifts by up to so many samples either way, with zeros from outside', () => {
    const shifts = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const row = augmented({ shiftSamples: 3 }, seed);
      const by = row[8] === 0 ? NaN : 9 - row[8];
      shifts.add(by);
      row.forEach((value, i) => expect(value).toBe(i - by >= 0 && i - by < 16 ? i - by + 1 : 0));
    }
    expect([...shifts].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  });

  test('scales all samples alike, within bounds', () => {
    const gains = Array.from({ length: 60 }, (_, seed) => {
      const row = augmented({ amplitudeScale: 0.2 }, seed);
      row.forEach((value, i) => expect(value / (i + 1)).toBeCloseTo(row[0], 5));
      return row[0];
    });
    expect(Math.min(...gains)).toBeGreaterThanOrEqual(0.8);
    expect(Math.max(...gains)).toBeLessThanOrEqual(1.2);
    expect(Math.max(...gains) - Math.min(...gains)).toBeGreaterThan(0.3);
  });

  test('adds noise of the given deviation', () => {
    const deviations = Array.from({ length: 200 }, (_, seed) =>
      augmented({ noise: 0.5 }, seed).map((v, i) => v - i - 1),
    ).flat();
    const rms = Math.sqrt(deviations.reduce((sum, d) => sum + d * d, 0) / deviations.length);
    expect(rms).toBeCloseTo(0.5, 1);
  });

  test('refuses a network without a signal', () => {
    const other = { ...network, inputs: { features: [4] } };
    expect(() => signalAugmentation(other, { noise: 1, amplitudeScale: 0, shiftSamples: 0 })).toThrow(
      'input named signal',
    );
    expect(() => signalAugmentation(other, { noise: 0, amplitudeScale: 0, shiftSamples: 0 })).not.toThrow();
  });
});

test('mixup mixes rows and targets in the same proportion, which sums to one', () => {
  for (let seed = 0; seed < 20; seed++) {
    // each row repeats its class's one-hot target, so the two must stay alike
    const targets = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const signal = Float32Array.from({ length: 48 }, (_, i) => targets[Math.floor(i / 16) * 3 + ((i % 16) % 3)]);
    mixUp(network, { inputs: { signal }, targets }, 0.3, seededRandom(seed));
    for (let beat = 0; beat < 3; beat++) {
      const row = targets.subarray(beat * 3, beat * 3 + 3);
      expect(row[0] + row[1] + row[2]).toBeCloseTo(1, 6);
      for (let i = 0; i < 16; i++) expect(signal[beat * 16 + i]).toBeCloseTo(row[i % 3], 6);
    }
  }
});
