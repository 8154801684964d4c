import { describe, expect, it } from 'vitest';
import { percentOf } from '../../../../src-main/evaluate/ec57/ratio.ts';
import { aggregate, compareRecord } from '../../../../src-main/evaluate/ec57/record-comparison.ts';
import { halfHour, marks } from './marks.ts';

const compare = (record: string, reference: string, test: string, map: 'ec57' | 'literature' = 'ec57') =>
  compareRecord(marks(reference), marks(test), { ...halfHour, record, map });

const half = compare('1', 'N0 V300 N600 N900', 'N0 N600'); // 2 of 4 beats, 0 of 1 VEB
const whole = compare('2', 'N0 N300 V600 V900 V1200 N1500', 'N0 N300 V600 V900 V1200 N1500'); // 6 of 6, 3 of 3
const paced = compare('3', '/0 /300 N600', '/0');

describe('aggregate', () => {
  it('takes gross figures over all beats and average ones over records', () => {
    const { figures } = aggregate([half, whole]).beats;
    const both = (name: 'qrsSe' | 'vebSe' | 'vebPpv') => [percentOf(figures[name].gross), figures[name].averagePercent];
    expect([both('qrsSe'), both('vebSe'), both('vebPpv')]).toEqual([
      [80, 75],
      [75, 50],
      [100, 100], // the first record has no VEB in the test: its +P is undefined and counts nowhere
    ]);
  });

  it('sums up runs', () => {
    const { VE } = aggregate([half, whole]).runs;
    expect(VE.shortRunSe).toEqual({
      ...{ gross: { part: 1, whole: 1 }, averagePercent: 100, medianPercent: 100 },
      intervalPercent: undefined, // of one record nothing can be resampled
    });
    expect(VE.longRunSe.averagePercent).toBeUndefined();
  });

  it('leaves records with paced beats out and names them', () => {
    const standard = aggregate([half, paced, whole]);
    expect([standard.records, standard.leftOutPaced]).toEqual([['1', '2'], ['3']]);
    expect(standard.beats).toEqual(aggregate([half, whole]).beats);
    expect(aggregate([half, paced], 'include').beats.counts.Qo).toBe(1);
  });

  it('gives no figure for no records', () => {
    const { beats, runs } = aggregate([paced]);
    expect([beats.figures.qrsSe.averagePercent, beats.averageRmsRrErrorMs, runs.VE.coupletSe.averagePercent]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('refuses to add up figures of two class maps', () => {
    expect(() => aggregate([half, compare('4', 'N0', 'N0', 'literature')])).toThrow('ec57 and literature');
  });
});
