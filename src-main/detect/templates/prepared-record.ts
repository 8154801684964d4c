import { modelHz, windowBefore, windowSamples } from '../../domain/record-inputs.ts';
import { bridgeGaps, butterworthHighPass, butterworthLowPass, filterZeroPhase } from '../filters.ts';
import { resample, resampledLength } from '../resample.ts';
import { medianOf } from './order-statistics.ts';
import { correlation } from './shape.ts';

/** A recording as the detectors and the record model take it. */
export interface RecordSignals {
  readonly samplingHz: number;
  /** Given where each reading of `physical` reads the file anew: then the leads are as long as this, and each is read once. */
  readonly lengthSamples?: number;
  /** Physical values, mV by custom; any unit does, for the model's inputs are ratios. Gaps are NaN. */
  readonly leads: readonly { readonly name: string; readonly physical: Float32Array }[];
}

/** One lead at 120 Hz without baseline and mains, in units of its own median QRS height. */
export interface PreparedLead {
  readonly name: string;
  /** Finite everywhere: gaps are bridged. */
  readonly samples: Float32Array;
  /** 1 where the recording has a gap. */
  readonly isGap: Uint8Array;
}

/** One or two leads and the beats on them. */
export interface PreparedRecord {
  readonly leads: readonly PreparedLead[];
  /** R peaks at 120 Hz. */
  readonly beatSamples: Int32Array;
  /** Seconds from the record's start, at the precision of the source. */
  readonly beatTimesS: Float64Array;
}

/** +-0.1 s: the QRS whose height is the unit of its lead. */
const qrsReach = 12;
/** Beats that tell how steady a lead is; the median over them no longer moves with more. */
const steadinessBeats = 400;
/** Leads of which the usual beats are more alike, upright or inverted, are one lead seen twice. */
const mostAlike = 0.95;

/**
 * Brings a recording to the form every later step reads: high-pass 0.5 Hz and low-pass 45 Hz without phase, 120 Hz,
 * each lead divided by the median height of its QRS complexes. Never scaled beat by beat, because a beat's height
 * beside its neighbours' tells its class.
 * The signal alone says which leads are read and in which order, not their places or names: the first is the one whose
 * beats differ least from its usual beat, the second the next such that is no likeness of the first.
 * Leads without a signal at the beats are left out.
 * @param beatSamples  R peaks at the recording's own rate, strictly rising.
 * @throws {RangeError} when beats do not rise or lie outside the recording, leads differ in length, or no lead has a
 *                      signal at its beats.
 */
export function prepareRecord(record: RecordSignals, beatSamples: Int32Array): PreparedRecord {
  const { samplingHz, leads } = record;
  if (leads.length === 0) throw new RangeError('a recording without leads');
  checkBeats(beatSamples, record.lengthSamples ?? leads[0].physical.length);
  if (record.lengthSamples === undefined)
    for (const lead of leads)
      if (lead.physical.length !== leads[0].physical.length)
        throw new RangeError(
          `lead ${lead.name} has ${lead.physical.length} samples, lead ${leads[0].name} has ${leads[0].physical.length}`,
        );
  const atModelRate = Int32Array.from(beatSamples, (sample) => Math.round((sample * modelHz) / samplingHz));
  const measured: MeasuredLead[] = [];
  for (const [place, { name, physical }] of leads.entries()) {
    const samples = atModelHz(physical, samplingHz);
    const isGap = Uint8Array.from(samples, (value) => (Number.isNaN(value) ? 1 : 0));
    const height = medianQrsHeight(samples, atModelRate);
    if (beatSamples.length > 0 && !(height > 0)) continue;
    const bridged = bridgeGaps(samples);
    for (let i = 0; i < bridged.length; i++) bridged[i] /= height || 1;
    // Of more than two, those that are not chosen would fill the memory: the chosen are made once more.
    const lead = leads.length > 2 ? undefined : { name, samples: bridged, isGap };
    measured.push({ place, lead, ...steadinessOf(bridged, isGap, atModelRate) });
  }
  const chosen = chosenLeads(measured);
  if (chosen.length === 0) throw new RangeError('no lead has a signal at its beats');
  if (leads.length > 2)
    return prepareRecord({ ...record, leads: chosen.map(({ place }) => leads[place]) }, beatSamples);
  return {
    leads: chosen.map(({ lead }) => lead!),
    beatSamples: atModelRate,
    beatTimesS: Float64Array.from(beatSamples, (sample) => sample / samplingHz),
  };
}

interface MeasuredLead {
  readonly place: number;
  readonly lead: PreparedLead | undefined;
  /** Median over the beats of the mean distance to the usual beat, in QRS heights. */
  readonly unsteadiness: number;
  readonly usual: Float32Array;
}

function chosenLeads(measured: readonly MeasuredLead[]): MeasuredLead[] {
  const [first, ...rest] = measured.toSorted((one, other) => one.unsteadiness - other.unsteadiness);
  if (!first) return [];
  const isOther = ({ usual }: MeasuredLead) =>
    Math.abs(correlation(usual, 0, first.usual, 0, { from: 0, to: windowSamples })) < mostAlike;
  const second = rest.find(isOther) ?? rest[0];
  return second ? [first, second] : [first];
}

/** The usual beat of a lead, the median of beats spread over the recording, and how far these are from it. */
function steadinessOf(
  samples: Float32Array,
  isGap: Uint8Array,
  beatSamples: Int32Array,
): Pick<MeasuredLead, 'unsteadiness' | 'usual'> {
  const count = Math.min(steadinessBeats, beatSamples.length);
  const spread = Array.from({ length: count }, (_, i) => beatSamples[Math.floor((i * beatSamples.length) / count)]);
  const windows = spread
    .filter((beatSample) => isGap[beatSample] === 0)
    .map((beatSample) => {
      const window = new Float32Array(windowSamples);
      cutWindow(samples, beatSample, window);
      return window;
    });
  const usual = Float32Array.from({ length: windowSamples }, (_, i) =>
    windows.length === 0 ? 0 : medianOf(windows.map((window) => window[i])),
  );
  // A beat in a gap is as far from the usual as a beat can be.
  const distances = new Float64Array(count).fill(1);
  for (const [row, window] of windows.entries())
    distances[row] = window.reduce((sum, value, i) => sum + Math.abs(value - usual[i]), 0) / windowSamples;
  return { usual, unsteadiness: count === 0 ? 0 : medianOf(distances) };
}

/**
 * The window of every beat, moved by its shift, minus its own median.
 * @returns row-major (beat, lead 0 or 1, sample); a missing second lead is zeros.
 */
export function cutWindows(record: PreparedRecord, shifts: Int8Array): Float32Array {
  const beats = record.beatSamples.length;
  const windows = new Float32Array(beats * 2 * windowSamples);
  for (const [lead, { samples }] of record.leads.entries())
    for (let beat = 0; beat < beats; beat++) {
      const at = (2 * beat + lead) * windowSamples;
      cutWindow(samples, record.beatSamples[beat] + shifts[beat], windows.subarray(at, at + windowSamples));
    }
  return windows;
}

/** Fills the window about one sample, minus its own median. */
export function cutWindow(samples: Float32Array, atSample: number, window: Float32Array): void {
  const from = atSample - windowBefore;
  for (let i = 0; i < windowSamples; i++) window[i] = samples[Math.max(0, Math.min(samples.length - 1, from + i))];
  const median = medianOf(window);
  for (let i = 0; i < windowSamples; i++) window[i] -= median;
}

/** Longer recordings are brought to 120 Hz in pieces, so that a day needs the memory of half an hour. */
const longestWholeS = 2 * 3600;
const pieceS = 1800;
/** After so long nothing is left of how a filter began: the slowest, of 0.5 Hz, fades by 1e-28 of it. */
const pieceMarginS = 30;

function atModelHz(physical: Float32Array, samplingHz: number): Float32Array {
  const whole = (signal: Float32Array) => resample(withoutWanderAndNoise(signal, samplingHz), samplingHz, modelHz);
  const hasWholeSeconds = Number.isInteger(samplingHz); // pieces begin at a sample of both rates
  if (!hasWholeSeconds || physical.length <= longestWholeS * samplingHz) return whole(physical);
  const samples = new Float32Array(resampledLength(physical.length, samplingHz, modelHz));
  for (let fromS = 0; fromS * samplingHz < physical.length; fromS += pieceS) {
    const readFromS = Math.max(0, fromS - pieceMarginS);
    const readToS = fromS + pieceS + pieceMarginS;
    const piece = whole(physical.subarray(readFromS * samplingHz, readToS * samplingHz));
    const first = (fromS - readFromS) * modelHz;
    samples.set(piece.subarray(first, first + pieceS * modelHz), fromS * modelHz);
  }
  return samples;
}

function withoutWanderAndNoise(physical: Float32Array, samplingHz: number): Float32Array {
  const level = filterZeroPhase(physical, butterworthHighPass(2, 0.5, samplingHz));
  return samplingHz > 100 ? filterZeroPhase(level, butterworthLowPass(4, 45, samplingHz)) : level;
}

/** Median over the beats of the QRS height, peak to peak; beats with a gap do not count. 0 where none is left. */
function medianQrsHeight(samples: Float32Array, beatSamples: Int32Array): number {
  const heights = new Float64Array(beatSamples.length);
  let count = 0;
  for (const beat of beatSamples) {
    let lowest = Infinity;
    let highest = -Infinity;
    let sum = 0;
    for (let i = Math.max(0, beat - qrsReach); i <= Math.min(samples.length - 1, beat + qrsReach); i++) {
      if (samples[i] < lowest) lowest = samples[i];
      if (samples[i] > highest) highest = samples[i];
      sum += samples[i];
    }
    if (Number.isFinite(sum) && highest >= lowest) heights[count++] = highest - lowest;
  }
  return count === 0 ? 0 : medianOf(heights.subarray(0, count));
}

function checkBeats(beatSamples: Int32Array, lengthSamples: number): void {
  for (let beat = 0; beat < beatSamples.length; beat++) {
    if (beatSamples[beat] < 0 || beatSamples[beat] >= lengthSamples)
      throw new RangeError(`beat ${beat} is at sample ${beatSamples[beat]} of a recording of ${lengthSamples}`);
    if (beat > 0 && beatSamples[beat] <= beatSamples[beat - 1])
      throw new RangeError(
        `beat ${beat} is at sample ${beatSamples[beat]}, not after beat ${beat - 1} at ${beatSamples[beat - 1]}`,
      );
  }
}
