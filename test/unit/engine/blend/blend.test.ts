import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { blend, type LabelledBeat } from '../../../../src-main/engine/blend/blend.ts';
import { kernelBetween, prepareBlend } from '../../../../src-main/engine/blend/neighbourhood.ts';
import { principalComponents } from '../../../../src-main/engine/blend/principal-components.ts';
import { classesNeverLabelled, reviewQueue } from '../../../../src-main/engine/blend/review-queue.ts';
import { standardFeatures, standardOf } from '../../../../src-main/engine/record/beat-inputs.ts';
import { simulatedRecord } from '../record/simulated-inputs.ts';

const { inputs, labels } = simulatedRecord('a', 240, 1);
for (const [beat, label] of labels.entries()) for (let f = label; f < 45; f += 4) inputs.features[beat * 45 + f] += 6;
const neighbourhood = prepareBlend(inputs, standardFeatures(inputs, standardOf([inputs])));
const { beats } = neighbourhood;
/** As far as a label reaches. */
const wide = { ...neighbourhood, width: 2.2 * neighbourhood.width };
/** A model without an opinion on anything but N. */
const base = Float32Array.from({ length: 5 * beats }, (_, i) => [0.8, 0.05, 0.1, 0.05, 0][i % 5]);
const labelledBeats = fc
  .uniqueArray(fc.record({ beat: fc.nat(beats - 1), label: fc.nat(4) }), {
    selector: ({ beat }) => beat,
    maxLength: 30,
  })
  .map((list): LabelledBeat[] => list);
const rowOf = (probabilities: Float32Array, beat: number) => probabilities.slice(5 * beat, 5 * beat + 5);

describe('the label blend', () => {
  it('is undone to the last bit when a label is taken away, whatever was given in between', () => {
    fc.assert(
      fc.property(labelledBeats, fc.nat(beats - 1), fc.nat(4), (given, beat, label) => {
        const others = given.filter((each) => each.beat !== beat);
        const before = blend(neighbourhood, base, others);
        blend(neighbourhood, base, [{ beat, label }, ...others]);
        expect(blend(neighbourhood, base, others.toReversed())).toEqual(before);
        expect(blend(neighbourhood, base, [])).toEqual(base);
      }),
      { numRuns: 30 },
    );
  });

  it('gives probabilities: none below 0, rows that sum to 1, and untouched rows where no label reaches', () => {
    fc.assert(
      fc.property(labelledBeats, (given) => {
        const blended = blend(neighbourhood, base, given);
        for (let beat = 0; beat < beats; beat++) {
          const row = rowOf(blended, beat);
          expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
          expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
          if (given.every((each) => kernelBetween(wide, beat, each.beat) === 0)) expect(row).toEqual(rowOf(base, beat));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is the regression: what pulls a label’s influence back is what its class lacks, as far as it is trusted', () => {
    const opinion = [0.05, 0.05, 0.1, 0.05, 0.75]; // no class of which the model's word stands
    const unread = Float32Array.from({ length: 5 * beats }, (_, i) => opinion[i % 5]);
    const row = rowOf(blend(neighbourhood, unread, [{ beat: 17, label: 0 }]), 17);
    const moved = Array.from(row, (p, c) => Math.log(p) - Math.log(opinion[c] + 1e-3));
    const mean = moved.reduce((sum, value) => sum + value, 0) / 5; // influences of the classes add up to nothing
    const trust = (0.9 * row[0]) / (0.9 * row[0] + 0.1 / 4);
    for (const [c, value] of moved.entries())
      expect(0.03 * (value - mean)).toBeCloseTo(trust * (Number(c === 0) - row[c]), 2);
    expect(row[0]).toBeGreaterThan(0.7);
  });

  it('lets one label speak for few where the model is sure of a class that no label names, and some for all', () => {
    const likes = [...labels.keys()].filter((beat) => labels[beat] === 2);
    const sure = Float32Array.from({ length: 5 * beats }, (_, i) => [0.97, 0.01, 0.01, 0.01, 0][i % 5]);
    const shareOfV = (count: number) => {
      const blended = blend(
        neighbourhood,
        sure,
        likes.slice(0, count).map((beat) => ({ beat, label: 2 })),
      );
      return likes.filter((beat) => rowOf(blended, beat)[2] > 0.5).length / likes.length;
    };
    expect(shareOfV(1)).toBeLessThan(0.2);
    expect(shareOfV(6)).toBeGreaterThan(0.8);
  });

  it('hears one wrong label among its likes little', () => {
    const [like, ...likes] = [...labels.keys()].filter((beat) => labels[beat] === 2);
    const right = likes.slice(1, 9).map((beat) => ({ beat, label: 2 }));
    const wrong = { beat: likes[0], label: 1 };
    const probabilityOfV = (...given: LabelledBeat[]) => rowOf(blend(neighbourhood, base, given), like)[2];
    expect(probabilityOfV(wrong)).toBeLessThan(0.1);
    expect(probabilityOfV(wrong, ...right)).toBeGreaterThan(0.9 * probabilityOfV(...right));
    expect(probabilityOfV(...right)).toBeGreaterThan(0.8);
  });

  it('hears at most fifty labels of a class, spread over the recording', () => {
    const near = [...labels.keys()].filter((beat) => labels[beat] === 0);
    const all = near.map((beat) => ({ beat, label: 0 }));
    const some = Array.from({ length: 50 }, (_, i) => all[Math.floor((i * all.length) / 50)]);
    expect(all.length).toBeGreaterThan(60);
    expect(blend(neighbourhood, base, all)).toEqual(blend(neighbourhood, base, some));
  });

  it('carries a label to its likes and not to others', () => {
    const first = labels.indexOf(2);
    const blended = blend(neighbourhood, base, [
      { beat: first, label: 2 },
      { beat: labels.indexOf(0), label: 0 },
    ]);
    const meanV = (label: number) => {
      const those = [...labels.keys()].filter((beat) => labels[beat] === label);
      return those.reduce((sum, beat) => sum + blended[5 * beat + 2], 0) / those.length;
    };
    expect(meanV(2)).toBeGreaterThan(0.3);
    expect(meanV(0)).toBeLessThan(0.1);
  });

  it('refuses labels of beats or classes that are not there, and probabilities of other beats', () => {
    expect(() => blend(neighbourhood, base, [{ beat: beats, label: 0 }])).toThrow(RangeError);
    expect(() => blend(neighbourhood, base, [{ beat: 0, label: 5 }])).toThrow(RangeError);
    expect(() => blend(neighbourhood, base.slice(5), [])).toThrow(RangeError);
    expect(() => prepareBlend(inputs, new Float32Array(45))).toThrow(RangeError);
  });

  it('works for recordings of none, one or a few beats', () => {
    for (const few of [0, 1, 3]) {
      const small = simulatedRecord('few', few, 2);
      const standard = standardFeatures(small.inputs, standardOf([inputs]));
      const near = prepareBlend(small.inputs, standard);
      const own = base.slice(0, 5 * few);
      const given = few > 0 ? [{ beat: 0, label: 2 }] : [];
      const blended = blend(near, own, given);
      expect(blended.every(Number.isFinite)).toBe(true);
      expect(reviewQueue(near, { base: own, blended }, given).order.length).toBe(few);
    }
  });
});

describe('the kernel', () => {
  it('is 1 at home, symmetric, and zero below 1e-4', () => {
    let zeros = 0;
    for (let beat = 0; beat < beats; beat += 7)
      for (let other = 0; other < beats; other += 5) {
        const k = kernelBetween(neighbourhood, beat, other);
        expect(k).toBe(kernelBetween(neighbourhood, other, beat));
        expect(k === 0 || (k >= 1e-4 && k <= 1)).toBe(true);
        if (beat === other) expect(k).toBe(1);
        if (k === 0) zeros++;
      }
    expect(zeros).toBeGreaterThan(0);
  });
});

describe('the review queue', () => {
  const queueAfter = (
    given: readonly LabelledBeat[],
    doubts: { disagreement?: Float32Array; distance?: Float32Array } = {},
  ) => reviewQueue(neighbourhood, { base, blended: blend(neighbourhood, base, given), ...doubts }, given);

  it('holds every beat once, labelled ones last, and its reasons lie between 0 and 1', () => {
    fc.assert(
      fc.property(labelledBeats, (given) => {
        const { order, forCoverage, ...reasons } = queueAfter(given);
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(beats).keys()]);
        const last = [...order.slice(beats - given.length)];
        expect(last).toEqual(given.map(({ beat }) => beat).sort((a, b) => a - b));
        expect(forCoverage).toBe(Math.max(0, 5 - given.length));
        for (const values of Object.values(reasons))
          expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('begins with beats of different kinds', () => {
    const { order } = queueAfter([]);
    expect(new Set([...order.slice(0, 5)].map((beat) => labels[beat])).size).toBeGreaterThanOrEqual(3);
  });

  it('then prefers what is unsure and unlike all that was labelled', () => {
    const given = [0, 1, 2, 3, 4].map((i) => ({ beat: i * 40, label: labels[i * 40] }));
    const { order, uncertainty, novelty } = queueAfter(given);
    const worth = (beat: number) => (0.17 + uncertainty[beat]) * novelty[beat];
    expect(worth(order[0])).toBe(Math.max(...[...order].map(worth)));
    expect(novelty[40]).toBe(0);
  });

  it('asks for no two look-alikes before it is made anew, then goes on by worth', () => {
    const given = [0, 1, 2, 3, 4].map((i) => ({ beat: i * 40, label: labels[i * 40] }));
    const { order, uncertainty } = queueAfter(given);
    const known = given.map(({ beat }) => beat);
    const worth = (beat: number) =>
      (1 - Math.max(...known.map((other) => kernelBetween(neighbourhood, beat, other)))) * (0.17 + uncertainty[beat]);
    const unlabelled = [...order.slice(0, beats - 5)];
    for (const [place, beat] of unlabelled.slice(0, 5).entries()) {
      expect(worth(beat)).toBeCloseTo(Math.max(...unlabelled.slice(place).map(worth)), 5);
      known.push(beat);
    }
    const rest = unlabelled.slice(5).map(worth);
    for (let i = 1; i < rest.length; i++) expect(rest[i]).toBeLessThanOrEqual(rest[i - 1] + 1e-6);
  });

  it('prefers, of beats that are alike otherwise, the one far from what the model learned from', () => {
    const given = [0, 1, 2, 3, 4].map((i) => ({ beat: i * 40, label: labels[i * 40] }));
    const [first, second] = queueAfter(given).order;
    const near = queueAfter(given, { distance: new Float32Array(beats).fill(9) });
    expect([...near.order]).toEqual([...queueAfter(given).order]);
    const distance = new Float32Array(beats).fill(9);
    distance[first] = 0.5;
    distance[second] = 90;
    const { order, novelty } = queueAfter(given, { distance });
    expect(order[0]).toBe(second);
    expect(novelty[first]).toBeLessThan(0.01);
    distance[second] = 9;
    const { order: known } = queueAfter(given, { distance });
    distance[second] = NaN; // one of which nobody knows counts as the farthest
    expect([...queueAfter(given, { distance }).order]).toEqual([...known]);
    expect(() => queueAfter(given, { distance: distance.subarray(1) })).toThrow('values of distance');
  });

  it('tells how far labels or members disagree with the model', () => {
    const members = new Float32Array(beats).fill(0.25);
    members[8] = NaN;
    const beat = 30;
    const given = [{ beat, label: 2 }];
    const { disagreement } = queueAfter(given, { disagreement: members });
    const after = rowOf(blend(neighbourhood, base, given), beat);
    const moved = rowOf(base, beat).reduce((sum, p, c) => sum + Math.abs(p - after[c]), 0) / 2;
    expect(moved).toBeGreaterThan(0.5);
    expect(disagreement[8]).toBeGreaterThanOrEqual(0);
    expect(disagreement[beat]).toBeCloseTo(moved, 5);
    expect(Math.min(...disagreement.filter((_, other) => other !== 8))).toBe(0.25);
  });

  it('knows the classes that nobody has named', () => {
    expect(
      classesNeverLabelled([
        { beat: 3, label: 0 },
        { beat: 4, label: 2 },
      ]),
    ).toEqual([1, 3, 4]);
  });
});

describe('principal components', () => {
  it('keep distances, and put the largest spread first', () => {
    const random = seededRandom(4);
    const spreads = [3, 0.5, 1, 2];
    const rows = Float32Array.from({ length: 4 * 50 }, (_, i) => spreads[i % 4] * random.normal() + i / 100);
    const found = principalComponents(rows, 4, 20);
    expect(found.length).toBe(rows.length);
    const distance = (values: Float32Array, a: number, b: number) =>
      Math.hypot(...[0, 1, 2, 3].map((i) => values[4 * a + i] - values[4 * b + i]));
    for (let a = 1; a < 50; a++) expect(distance(found, a, a - 1)).toBeCloseTo(distance(rows, a, a - 1), 3);
    const spreadOf = (k: number) => Math.hypot(...Array.from({ length: 50 }, (_, row) => found[4 * row + k]));
    expect([spreadOf(0), spreadOf(1), spreadOf(2), spreadOf(3)]).toEqual(
      [0, 1, 2, 3].map(spreadOf).sort((a, b) => b - a),
    );
  });
});
