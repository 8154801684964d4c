import type { BeatTemplates } from '../templates/beat-templates.ts';
import { medianOf, quantileOf, robustSpread } from '../templates/order-statistics.ts';
import { logRatio } from '../templates/rhythm-context.ts';
import { spreadFloors, standing, type Columns } from './columns.ts';

/** Beats on each side that a beat's rhythm is judged by, runs left out. */
const neighbours = 20;
/** Beats on each side that irregularity is measured over. */
const irregularReach = 12;

/** How early a beat comes: beside the past five minutes, its neighbours, and how irregular the rhythm is anyway. */
export function rhythmFeatures({ rhythm, references: ofUsualShape }: BeatTemplates) {
  const { preS, postS, mean5S, pre5, isInRun } = rhythm;
  // A run is no measure of what is early, whatever its shape.
  const steady = Int32Array.from(isInRun.keys().filter((beat) => isInRun[beat] === 0));
  const references = ofUsualShape.filter((beat) => isInRun[beat] === 0);
  const beats = preS.length;
  const post5 = postS.map((rr, beat) => logRatio(rr, mean5S[beat]));
  const presm = new Float64Array(beats);
  const presx = new Float64Array(beats);
  const zl = new Float64Array(beats);
  const cv10 = new Float64Array(beats);
  const irr = new Float64Array(beats);
  const npm = new Float64Array(beats);
  const changes = preS.map((rr, beat) => (beat === 0 ? 0 : Math.abs(rr - preS[beat - 1])));
  let place = 0; // of the first steady beat from here on
  for (let beat = 0; beat < beats; beat++) {
    while (place < steady.length && steady[place] < beat) place++;
    const before = steady.subarray(Math.max(0, place - neighbours), place);
    const after = steady.subarray(place + (1 - isInRun[beat]), place + (1 - isInRun[beat]) + neighbours);
    const others = [...before, beat, ...after];
    const around = Float64Array.from(others, (other) => preS[other]);
    const median = medianOf(around);
    presm[beat] = logRatio(preS[beat], median);
    presx[beat] = logRatio(preS[beat], quantileOf(around, 0.75));
    const local = (preS[beat] - median) / (robustSpread(around, median) + spreadFloors.rr * median);
    zl[beat] = Math.max(-12, Math.min(12, local));
    cv10[beat] = variation(preS.subarray(Math.max(0, beat - 10), Math.max(1, beat)));
    const change = medianOf(changes.subarray(Math.max(0, beat - irregularReach), beat + irregularReach + 1));
    irr[beat] = Math.log(change / median + 0.01);
    let earlier = 0;
    for (const other of others) if (pre5[other] < pre5[beat] + 0.03) earlier++;
    npm[beat] = earlier / others.length;
  }
  const usual = Float64Array.from(references, (beat) => pre5[beat]);
  return {
    pre5,
    z_pre5: standing(pre5, references, spreadFloors.rr),
    post5,
    prepost: preS.map((rr, beat) => logRatio(rr, postS[beat])),
    presm,
    z_presm: standing(presm, references, spreadFloors.rr),
    presx,
    zl,
    cv10,
    irr,
    npm,
    afs: new Float64Array(beats).fill(Math.log((usual.length > 0 ? robustSpread(usual) : 0) + 0.01)),
    pre5_before: pre5.map((own, beat) => (beat > 0 ? pre5[beat - 1] : own)),
    pre5_after: pre5.map((own, beat) => (beat + 1 < beats ? pre5[beat + 1] : own)),
  } satisfies Partial<Columns>;
}

/** Standard deviation over mean. */
function variation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / values.length) / mean;
}
