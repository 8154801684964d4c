import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layOutPaper, zeroYOf } from '../../../../src-renderer/ui/waveform/paper-layout.ts';

const sizes = fc.record({
  widthPx: fc.integer({ min: 200, max: 3840 }),
  heightPx: fc.integer({ min: 100, max: 2160 }),
  ratio: fc.constantFrom(1, 1.25, 1.5, 2),
  pxPerMm: fc.double({ min: 2.5, max: 9, noNaN: true }),
  uiScale: fc.constantFrom(0.8, 1, 2),
  leads: fc.integer({ min: 1, max: 12 }),
  others: fc.integer({ min: 0, max: 3 }),
  hasAttribution: fc.boolean(),
});

test('rows follow each other without a hole, and lanes are whole 5 mm', () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const layout = layOutPaper(size);
      const rows = [layout.labels, ...layout.others, ...layout.lanes, layout.attribution, layout.rr];
      let bottom = 0;
      for (const row of rows) {
        expect(row.top).toBe(bottom);
        bottom += row.height;
      }
      expect(bottom).toBe(layout.height);
      expect(layout.height).toBeGreaterThanOrEqual(Math.round(size.heightPx * size.ratio));
      const step = 5 * layout.mm;
      for (const lane of layout.lanes) {
        const steps = Math.round(lane.height / step);
        expect(steps).toBeGreaterThanOrEqual(2);
        expect(Math.abs(lane.height - steps * step)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('0 mV lies on a 5 mm line that brings the usual range to the middle', () => {
  const lane = { left: 0, top: 100, width: 500, height: 240 }; // 60 mm of 4 px
  expect([0, 0.6, -1].map((centerMv) => (zeroYOf(lane, 4, 10, centerMv) - 100) / 4)).toEqual([30, 35, 20]);
});

test('in a low lane 0 mV lies on a 1 mm line', () => {
  const lane = { left: 0, top: 0, width: 500, height: 60 }; // 15 mm of 4 px
  expect(zeroYOf(lane, 4, 10, 0.35) / 4).toBe(11);
});
