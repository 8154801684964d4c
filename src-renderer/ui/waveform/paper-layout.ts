import type { Area } from '../paper/grid.ts';

/** Rows and columns of the paper in device pixels. */
export interface PaperLayout {
  /** Device pixels of one CSS pixel, times the interface scale: what sizes of text and marks are multiplied by. */
  readonly unit: number;
  readonly width: number;
  readonly height: number;
  /** Device pixels of one millimetre. */
  readonly mm: number;
  /** Left edge of the paper: the gutter lies before it. */
  readonly left: number;
  readonly labels: Area;
  /** One row for each of the other labels shown. */
  readonly others: readonly Area[];
  /** One for each lead shown, each whole 5 mm high. */
  readonly lanes: readonly Area[];
  readonly attribution: Area;
  readonly rr: Area;
}

export interface PaperSize {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Device pixels of one CSS pixel. */
  readonly ratio: number;
  readonly pxPerMm: number;
  readonly uiScale: number;
  readonly leads: number;
  /** How many rows of other labels there are. */
  readonly others: number;
  readonly hasAttribution: boolean;
}

/** The same rows in a column of so many device pixels, without a gutter. */
export function columnOf(layout: PaperLayout, width: number): PaperLayout {
  const cut = (area: Area): Area => ({ ...area, left: 0, width });
  return {
    ...layout,
    ...{ width, left: 0 },
    ...{ labels: cut(layout.labels), attribution: cut(layout.attribution), rr: cut(layout.rr) },
    ...{ others: layout.others.map(cut), lanes: layout.lanes.map(cut) },
  };
}

/** Left of the paper, in CSS pixels at an interface scale of 100 %. */
export const gutterPx = 52;
const labelsPx = 46;
const othersPx = 24;
const attributionPx = 44;
const rrPx = 24;
const laneStepMm = 5;
const leastLaneMm = 10;
const lowLaneMm = 35;

/**
 * Rows of the paper from top to bottom; all of the height is used.
 * Where the leads do not fit at 10 mm each the paper is taller than asked, and its frame scrolls.
 */
export function layOutPaper(size: PaperSize): PaperLayout {
  const unit = size.ratio * size.uiScale;
  const mm = size.pxPerMm * size.ratio;
  const width = Math.round(size.widthPx * size.ratio);
  const left = Math.round(gutterPx * unit);
  const labels = Math.round(labelsPx * unit);
  const other = Math.round(othersPx * unit);
  const others = size.others * other;
  const rr = Math.round(rrPx * unit);
  const attribution = size.hasAttribution ? Math.round(attributionPx * unit) : 0;
  const asked = Math.round(size.heightPx * size.ratio);
  const forLanes = asked - labels - others - attribution - rr;
  const steps = Math.max(Math.floor(forLanes / (laneStepMm * mm)), (size.leads * leastLaneMm) / laneStepMm);
  const row = (top: number, height: number): Area => ({ left, top, width: Math.max(0, width - left), height });
  const lanesTop = labels + others;
  const lanes: Area[] = [];
  let above = 0;
  for (let i = 0; i < size.leads; i++) {
    const share = Math.floor(steps / size.leads) + (i < steps % size.leads ? 1 : 0);
    const top = lanesTop + Math.round(above * laneStepMm * mm);
    above += share;
    lanes.push(row(top, lanesTop + Math.round(above * laneStepMm * mm) - top));
  }
  const lanesEnd = lanesTop + Math.round(above * laneStepMm * mm);
  const rest = Math.max(0, asked - lanesEnd - attribution - rr);
  // What is left of a 5 mm step goes to the band below the leads, so that no lane is a broken number of boxes.
  const below = size.hasAttribution ? attribution + rest : attribution;
  const rrHeight = size.hasAttribution ? rr : rr + rest;
  return {
    unit,
    width,
    height: lanesEnd + below + rrHeight,
    mm,
    left,
    labels: row(0, labels),
    others: Array.from({ length: size.others }, (_, i) => row(labels + i * other, other)),
    lanes,
    attribution: row(lanesEnd, below),
    rr: row(lanesEnd + below, rrHeight),
  };
}

/**
 * Where 0 mV of a lane lies: on a 5 mm line (a 1 mm line of a low lane), so that its usual range is in the middle.
 * @param centerMv  middle of the lead's usual range over the whole record; the place never depends on what is in sight.
 */
export function zeroYOf(lane: Area, mm: number, gainMmPerMv: number, centerMv: number): number {
  const laneMm = lane.height / mm;
  const stepMm = laneMm < lowLaneMm ? 1 : laneStepMm;
  return lane.top + stepMm * mm * Math.round((laneMm / 2 + centerMv * gainMmPerMv) / stepMm);
}
