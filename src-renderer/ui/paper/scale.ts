/** Paper speeds to choose from, mm/s: from a day on one screen, over a minute to a pixel, to every sample by itself. */
export const speedLadder: readonly number[] = [
  ...[1 / 300, 1 / 120, 1 / 60, 1 / 30, 0.1, 0.2, 0.5, 1, 2.5],
  ...[5, 10, 12.5, 25, 50, 100, 200, 400],
];
/** Gains to choose from, mm/mV, the same for every lead. */
export const gainLadder: readonly number[] = [2.5, 5, 10, 20, 40];
/** What an ECG is read at. */
export const standardScale = { speedMmPerS: 25, gainMmPerMv: 10 } as const;
/** CSS pixels in a millimetre on a display nobody has measured (CSS says 96 px an inch). */
export const nominalPxPerMm = 96 / 25.4;

/** How the paper is printed: kept as it is whatever happens to the window; extents follow from it. */
export interface PaperScale {
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
  readonly pxPerMm: number;
}

export const pxPerSecond = (scale: Pick<PaperScale, 'speedMmPerS' | 'pxPerMm'>): number =>
  scale.speedMmPerS * scale.pxPerMm;
export const pxPerMv = (scale: Pick<PaperScale, 'gainMmPerMv' | 'pxPerMm'>): number =>
  scale.gainMmPerMv * scale.pxPerMm;

/** The rung `steps` above (below, if negative) a value of a rising ladder, stopping at its ends. */
export function nextRung(ladder: readonly number[], value: number, steps: number): number {
  const nearest = ladder.reduce(
    (best, rung, i) => (Math.abs(rung - value) < Math.abs(ladder[best] - value) ? i : best),
    0,
  );
  return ladder[Math.min(ladder.length - 1, Math.max(0, nearest + steps))];
}

const leastCoarseMm = 2.5;
/**
 * Which grid lines a paper speed leaves room for: 1 mm lines down to 12.5 mm/s, then 5 mm alone; below 5 mm/s whole
 * seconds, minutes or hours.
 */
export function gridSteps(speedMmPerS: number): { readonly hasFine: boolean; readonly coarseMm: number } {
  const coarseMm = speedMmPerS >= 5 ? 5 : labelStepS(speedMmPerS, leastCoarseMm) * speedMmPerS;
  return { hasFine: speedMmPerS >= 12.5, coarseMm };
}

const labelStepsS = [0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400];
/** Seconds between two printed times so that they stand at least `leastPx` apart. */
export function labelStepS(pxPerS: number, leastPx: number): number {
  return labelStepsS.find((step) => step * pxPerS >= leastPx) ?? labelStepsS[labelStepsS.length - 1];
}
