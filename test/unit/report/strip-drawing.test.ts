import { describe, expect, test } from 'vitest';
import type { Drawing, Lines, Polyline, Primitive } from '../../../src-main/domain/drawing.ts';
import { buildReport } from '../../../src-main/report/build-report.ts';
import { rowSamplesAt } from '../../../src-main/report/drawing/strip-layout.ts';
import type { ReportInput } from '../../../src-main/report/report-input.ts';
import { simulatedInput, steadyBeats } from './report-inputs.ts';

const samplingHz = 250;
const requested = (fromSample: number): Partial<ReportInput> => ({
  requestedStrips: [{ title: 'Asked', fromSample, toSample: fromSample + rowSamplesAt(samplingHz) - 250 }],
});
const partsOf = <Kind extends Primitive['kind']>(page: Drawing, kind: Kind, part: string) =>
  page.primitives.filter(
    (primitive): primitive is Extract<Primitive, { kind: Kind }> =>
      primitive.kind === kind && !!primitive.part?.startsWith(part),
  );
const firstStripPage = (input: ReportInput) =>
  buildReport(input).pages.find((page) => partsOf(page, 'polyline', 'trace').length > 0)!;

/** Vertical and horizontal positions of a grid's lines. */
function gridOf(grid: Lines): { xs: number[]; ys: number[] } {
  const [xs, ys]: number[][] = [[], []];
  for (let i = 0; i < grid.ends.length; i += 4) {
    const [x1, y1, x2, y2] = grid.ends.subarray(i, i + 4);
    if (x1 === x2) xs.push(x1);
    if (y1 === y2) ys.push(y1);
  }
  return { xs, ys };
}
const heightOf = ({ points }: Polyline) => {
  const ys = points.filter((_, i) => i % 2 === 1);
  return Math.max(...ys) - Math.min(...ys);
};

describe('a strip on paper', () => {
  const input = simulatedInput({ beats: steadyBeats(60, 220), samplingHz }, requested(2000));
  const page = firstStripPage(input);
  const [trace] = partsOf(page, 'polyline', 'trace II');
  const strip = buildReport(input).strips[0];
  const samples = input.readSamples(0, strip.fromSample, strip.toSample);

  test('1 s is 25 mm and five large boxes', () => {
    expect(trace.points[2 * samplingHz] - trace.points[0]).toBeCloseTo(25, 4);
    const { xs } = gridOf(partsOf(page, 'lines', 'grid 5 mm')[0]);
    expect(xs[5] - xs[0]).toBeCloseTo(25, 4);
    expect(xs).toContain(trace.points[0]);
  });

  test('1 mV is 10 mm and two large boxes, in trace and calibration pulse', () => {
    const mvPerMm = (samples[100] - samples[0]) / (trace.points[1] - trace.points[201]);
    expect(mvPerMm).toBeCloseTo(0.1, 4);
    expect(heightOf(partsOf(page, 'polyline', 'calibration II')[0])).toBeCloseTo(10, 4);
    const { ys } = gridOf(partsOf(page, 'lines', 'grid 5 mm')[0]);
    expect(ys[2] - ys[0]).toBeCloseTo(10, 4);
  });

  test('every sample is a point, and 0 mV lies on a line of the paper', () => {
    expect(trace.points.length).toBe(2 * samples.length);
    const { ys } = gridOf(partsOf(page, 'lines', 'grid 5 mm')[0]);
    const boxes = samples.map((mv, i) => (trace.points[2 * i + 1] + mv * 10 - ys[0]) / 5);
    for (const box of boxes) expect(box - Math.round(boxes[0])).toBeCloseTo(0, 4);
  });

  test('small boxes are 1 mm: the lines between the large ones', () => {
    const small = gridOf(partsOf(page, 'lines', 'grid 1 mm')[0]);
    const large = gridOf(partsOf(page, 'lines', 'grid 5 mm')[0]);
    const all = [...small.xs, ...large.xs].toSorted((a, b) => a - b);
    all.slice(1).forEach((x, i) => expect(x - all[i]).toBeCloseTo(1, 4));
  });

  test('a beat stands at its sample under a mark of its origin, with the RR interval between', () => {
    const beats = [1, 2, 3].map((i) => input.beats.atSample[i + 8]);
    const marks = partsOf(page, 'marks', 'beat model N').map((mark) => mark.points[0]);
    for (const at of beats) {
      const x = trace.points[0] + ((at - strip.fromSample) / samplingHz) * 25;
      expect(Math.min(...marks.map((mark) => Math.abs(mark - x)))).toBeLessThan(1e-3);
    }
    const rr = page.primitives.filter((primitive) => primitive.kind === 'text' && primitive.text === '880');
    expect(rr.length).toBeGreaterThan(4);
  });
});

describe('a lane', () => {
  const scaled = (factor: number, leadNames: string[]) => {
    const base = simulatedInput({ beats: steadyBeats(60, 220), samplingHz, leadNames }, requested(2000));
    const readSamples: ReportInput['readSamples'] = (lead, from, to) =>
      base.readSamples(lead, from, to).map((mv) => mv * factor);
    return firstStripPage({ ...base, readSamples });
  };
  const printed = (page: Drawing) =>
    page.primitives.flatMap((primitive) => (primitive.kind === 'text' ? [primitive.text] : []));

  test('grows at the standard gain while there is room', () => {
    const page = scaled(4, ['II']);
    expect(heightOf(partsOf(page, 'polyline', 'trace')[0])).toBeGreaterThan(40);
    expect(printed(page).join()).toContain('10\u2009mm/mV');
  });

  test('loses gain only then, says so, and its pulse shows it', () => {
    const page = scaled(10, ['II']);
    expect(printed(page).join()).toContain('· 5\u2009mm/mV (reduced)');
    expect(heightOf(partsOf(page, 'polyline', 'calibration')[0])).toBeCloseTo(5, 4);
  });

  test('holds its whole trace, whatever the gain and however many leads', () => {
    for (const [factor, leadNames] of [
      [1, ['I', 'II']],
      [30, ['I', 'II', 'III']],
      [3, Array.from({ length: 12 }, (_, i) => `L${i}`)],
    ] as const) {
      const page = scaled(factor, [...leadNames]);
      const { ys } = gridOf(partsOf(page, 'lines', 'grid 5 mm')[0]);
      const traces = partsOf(page, 'polyline', 'trace').slice(0, leadNames.length);
      for (const { points } of traces) {
        const own = points.filter((_, i) => i % 2 === 1);
        expect(Math.min(...own)).toBeGreaterThan(ys[0]);
        expect(Math.max(...own)).toBeLessThan(ys[ys.length - 1]);
      }
    }
  });

  test('of a lead without a unit prints no mV', () => {
    const base = simulatedInput({ beats: steadyBeats(60, 220), samplingHz, leadNames: ['II'] }, requested(2000));
    const page = firstStripPage({
      ...base,
      record: { ...base.record, leads: [{ name: 'II', stepsPerMv: null, isEcg: true }] },
    });
    expect(printed(page).join()).not.toContain('mm/mV');
    expect(printed(page)).toContain('no mV scale');
    expect(partsOf(page, 'polyline', 'calibration')).toEqual([]);
  });

  test('hatches missing samples and draws no line through them', () => {
    const base = simulatedInput({ beats: steadyBeats(60, 220), samplingHz, leadNames: ['II'] }, requested(2000));
    const readSamples: ReportInput['readSamples'] = (lead, from, to) =>
      base.readSamples(lead, from, to).map((mv, i) => (from + i >= 2500 && from + i < 2600 ? NaN : mv));
    const page = firstStripPage({ ...base, readSamples });
    const [before, after] = partsOf(page, 'polyline', 'trace II');
    expect(after.points[0] - before.points[before.points.length - 2]).toBeCloseTo((101 / samplingHz) * 25, 3);
    const [hatching] = partsOf(page, 'lines', 'missing samples');
    const xs = hatching.ends.filter((_, i) => i % 2 === 0);
    expect(Math.min(...xs)).toBeCloseTo(before.points[before.points.length - 2] + 0.1, 3);
    expect(Math.max(...xs)).toBeCloseTo(after.points[0], 3);
    for (const primitive of page.primitives)
      if (primitive.kind === 'polyline') expect(primitive.points.every((mm) => Number.isFinite(mm))).toBe(true);
  });
});
