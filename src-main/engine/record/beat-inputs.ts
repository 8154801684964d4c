import { featureNames, windowChannels, windowSamples, type RecordInputs } from '../../domain/record-inputs.ts';
import { contextBeats, contextReach } from '../network/record-branches.ts';
import type { RecordNetworkInputs } from '../network/record-fusion.ts';
import type { FeatureStandard } from './model.ts';

const features = featureNames.length;
/** A feature further out says no more than that it is far out. */
const clip = 5;

/**
 * Features in standard deviations from the training beats' median, held to +-5; a feature that the recording lacks
 * (one lead) stands at the median. Row-major (beat, feature).
 */
export function standardFeatures(
  inputs: Pick<RecordInputs, 'features'>,
  { median, deviation }: FeatureStandard,
): Float32Array {
  return inputs.features.map((value, i) => {
    const f = i % features;
    return Number.isNaN(value) ? 0 : Math.max(-clip, Math.min(clip, (value - median[f]) / deviation[f]));
  });
}

/** Median and standard deviation of every feature over the beats of all recordings; a constant one is left as it is. */
export function standardOf(recordings: readonly RecordInputs[]): FeatureStandard {
  const columns = featureNames.map((_, f) => {
    const values = recordings.flatMap((inputs) =>
      Array.from({ length: inputs.beats }, (_, beat) => inputs.features[beat * features + f]),
    );
    return Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  });
  const deviationOf = (column: Float64Array) => {
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
    return Math.sqrt(variance) || 1;
  };
  return {
    median: Float32Array.from(columns, (column) => column[column.length >> 1] ?? 0),
    deviation: Float32Array.from(columns, deviationOf),
  };
}

/**
 * Features of the chosen beats and their four neighbours on each side: (chosen, 9, 45).
 * A neighbour beyond the recording's end stands at the median of all features.
 */
export function contextOf(standard: Float32Array, chosen: ArrayLike<number>): Float32Array {
  const beats = standard.length / features;
  const context = new Float32Array(chosen.length * contextBeats * features);
  for (let row = 0; row < chosen.length; row++)
    for (let place = 0; place < contextBeats; place++) {
      const beat = chosen[row] + place - contextReach;
      if (beat < 0 || beat >= beats) continue;
      const at = (row * contextBeats + place) * features;
      context.set(standard.subarray(beat * features, (beat + 1) * features), at);
    }
  return context;
}

/** Windows of the chosen beats: (chosen, 132, 4). */
export function windowsOf({ windows }: RecordInputs, chosen: ArrayLike<number>): Float32Array {
  const size = windowSamples * windowChannels;
  const rows = new Float32Array(chosen.length * size);
  for (let row = 0; row < chosen.length; row++)
    rows.set(windows.subarray(chosen[row] * size, (chosen[row] + 1) * size), row * size);
  return rows;
}

/** Rows of any beats of one recording. */
export type RowsOf = (chosen: ArrayLike<number>) => Float32Array;

/**
 * What gives each input of the model's network its rows of one recording, whose features are standardised once.
 * @throws {RangeError} as `checkInputs` does.
 */
export function networkRows(
  inputs: RecordInputs,
  standard: FeatureStandard,
): Readonly<Record<keyof RecordNetworkInputs, RowsOf>> {
  checkInputs(inputs);
  const features = standardFeatures(inputs, standard);
  const turned = standardFeatures({ features: inputs.turned }, standard);
  return {
    context: (chosen) => contextOf(features, chosen),
    turned: (chosen) => contextOf(turned, chosen),
    window: (chosen) => windowsOf(inputs, chosen),
  };
}

/** @throws {RangeError} when arrays do not have the lengths that their beats ask for. */
export function checkInputs({ beats, features: given, turned, windows, shifts, gapShare }: RecordInputs): void {
  const lengths = {
    features: [given.length, beats * features],
    turned: [turned.length, beats * features],
    windows: [windows.length, beats * windowSamples * windowChannels],
    shifts: [shifts.length, beats],
    gapShare: [gapShare.length, beats],
  };
  for (const [name, [is, should]] of Object.entries(lengths))
    if (is !== should) throw new RangeError(`${name} holds ${is} values, ${beats} beats have ${should}`);
}
