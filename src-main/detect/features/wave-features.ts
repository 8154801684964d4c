import { windowSamples } from '../../domain/record-inputs.ts';
import type { BeatTemplates } from '../templates/beat-templates.ts';
import { correlation, region, type Region } from '../templates/shape.ts';
import { spreadFloors, standing, type Columns } from './columns.ts';

const pWave = region(-0.25, -0.07);
const qrs = region(-0.07, 0.1);
const tWave = region(0.2, 0.45);
const whole = region(-0.2, 0.45);
const qrsAndSt = region(-0.12, 0.22);
const slopes = region(-0.17, 0.25);
const area = region(-0.1, 0.14);

/**
 * How a beat's waves differ from the patient's own template of that hour.
 * @param hasSecondLead  without it the features of the second lead are NaN.
 * @param first          which of the two leads is read as the first.
 */
export function waveFeatures(own: BeatTemplates, hasSecondLead: boolean, first: 0 | 1) {
  const { aligned, templates, templateOf, references } = own;
  const each = (measure: (beatAt: number, templateAt: number) => number, lead: 0 | 1 = 0): Float64Array =>
    Float64Array.from(templateOf, (template, beat) =>
      lead === 1 && !hasSecondLead
        ? NaN
        : measure((2 * beat + (lead ^ first)) * windowSamples, (2 * template + (lead ^ first)) * windowSamples),
    );
  const c = (where: Region, lead?: 0 | 1) => each((b, t) => correlation(aligned, b, templates, t, where), lead);
  const r = (where: Region, lead?: 0 | 1) => each((b, t) => logDifference(aligned, b, templates, t, where), lead);
  const more = (measure: (wave: Float32Array, at: number) => number) =>
    each((b, t) => measure(aligned, b) - measure(templates, t));
  const lnRatio = (measure: (wave: Float32Array, at: number) => number, lead?: 0 | 1) =>
    each((b, t) => clippedLog(measure(aligned, b) / (measure(templates, t) + 1e-6)), lead);
  const z = (values: Float64Array, floor: keyof typeof spreadFloors) =>
    standing(values, references, spreadFloors[floor]);

  const cP = c(pWave);
  const rP = r(pWave);
  const cQw = c(qrsAndSt);
  const rQ = r(qrs);
  return {
    c_P0: cP,
    z_c_P0: z(cP, 'correlation'),
    r_P0: rP,
    z_r_P0: z(rP, 'logarithm'),
    z_pp_P0: z(
      more((wave, at) => height(wave, at, pWave)),
      'amplitude',
    ),
    c_QW0: cQw,
    z_c_QW0: z(cQw, 'correlation'),
    r_Q0: rQ,
    z_r_Q0: z(rQ, 'logarithm'),
    c_Q1: c(qrs, 1),
    z_r_QW1: z(r(qrsAndSt, 1), 'logarithm'),
    z_r_T0: z(r(tWave), 'logarithm'),
    c_W0: c(whole),
    pp_ratio: lnRatio((wave, at) => height(wave, at, qrsAndSt)),
    steep: each((b) => steepShare(aligned, b)),
    steep_more: more(steepShare),
    slope_ratio: lnRatio(steepest),
    area_ratio0: lnRatio(absoluteArea),
    area_ratio1: lnRatio(absoluteArea, 1),
    z_max0: z(
      more((wave, at) => extreme(wave, at, qrsAndSt, 1)),
      'amplitude',
    ),
    z_min0: z(
      more((wave, at) => extreme(wave, at, qrsAndSt, -1)),
      'amplitude',
    ),
  } satisfies Partial<Columns>;
}

const clippedLog = (ratio: number): number => Math.log(Math.max(0.05, Math.min(20, ratio)));

/** ln of the root mean square of the difference; .01 of a QRS height is as good as no difference. */
function logDifference(a: Float32Array, aAt: number, b: Float32Array, bAt: number, { from, to }: Region): number {
  let squares = 0;
  for (let i = from; i < to; i++) squares += (a[aAt + i] - b[bAt + i]) ** 2;
  return Math.log(Math.sqrt(squares / (to - from)) + 0.01);
}

/** Highest value (sign 1) or lowest (sign -1). */
function extreme(wave: Float32Array, at: number, { from, to }: Region, sign: 1 | -1): number {
  let best = -Infinity;
  for (let i = from; i < to; i++) if (sign * wave[at + i] > best) best = sign * wave[at + i];
  return sign * best;
}

const height = (wave: Float32Array, at: number, where: Region): number =>
  extreme(wave, at, where, 1) - extreme(wave, at, where, -1);

function steepest(wave: Float32Array, at: number): number {
  let best = 0;
  for (let i = slopes.from; i < slopes.to; i++) best = Math.max(best, Math.abs(wave[at + i + 1] - wave[at + i - 1]));
  return best;
}

/** Share of the time with a slope above 15 % of the steepest: wide and slurred complexes have much of it. */
function steepShare(wave: Float32Array, at: number): number {
  const threshold = 0.15 * steepest(wave, at);
  let count = 0;
  for (let i = slopes.from; i < slopes.to; i++) if (Math.abs(wave[at + i + 1] - wave[at + i - 1]) > threshold) count++;
  return count / (slopes.to - slopes.from);
}

function absoluteArea(wave: Float32Array, at: number): number {
  let sum = 0;
  for (let i = area.from; i < area.to; i++) sum += Math.abs(wave[at + i]);
  return sum;
}
