import { describe, expect, it } from 'vitest';
import {
  featureNames,
  secondLeadFeatures,
  windowChannels,
  windowSamples,
  type FeatureName,
  type RecordInputs,
} from '../../../../src-main/domain/record-inputs.ts';
import { recordInputs } from '../../../../src-main/detect/features/record-inputs.ts';
import { medianOf } from '../../../../src-main/detect/templates/order-statistics.ts';
import { mixedRhythm, simulatedRecord } from '../templates/simulated-record.ts';

const kinds = mixedRhythm(240);
const simulated = simulatedRecord(kinds, 360);
const inputs = recordInputs(simulated.record, simulated.beatSamples);
const feature = ({ features }: RecordInputs, beat: number, name: FeatureName) =>
  features[beat * featureNames.length + featureNames.indexOf(name)];
const medianOfKind = (name: FeatureName, kind: string) =>
  medianOf([...kinds].flatMap((k, beat) => (k === kind ? [feature(inputs, beat, name)] : [])));

/** Largest difference of each feature over all beats but the first and last, whose windows are cut by the ends. */
function largestDifferences(one: RecordInputs, other: RecordInputs): Record<string, number> {
  return Object.fromEntries(
    featureNames.map((name) => {
      let largest = 0;
      for (let beat = 1; beat < one.beats - 1; beat++)
        largest = Math.max(largest, Math.abs(feature(one, beat, name) - feature(other, beat, name)));
      return [name, largest];
    }),
  );
}

describe('the inputs of the record model', () => {
  it('have one row of 45 finite features and one window of 132 samples in 4 channels a beat', () => {
    expect(featureNames.length).toBe(45);
    expect(inputs.features.length).toBe(240 * 45);
    expect(inputs.windows.length).toBe(240 * windowSamples * windowChannels);
    expect(inputs.features.every(Number.isFinite)).toBe(true);
    expect(inputs.windows.every(Number.isFinite)).toBe(true);
    expect(inputs.leadNames).toEqual(['MLII', 'V1']);
  });

  it('tell the kinds of beats apart as a person does', () => {
    for (const kind of ['S', 'V']) expect(medianOfKind('pre5', kind)).toBeLessThan(-0.25);
    expect(Math.abs(medianOfKind('pre5', 'N'))).toBeLessThan(0.1);
    expect(medianOfKind('c_P0', 'N')).toBeGreaterThan(0.95);
    expect(medianOfKind('z_r_P0', 'S')).toBeGreaterThan(3);
    expect(medianOfKind('in_dominant', 'S')).toBe(1);
    expect(medianOfKind('in_dominant', 'V')).toBe(0);
    expect(medianOfKind('c_second', 'V')).toBeGreaterThan(0.95);
    expect(medianOfKind('weight_second', 'V')).toBeGreaterThan(0.9);
    expect(medianOfKind('weight_template', 'N')).toBeCloseTo(1, 1);
    expect(medianOfKind('steep_more', 'V')).toBeGreaterThan(0.1);
  });

  it('do not change when the recording is scaled, each lead by its own factor', () => {
    const scaled = recordInputs(
      {
        samplingHz: 360,
        leads: simulated.record.leads.map(({ name, physical }, i) => ({
          name,
          physical: physical.map((value) => value * [4, 0.3][i]),
        })),
      },
      simulated.beatSamples,
    );
    for (const [name, difference] of Object.entries(largestDifferences(inputs, scaled)))
      expect(`${name} ${difference < 5e-3}`).toBe(`${name} true`);
  });

  it.each([250, 500, 720])('hardly change when the heart is sampled at %d Hz', (samplingHz) => {
    const other = simulatedRecord(kinds, samplingHz);
    const { features, ...rest } = recordInputs(other.record, other.beatSamples);
    const differences: number[] = [];
    for (let i = 0; i < features.length; i++) differences.push(Math.abs(features[i] - inputs.features[i]));
    // The R peak as rounded to a sample of 360 Hz and of the other rate differs by up to half a sample of each.
    expect(medianOf(differences)).toBeLessThan(0.01);
    for (const name of ['pre5', 'c_QW0', 'pp_ratio', 'weight_second'] as const)
      for (let beat = 1; beat < rest.beats - 1; beat++)
        expect(Math.abs(feature({ features, ...rest }, beat, name) - feature(inputs, beat, name))).toBeLessThan(0.15);
  });

  it('show every beat of a tachycardia that sets in suddenly as early', () => {
    const kindsOfRun = 'N'.repeat(120) + 'T'.repeat(400) + 'N'.repeat(60);
    const changing = simulatedRecord(kindsOfRun, 360);
    const of = recordInputs(changing.record, changing.beatSamples);
    const all = (name: FeatureName, from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => feature(of, from + i, name));
    for (const name of ['pre5', 'presm', 'presx'] as const) {
      expect(Math.max(...all(name, 122, 519))).toBeLessThan(-0.4);
      expect(Math.min(...all(name, 30, 119), ...all(name, 522, 580))).toBeGreaterThan(-0.1);
    }
    for (const name of ['zl', 'z_pre5', 'z_presm'] as const) expect(Math.max(...all(name, 122, 519))).toBeLessThan(-3);
    // Its shape is the usual one all the same.
    expect(Math.min(...all('c_QW0', 125, 515))).toBeGreaterThan(0.9);
  });

  it('are the same whatever the places and names of the leads', () => {
    const { leadNames: _, ...rest } = inputs;
    const leads = simulated.record.leads.toReversed().map(({ physical }, place) => ({ name: `${place}`, physical }));
    expect(recordInputs({ samplingHz: 360, leads }, simulated.beatSamples)).toEqual({ ...rest, leadNames: ['1', '0'] });
  });

  it('are read with either lead as the first', () => {
    const c_Q1 = featureNames.indexOf('c_Q1');
    const rr = featureNames.indexOf('zl');
    for (const beat of [10, 60, 130]) {
      expect(inputs.turned[beat * 45 + rr]).toBe(inputs.features[beat * 45 + rr]);
      expect(inputs.turned[beat * 45 + c_Q1]).not.toBe(inputs.features[beat * 45 + c_Q1]);
    }
    // With the second lead as the first, what was the second lead's area ratio is the first's.
    const [first, second] = ['area_ratio0', 'area_ratio1'].map((name) => featureNames.indexOf(name as FeatureName));
    for (let beat = 0; beat < inputs.beats; beat++) {
      expect(inputs.turned[beat * 45 + first]).toBe(inputs.features[beat * 45 + second]);
      expect(inputs.turned[beat * 45 + second]).toBe(inputs.features[beat * 45 + first]);
    }
  });

  it('of one lead have no second: its features are not numbers, its channels are zeros', () => {
    const single = recordInputs({ samplingHz: 360, leads: [simulated.record.leads[0]] }, simulated.beatSamples);
    for (const [f, name] of featureNames.entries())
      for (let beat = 0; beat < single.beats; beat++)
        expect(Number.isNaN(single.features[beat * 45 + f])).toBe(secondLeadFeatures.includes(name));
    expect(single.windows.every((value, i) => i % 2 === 0 || value === 0)).toBe(true);
    expect(single.leadNames).toEqual(['MLII']);
    expect(single.turned).toEqual(single.features);
  });

  it('subtract the template where the beat is, so that little is left of a normal beat', () => {
    const residualOf = (kind: string) =>
      medianOf(
        [...kinds].flatMap((k, beat) => {
          if (k !== kind) return [];
          const residual = Array.from(
            { length: windowSamples },
            (_, i) => inputs.windows[(beat * windowSamples + i) * windowChannels + 2],
          );
          return [Math.max(...residual.slice(20, 110).map(Math.abs))];
        }),
      );
    expect(residualOf('N')).toBeLessThan(0.15);
    expect(residualOf('V')).toBeGreaterThan(0.8);
  });

  it('are finite for any number of beats, none included', () => {
    for (const beats of [0, 1, 2, 3, 5, 9]) {
      const few = recordInputs(simulated.record, simulated.beatSamples.slice(0, beats));
      expect(few.features.length).toBe(beats * 45);
      expect(few.features.every(Number.isFinite)).toBe(true);
      expect(few.windows.every(Number.isFinite)).toBe(true);
    }
  });

  it('are finite where no two beats look alike, across gaps and long pauses, and count the gaps', () => {
    const { record, beatSamples } = simulatedRecord(kinds, 360);
    const leads = record.leads.map(({ name, physical }) => ({ name, physical: physical.slice() }));
    for (const { physical } of leads) {
      physical.fill(NaN, 0, 420);
      physical.fill(NaN, beatSamples[100] - 200, beatSamples[103] + 200);
    }
    const beats = beatSamples.filter((_, beat) => beat < 120 || beat > 180); // a pause of a minute
    const gapped = recordInputs({ samplingHz: 360, leads }, beats);
    expect(gapped.features.every(Number.isFinite)).toBe(true);
    expect([...gapped.gapShare].map((share) => share > 0.5)).toEqual(
      [...beats.keys()].map((b) => b === 0 || (b >= 100 && b <= 103)),
    );

    const noise = leads.map(({ name }, lead) => ({
      name,
      physical: Float32Array.from({ length: 40_000 }, (_, i) => Math.sin((i * i * (lead + 1)) / 977) + Math.sin(i / 7)),
    }));
    const beatsInNoise = Int32Array.from({ length: 90 }, (_, i) => 300 + i * 400 + ((i * 97) % 211));
    expect(recordInputs({ samplingHz: 360, leads: noise }, beatsInNoise).features.every(Number.isFinite)).toBe(true);
  });
});
