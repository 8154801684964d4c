import type { ReportInput } from '../report-input.ts';
import type { StripChoice } from '../statistics/strip-choice.ts';
import { contentWidthMm } from './ink.ts';

/** Paper speed of every strip. */
export const speedMmPerS = 25;
/** Standard gain; the others follow only where a lane would not fit, and are printed beside it. */
export const gainStepsMmPerMv: readonly number[] = [10, 5, 2.5, 1, 0.5, 0.2, 0.1];
/** Before the trace: lead name, gain where it is reduced, calibration pulse. */
export const gutterMm = 15;
export const traceWidthMm = contentWidthMm - gutterMm;

/** Samples in one row of a strip. */
export const rowSamplesAt = (samplingHz: number): number => Math.round((traceWidthMm / speedMmPerS) * samplingHz);

/** One lead's place in every row of a strip. */
export interface StripLane {
  readonly leadIndex: number;
  readonly name: string;
  /** Null for a lead without a unit: it is scaled to its lane, and nothing can be measured. */
  readonly gainMmPerMv: number | null;
  readonly mmPerUnit: number;
  readonly heightMm: number;
  /** Distance of 0 mV below the lane's top, a whole number of 5 mm boxes; outside the lane where the lead has an offset. */
  readonly zeroMm: number;
}

export interface StripRow {
  readonly fromSample: number;
  /** End of what the record holds of the row. */
  readonly toSample: number;
  /** Physical samples by lead. */
  readonly signals: readonly Float32Array[];
}

export interface StripLayout {
  readonly lanes: readonly StripLane[];
  readonly rows: readonly StripRow[];
}

/**
 * Lanes of a row may take this much paper: two strips on a page while there are few leads, else all that a page has
 * below the key of the marks, three titles and two levels of marks.
 */
const mostLanesMm = (leadCount: number) => (leadCount <= 4 ? 110 : 200);
const leastLaneMm = (leadCount: number) =>
  Math.max(5, Math.min(15, Math.floor(mostLanesMm(leadCount) / Math.max(1, leadCount) / 5) * 5));
const clearanceMm = 1;
const unscaledLaneMm = 20;

/** The smallest lane of whole 5 mm boxes that holds the trace with 0 mV on a box line, as near to its middle as can be. */
function fitLane(lowMm: number, highMm: number, leastMm: number): { heightMm: number; zeroMm: number } {
  for (let heightMm = leastMm; ; heightMm += 5) {
    const first = Math.ceil((highMm + clearanceMm) / 5) * 5;
    const last = Math.floor((heightMm - clearanceMm + lowMm) / 5) * 5;
    if (first > last) continue;
    const centred = Math.round((heightMm + highMm + lowMm) / 2 / 5) * 5;
    return { heightMm, zeroMm: Math.max(first, Math.min(last, centred)) };
  }
}

/**
 * Reads a strip's signals and gives each lead a lane in which nothing is clipped. Lanes grow first; only when they
 * would not fit on the paper does the tallest lane's gain fall, step by step.
 */
export function layStrip(input: ReportInput, strip: StripChoice): StripLayout {
  const { record, readSamples } = input;
  const rowLength = (strip.toSample - strip.fromSample) / strip.rows;
  const rows = Array.from({ length: strip.rows }, (_, row) => {
    const fromSample = strip.fromSample + row * rowLength;
    const toSample = Math.min(record.lengthSamples, fromSample + rowLength);
    return { fromSample, toSample, signals: record.leads.map((_lead, i) => readSamples(i, fromSample, toSample)) };
  }).filter((row) => row.toSample > row.fromSample);
  const leastMm = leastLaneMm(record.leads.length);
  const ranges = record.leads.map((_, lead) => rangeOf(rows.map((row) => row.signals[lead])));
  const steps = record.leads.map(() => 0);
  const lanes = record.leads.map((lead, leadIndex): StripLane => {
    const { low, high } = ranges[leadIndex];
    const isCalibrated = lead.stepsPerMv !== null;
    const mmPerUnit = isCalibrated
      ? gainStepsMmPerMv[0]
      : (unscaledLaneMm - 7 - 2 * clearanceMm) / Math.max(1e-9, high - low);
    const gainMmPerMv = isCalibrated ? mmPerUnit : null;
    return {
      leadIndex,
      name: lead.name,
      gainMmPerMv,
      mmPerUnit,
      ...fitLane(low * mmPerUnit, high * mmPerUnit, leastMm),
    };
  });
  while (lanes.reduce((sum, lane) => sum + lane.heightMm, 0) > mostLanesMm(lanes.length)) {
    const reducible = lanes.filter(
      (lane) =>
        lane.gainMmPerMv !== null && lane.heightMm > leastMm && steps[lane.leadIndex] + 1 < gainStepsMmPerMv.length,
    );
    if (reducible.length === 0) break;
    const { leadIndex } = reducible.reduce((tallest, lane) => (lane.heightMm > tallest.heightMm ? lane : tallest));
    const gain = gainStepsMmPerMv[++steps[leadIndex]];
    const { low, high } = ranges[leadIndex];
    lanes[leadIndex] = {
      ...lanes[leadIndex],
      gainMmPerMv: gain,
      mmPerUnit: gain,
      ...fitLane(low * gain, high * gain, leastMm),
    };
  }
  return { lanes, rows };
}

/** Least and greatest valid value; 0 and 0 where there is none. */
function rangeOf(signals: readonly Float32Array[]): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const signal of signals)
    for (const value of signal) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}
