import { describe, expect, test } from 'vitest';
import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import { featureNames, type FeatureName } from '../../../../src-main/domain/record-inputs.ts';
import {
  changedCall,
  holdToLikes,
  secondLookDefaults,
  takeSecondLook,
  tellFusionBeats,
} from '../../../../src-main/engine/record/second-look.ts';
import { simulatedRecord } from './simulated-inputs.ts';

const [V, F] = [beatClasses.indexOf('V'), beatClasses.indexOf('F')];
/** N and S share what V leaves in the proportion of three to two. */
const rowOf = (v: number) => [0.6 * (1 - v), 0.4 * (1 - v), v, 0, 0];
const unreadable = [0, 0, 0, 0, 1];
const logOdds = (p: number) => Math.log(p / (1 - p));

describe('a beat among its likes', () => {
  interface Beat {
    readonly v: number;
    readonly shape: number;
    /** Other shapes that it resembles. */
    readonly like?: readonly number[];
    readonly isUnreadable?: boolean;
  }
  function held(beats: readonly Beat[], words = 1, supraventricularShare = 0.2) {
    const probabilities = Float32Array.from(
      beats.flatMap(({ v, isUnreadable }) => (isUnreadable ? unreadable : rowOf(v))),
    );
    const resembles = new Uint32Array(beats.length * words);
    for (const [beat, { shape, like = [] }] of beats.entries())
      for (const one of [shape, ...like]) resembles[beat * words + (one >> 5)] |= 1 << (one & 31);
    const before = probabilities.slice();
    holdToLikes(
      probabilities,
      { beats: beats.length, shapeOf: Int32Array.from(beats, ({ shape }) => shape), resembles },
      { supraventricularShare },
    );
    return { before, after: probabilities, v: beats.map((_, beat) => probabilities[beat * 5 + V]) };
  }
  const likes = (v: number, shape: number, count: number): Beat[] =>
    Array.from({ length: count }, () => ({ v, shape }));

  test('is no more ventricular than they are on average', () => {
    const { before, after, v } = held([{ v: 0.8, shape: 0 }, ...likes(0.1, 0, 3)]);
    expect(logOdds(v[0])).toBeCloseTo((logOdds(0.8) + 3 * logOdds(0.1)) / 4, 5);
    expect([...after.slice(0, 5)].reduce((sum, p) => sum + p)).toBeCloseTo(1, 6);
    expect(after.slice(5)).toEqual(before.slice(5)); // none is raised
  });

  test.each([1, 0.2])('leaves what V loses to the others, S by %f of its probability', (share) => {
    const { before, after } = held([{ v: 0.8, shape: 0 }, ...likes(0.1, 0, 3)], 1, share);
    const gained = [0, 1].map((c) => after[c] - before[c]);
    expect(gained[1] / gained[0]).toBeCloseTo((share * before[1]) / before[0], 4);
  });

  test('stays as it is, to the last bit, where all agree, however sure they are', () => {
    const { before, after } = held([...likes(0.9, 0, 3), ...likes(1, 1, 2), ...likes(0, 2, 2)]);
    expect(after).toEqual(before);
  });

  test('counts by no more than .98, so that one sure beat does not outweigh many', () => {
    const { v } = held([{ v: 1 - 1e-7, shape: 0 }, { v: 0.5, shape: 0 }, ...likes(0.3, 0, 2)]);
    expect(logOdds(v[0])).toBeCloseTo((4 + 2 * logOdds(0.3)) / 4, 4);
  });

  test('that is said to be ventricular for sure is held like the others', () => {
    const { after, v } = held([{ v: 1, shape: 0 }, ...likes(0.1, 0, 3)]);
    expect(logOdds(v[0])).toBeCloseTo((4 + 3 * logOdds(0.1)) / 4, 4);
    expect([...after.slice(0, 5)].reduce((sum, p) => sum + p)).toBeCloseTo(1, 6);
  });

  test('of another shape changes nothing, but through beats on the border of both', () => {
    const apart = held([...likes(0.8, 0, 2), ...likes(0.1, 40, 4)], 2);
    expect(apart.after).toEqual(apart.before);
    const { v } = held([{ v: 0.8, shape: 0 }, { v: 0.8, shape: 0, like: [40] }, ...likes(0.1, 40, 4)], 2);
    expect(v[1]).toBeLessThan(v[0]);
    expect(v[0]).toBeLessThan(0.5);
    expect(v[2]).toBeCloseTo(0.1, 6);
  });

  test('that cannot be read has no say and stays unreadable', () => {
    const { before, after } = held([...likes(0.8, 0, 2), { v: 0, shape: 0, isUnreadable: true }]);
    expect(after).toEqual(before);
  });
});

describe('a fusion beat', () => {
  const fused = { weight_template: 0.8, weight_second: 0.5, residual: -0.9, presm: -0.02, c_second: 0.7 };
  const other = { weight_template: 0, weight_second: 1, residual: -2, presm: -0.4, c_second: 0.98 };
  const usual = { weight_template: 1, weight_second: 0, residual: -2, presm: 0, c_second: 0.1 };
  type Features = Partial<Record<FeatureName, number>>;
  /** A recording of usual beats, of some of the other shape that are called V by so much, and of one beat more. */
  function told(beat: Features, { v = 0.9, othersV = [0.9, 0.8, 0.2] } = {}) {
    const all: Features[] = [usual, usual, ...othersV.map(() => other), beat];
    const features = new Float32Array(all.length * featureNames.length).fill(NaN);
    for (const [row, one] of all.entries())
      for (const [name, value] of Object.entries(one))
        features[row * featureNames.length + featureNames.indexOf(name as FeatureName)] = value;
    const probabilities = Float32Array.from([0.02, 0.02, ...othersV, v].flatMap(rowOf));
    const before = probabilities.slice();
    tellFusionBeats(probabilities, { beats: all.length, features });
    const last = (all.length - 1) * 5;
    return { before, after: probabilities, now: [...probabilities.slice(last)], was: [...before.slice(last)] };
  }

  test('is a sum of the usual and the ventricular shape that comes in time', () => {
    const { before, after, now, was } = told(fused);
    expect(now[F]).toBeCloseTo(0.85 * 0.9, 6);
    expect(now[V] + now[F]).toBeCloseTo(was[V] + was[F], 6);
    expect(now.slice(0, 2)).toEqual(was.slice(0, 2));
    expect(after.slice(0, -5)).toEqual(before.slice(0, -5));
  });

  test.each<[string, Features]>([
    ['is early', { presm: -0.3 }],
    ['has little of the usual shape', { weight_template: 0.1 }],
    ['has little of the ventricular shape', { weight_second: 0.05 }],
    ['is mostly something else', { residual: -0.2 }],
    ['was not measured', { weight_second: NaN }],
  ])('is none where it %s', (_, but) => {
    const { now, was } = told({ ...fused, ...but });
    expect(now).toEqual(was);
  });

  test('is none where the other shape is not ventricular, or there is none', () => {
    for (const othersV of [[0.9, 0.2, 0.1], []]) expect(told(fused, { othersV }).now[F]).toBe(0);
  });

  test('that is called normal stays so', () => {
    const { now } = told(fused, { v: 0.1 });
    expect(now.indexOf(Math.max(...now))).toBe(0);
  });
});

const allAlike = (beats: number) => ({
  shapeOf: new Int32Array(beats),
  resembles: new Uint32Array(beats).fill(1),
});

test('a second look at a recording leaves rows of probabilities, and at none finds nothing', () => {
  const { inputs, labels } = simulatedRecord('a', 40, 1);
  const probabilities = Float32Array.from(
    [...labels].flatMap((label, beat) => (beat % 9 ? rowOf(label === 2 ? 0.7 : 0.1) : unreadable)),
  );
  const oneLead = probabilities.slice();
  takeSecondLook(oneLead, { ...inputs, ...allAlike(40), leadNames: ['MLII'] }, secondLookDefaults);
  expect(oneLead).toEqual(probabilities); // likes are not asked
  const twoLeads = probabilities.slice();
  takeSecondLook(twoLeads, { ...inputs, ...allAlike(40) }, secondLookDefaults);
  expect(twoLeads).not.toEqual(probabilities);
  takeSecondLook(probabilities, inputs, secondLookDefaults);
  for (let beat = 0; beat < inputs.beats; beat++)
    expect(probabilities.slice(5 * beat, 5 * beat + 5).reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
  const { inputs: none } = simulatedRecord('none', 0, 1);
  expect(() => takeSecondLook(new Float32Array(0), none, secondLookDefaults)).not.toThrow();
});

describe('what a second look made of a beat', () => {
  const byNetworks = Float32Array.of(0.2, 0.05, 0.7, 0.05);

  test('is told with the probabilities of before and after', () => {
    const changed = changedCall(byNetworks, Float32Array.of(0.2, 0.05, 0.1, 0.65, 0));
    expect(changed).toEqual({
      from: 'V',
      fromProbability: Math.fround(0.7),
      to: 'F',
      toProbability: Math.fround(0.65),
    });
  });

  test('is nothing where the class stayed but for rounding, where nothing can be read and where nobody has asked yet', () => {
    expect(changedCall(Float32Array.of(0.49999, 0, 0.50001, 0), Float32Array.of(0.50001, 0, 0.49999, 0, 0))).toBe(null);
    for (const row of [[0.3, 0.1, 0.55, 0.05, 0], [0, 0, 0, 0, 1], Array(5).fill(NaN)])
      expect(changedCall(byNetworks, Float32Array.from(row))).toBe(null);
  });
});
