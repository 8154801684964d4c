import { describe, expect, it } from 'vitest';
import {
  noBeats,
  sumCounts,
  withoutSveb,
  type BeatCounts,
} from '../../../../../src-main/evaluate/ec57/beats/beat-counts.ts';
import { beatFigures, beatFiguresOfLine } from '../../../../../src-main/evaluate/ec57/beats/beat-figures.ts';

const countsOf = (cells: Partial<BeatCounts>): BeatCounts => ({ ...noBeats(), ...cells });

describe('beatFigures', () => {
  it('finds beats whatever their class', () => {
    const { qrsSe, qrsPpv } = beatFigures(countsOf({ Nn: 5, Nv: 2, Qs: 1, No: 1, Fx: 1, Ov: 3, Xn: 1 }));
    expect([qrsSe, qrsPpv]).toEqual([
      { part: 8, whole: 10 },
      { part: 8, whole: 12 },
    ]);
  });

  it('takes fusion and unclassifiable beats called V neither as false nor as true negatives', () => {
    const { vebSe, vebPpv, vebFpr } = beatFigures(
      countsOf({ Nn: 10, No: 1, Vv: 6, Vn: 1, Vf: 1, Vo: 1, Vx: 1, Nv: 1, Sv: 1, Ov: 1, Xv: 1, Fv: 50, Qv: 50 }),
    );
    expect([vebSe, vebPpv, vebFpr]).toEqual([
      { part: 6, whole: 10 },
      { part: 6, whole: 10 },
      { part: 4, whole: 14 },
    ]);
  });

  it('takes fusion beats called S as false, unclassifiable ones not', () => {
    const counts = countsOf({ Ss: 6, Sn: 1, Sx: 1, Ns: 1, Vs: 1, Fs: 1, Os: 1, Xs: 1, Qs: 50 });
    expect([beatFigures(counts).svebSe, beatFigures(counts).svebPpv]).toEqual([
      { part: 6, whole: 8 },
      { part: 6, whole: 11 },
    ]);
    expect(beatFiguresOfLine(counts).svebPpv).toEqual({ part: 6, whole: 10 }); // aggregates leave Fs out too
  });

  it('leaves class S out of the beats missed in shutdown, but not of all beats', () => {
    const counts = countsOf({ Nn: 6, Nx: 1, Sx: 1, Vx: 1, Qx: 1 });
    expect([beatFigures(counts).missed, beatFigures(counts).missedS]).toEqual([
      { part: 3, whole: 10 },
      { part: 1, whole: 1 },
    ]);
    expect(beatFigures(withoutSveb(counts)).missed).toEqual({ part: 4, whole: 10 });
  });
});

describe('sumCounts', () => {
  it('adds up cell by cell', () => {
    expect(sumCounts([countsOf({ Nn: 1, Xs: 2 }), countsOf({ Nn: 3, Vo: 1 })])).toEqual(
      countsOf({ Nn: 4, Xs: 2, Vo: 1 }),
    );
  });
});
