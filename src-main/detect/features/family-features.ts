import { windowSamples } from '../../domain/record-inputs.ts';
import type { BeatTemplates } from '../templates/beat-templates.ts';
import { correlation, region, shapeCorrelation } from '../templates/shape.ts';
import { spreadFloors, standing, type Columns } from './columns.ts';

const qrsAndSt = region(-0.12, 0.22);
const samples = qrsAndSt.to - qrsAndSt.from;
/** Beats that every beat is compared with to tell how common its shape is. */
const comparedBeats = 400;

/**
 * Whether a beat is a mixture of the patient's two main shapes, as a fusion beat is.
 * @param lead  the one that is looked at.
 */
export function mixtureFeatures(own: BeatTemplates, lead: 0 | 1) {
  const { aligned, templates, templateOf, second, references } = own;
  const beats = templateOf.length;
  const weightTemplate = new Float64Array(beats);
  const weightSecond = new Float64Array(beats);
  const residual = new Float64Array(beats);
  const cSecond = new Float64Array(beats);
  const v = second && centred(second, lead * windowSamples);
  for (let beat = 0; beat < beats; beat++) {
    const x = centred(aligned, (2 * beat + lead) * windowSamples);
    const t = centred(templates, (2 * templateOf[beat] + lead) * windowSamples);
    const fit = leastSquares(x, t, v);
    weightTemplate[beat] = Math.max(-3, Math.min(3, fit.weights[0]));
    weightSecond[beat] = Math.max(-3, Math.min(3, fit.weights[1]));
    residual[beat] = Math.log(fit.relativeResidual + 0.01);
    if (second)
      cSecond[beat] = correlation(aligned, (2 * beat + lead) * windowSamples, second, lead * windowSamples, qrsAndSt);
  }
  return {
    weight_template: weightTemplate,
    weight_second: weightSecond,
    residual,
    z_residual: standing(residual, references, spreadFloors.logarithm),
    c_second: cSecond,
  } satisfies Partial<Columns>;
}

/** What kind of beats look like this one. */
export function familyFeatures(own: BeatTemplates) {
  const { clusters, dominant, shapes, rhythm } = own;
  const { clusterOf, sizes } = clusters;
  const beats = clusterOf.length;
  const pre5Sums = new Float64Array(sizes.length);
  for (const [beat, cluster] of clusterOf.entries()) pre5Sums[cluster] += rhythm.pre5[beat];
  const step = Math.max(1, beats / comparedBeats);
  const compared = Int32Array.from({ length: Math.min(beats, comparedBeats) }, (_, i) => Math.floor(i * step));
  const perBeat = (measure: (beat: number) => number) => Float64Array.from(clusterOf, (_, beat) => measure(beat));
  return {
    in_dominant: perBeat((beat) => (clusterOf[beat] === dominant ? 1 : 0)),
    cluster_pre5: perBeat((beat) => pre5Sums[clusterOf[beat]] / sizes[clusterOf[beat]]),
    alike: perBeat((beat) => {
      let alike = 0;
      for (const other of compared) if (shapeCorrelation(shapes.units, beat, other) > 0.9) alike++;
      return alike / compared.length;
    }),
    c_before: perBeat((beat) => (beat > 0 ? shapeCorrelation(shapes.units, beat, beat - 1) : 1)),
    c_after: perBeat((beat) => (beat + 1 < beats ? shapeCorrelation(shapes.units, beat, beat + 1) : 1)),
  } satisfies Partial<Columns>;
}

/** QRS and ST of one lead of a window without their mean. */
function centred(windows: Float32Array, at: number): Float64Array {
  const wave = Float64Array.from(windows.subarray(at + qrsAndSt.from, at + qrsAndSt.to));
  const mean = wave.reduce((sum, value) => sum + value, 0) / samples;
  return wave.map((value) => value - mean);
}

/** Weights a, b of the best x = a t + b v, and the length of what is left beside the length of x. */
function leastSquares(x: Float64Array, t: Float64Array, v: Float64Array | undefined) {
  const dot = (p: Float64Array, q: Float64Array) => p.reduce((sum, value, i) => sum + value * q[i], 0);
  const ridge = 1e-6; // keeps flat templates from dividing by zero
  const tt = dot(t, t) + ridge;
  const xt = dot(x, t);
  let weights: readonly [number, number] = [xt / tt, 0];
  if (v) {
    const vv = dot(v, v) + ridge;
    const tv = dot(t, v);
    const xv = dot(x, v);
    const determinant = tt * vv - tv * tv;
    weights = [(xt * vv - xv * tv) / determinant, (xv * tt - xt * tv) / determinant];
  }
  let left = 0;
  for (let i = 0; i < samples; i++) left += (x[i] - weights[0] * t[i] - weights[1] * (v?.[i] ?? 0)) ** 2;
  return { weights, relativeResidual: Math.sqrt(left / (dot(x, x) + ridge)) };
}
