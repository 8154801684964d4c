import type { Primitive } from '../../domain/drawing.ts';
import type { ReportInput } from '../report-input.ts';
import { colors, contentWidthMm, lines, page, polyline, rect, styles, text } from './ink.ts';
import type { StripLane, StripRow } from './strip-layout.ts';
import { gainStepsMmPerMv, gutterMm, speedMmPerS, traceWidthMm } from './strip-layout.ts';
import { gainText } from './figures.ts';
import { shortenText } from './text-measure.ts';

const traceLeftMm = page.leftMm + gutterMm;
const calibrationStroke = { color: colors.trace, widthMm: 0.25 };
const traceStroke = { color: colors.trace, widthMm: 0.22 };
/** A hole narrower than this shows as a break of the line; a wider one is hatched. */
const leastHatchMm = 1;

/** Millimetre paper under all lanes, with name, gain and 1 mV pulse of each lead in the gutter. */
export function paper(lanes: readonly StripLane[], top: number): Primitive[] {
  const heightMm = lanes.reduce((sum, lane) => sum + lane.heightMm, 0);
  const grid = (stepMm: number, color: string, widthMm: number, isSkipped: (mm: number) => boolean) => {
    const ends: number[] = [];
    for (let mm = 0; mm <= contentWidthMm; mm += stepMm)
      if (!isSkipped(mm)) ends.push(page.leftMm + mm, top, page.leftMm + mm, top + heightMm);
    for (let mm = 0; mm <= heightMm; mm += stepMm)
      if (!isSkipped(mm)) ends.push(page.leftMm, top + mm, page.rightMm, top + mm);
    return lines(ends, { color, widthMm }, `grid ${stepMm} mm`);
  };
  const isAnyReduced = lanes.some((lane) => lane.gainMmPerMv !== gainStepsMmPerMv[0]);
  let laneTop = top;
  return [
    grid(1, colors.grid1mm, 0.1, (mm) => mm % 5 === 0),
    grid(5, colors.grid5mm, 0.16, () => false),
    ...lanes.flatMap((lane) => {
      const drawn = gutter(lane, laneTop, isAnyReduced);
      laneTop += lane.heightMm;
      return drawn;
    }),
  ];
}

function gutter(lane: StripLane, top: number, isGainShown: boolean): Primitive[] {
  const name = shortenText(lane.name, styles.lead, gutterMm - 1);
  const drawn: Primitive[] = [text(page.leftMm + 0.6, top + 2.9, name, styles.lead)];
  if (lane.gainMmPerMv === null)
    return [...drawn, text(page.leftMm + 0.6, top + 5.8, 'no mV scale', styles.smallStrong)];
  if (isGainShown) drawn.push(text(page.leftMm + 0.6, top + 5.8, gainText(lane.gainMmPerMv), styles.smallStrong));
  const foot = top + lane.heightMm - (lane.heightMm < 15 ? 0.5 : 1);
  const head = foot - lane.gainMmPerMv; // 1 mV
  const left = page.leftMm + 5;
  const pulse = [left - 2.5, foot, left, foot, left, head, left + 5, head, left + 5, foot, left + 7.5, foot];
  return [...drawn, polyline(Float32Array.from(pulse), calibrationStroke, `calibration ${lane.name}`)];
}

/** The samples of a row, every one a point; missing ones are a hatched hole and never a line. */
export function traces(input: ReportInput, lanes: readonly StripLane[], row: StripRow, top: number): Primitive[] {
  const mmPerSample = speedMmPerS / input.record.samplingHz;
  let laneTop = top;
  const drawn = lanes.flatMap((lane) => {
    const lanePrimitives: Primitive[] = [];
    const signal = row.signals[lane.leadIndex];
    const zeroY = laneTop + lane.zeroMm;
    for (let from = 0; from < signal.length;) {
      const isGap = Number.isNaN(signal[from]);
      let to = from + 1;
      while (to < signal.length && Number.isNaN(signal[to]) === isGap) to++;
      const [left, widthMm] = [traceLeftMm + from * mmPerSample, (to - from) * mmPerSample];
      if (!isGap) {
        const points = new Float32Array(2 * (to - from));
        for (let i = from; i < to; i++) {
          points[2 * (i - from)] = traceLeftMm + i * mmPerSample;
          points[2 * (i - from) + 1] = zeroY - signal[i] * lane.mmPerUnit;
        }
        lanePrimitives.push(polyline(points, traceStroke, `trace ${lane.name}`));
      } else if (widthMm >= leastHatchMm) lanePrimitives.push(hatching(left, laneTop, widthMm, lane.heightMm));
      from = to;
    }
    laneTop += lane.heightMm;
    return lanePrimitives;
  });
  const endX = traceLeftMm + (row.toSample - row.fromSample) * mmPerSample;
  if (endX < traceLeftMm + traceWidthMm - 0.5) {
    drawn.push(
      rect(endX, top, traceLeftMm + traceWidthMm - endX, laneTop - top, { fill: '#f1f3f4' }, 'after the record'),
    );
    drawn.push(text(endX + 1.5, top + 2.9, 'end of the record', styles.note));
  }
  return drawn;
}

/** Lines at 45 degrees, 2 mm apart, cut at the edges of the hole. */
function hatching(left: number, top: number, widthMm: number, heightMm: number): Primitive {
  const ends: number[] = [];
  for (let offset = 2; offset < widthMm + heightMm; offset += 2) {
    const [fromX, fromY] = [Math.min(offset, widthMm), Math.max(0, offset - widthMm)];
    const [toX, toY] = [Math.max(0, offset - heightMm), Math.min(offset, heightMm)];
    ends.push(left + fromX, top + fromY, left + toX, top + toY);
  }
  return lines(ends, { color: colors.secondary, widthMm: 0.12 }, 'missing samples');
}
