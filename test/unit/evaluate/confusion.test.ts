import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  confusionFigures,
  confusionJson,
  countConfusions,
  sumConfusions,
} from '../../../src-main/evaluate/confusion.ts';

const [N, S, V, F] = [0, 1, 2, 3];
const classIndexes = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 200 });
const countsOf = (pairs: readonly [number, number][]) =>
  countConfusions(
    pairs.map(([reference]) => reference),
    pairs.map(([, test]) => test),
    'literature',
  );

describe('countConfusions', () => {
  it('puts the reference in rows and the test in columns', () => {
    const { confusion } = confusionJson(countConfusions([N, N, S, V], [N, S, N, V], 'ec57'));
    const nonZero = Object.fromEntries(Object.entries(confusion).filter(([, count]) => count > 0));
    expect(nonZero).toEqual({ Nn: 1, Ns: 1, Sn: 1, Vv: 1 });
  });

  it('has cells that add up to the beats', () => {
    fc.assert(
      fc.property(classIndexes, (pairs) => {
        const matrix = countsOf(pairs);
        const cells = Object.values(confusionJson(matrix).confusion).reduce((sum, count) => sum + count, 0);
        return cells === pairs.length && confusionFigures(matrix).beats === pairs.length;
      }),
    );
  });

  it('refuses sides of unequal length', () => {
    expect(() => countConfusions([N], [N, N], 'ec57')).toThrow('the reference has 1 beats, the test has 2');
  });

  it('refuses a beat without a class on either side', () => {
    expect(() => countConfusions([N, 255], [N, N], 'ec57')).toThrow('beat 1 has class 255');
    expect(() => countConfusions([N], [Number.NaN], 'ec57')).toThrow('beat 0 has class NaN');
  });
});

describe('confusionFigures', () => {
  // 10 N (8 right, 2 called V), 4 S (1 right, 3 called N), nothing else in the reference.
  const matrix = countConfusions(
    [...Array<number>(10).fill(N), ...Array<number>(4).fill(S)],
    [...Array<number>(8).fill(N), V, V, S, N, N, N],
    'literature',
  );

  it('gives the ratios of each class and leaves undefined what has no denominator', () => {
    expect(confusionFigures(matrix)).toEqual({
      beats: 14,
      accuracy: 9 / 14,
      macroF1: (16 / 21 + 2 / 5) / 2,
      classes: {
        N: { Se: 0.8, PPV: 8 / 11, F1: 16 / 21 },
        S: { Se: 0.25, PPV: 1, F1: 2 / 5 },
        V: { Se: undefined, PPV: 0, F1: 0 },
        F: { Se: undefined, PPV: undefined, F1: undefined },
        Q: { Se: undefined, PPV: undefined, F1: undefined },
      },
    });
  });

  it('counts a class that is never found as F1 0 in the macro mean', () => {
    expect(confusionFigures(countConfusions([N, F], [N, N], 'ec57')).macroF1).toBeCloseTo(1 / 3, 12);
  });

  it('gives no figure for no beats', () => {
    const { accuracy, macroF1 } = confusionFigures(countConfusions([], [], 'ec57'));
    expect([accuracy, macroF1]).toEqual([undefined, undefined]);
  });

  it('gives 1 everywhere when the test is the reference', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 1 }), (beats) => {
        const { accuracy, macroF1, classes } = confusionFigures(countConfusions(beats, beats, 'ec57'));
        const figures = Object.values(classes).flatMap(({ Se, PPV, F1 }) => [Se, PPV, F1]);
        return [accuracy, macroF1, ...figures].every((figure) => figure === 1 || figure === undefined);
      }),
    );
  });
});

describe('sumConfusions', () => {
  it('equals the table of all beats together', () => {
    fc.assert(
      fc.property(fc.array(classIndexes), (records) => {
        const sum = sumConfusions(records.map(countsOf), 'literature');
        expect(sum).toEqual(countsOf(records.flat()));
      }),
    );
  });

  it('refuses tables of another class map', () => {
    expect(() => sumConfusions([countConfusions([], [], 'ec57')], 'literature')).toThrow('literature and ec57');
  });
});

describe('confusionJson', () => {
  it('writes undefined figures as null, for JSON drops undefined', () => {
    const json = confusionJson(countConfusions([N, S], [N, N], 'literature'));
    expect(JSON.parse(JSON.stringify(json))).toEqual({ ...json });
    expect(json).toMatchObject({
      map: 'literature',
      beats: 2,
      accuracy: 0.5,
      classes: { S: { Se: 0, PPV: null, F1: 0 }, Q: { Se: null, PPV: null, F1: null } },
    });
    expect(Object.keys(json.confusion)).toHaveLength(25);
  });
});
