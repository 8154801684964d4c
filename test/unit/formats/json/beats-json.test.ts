import { expect, it } from 'vitest';
import { beatsJson } from '../../../../src-main/formats/json/beats-json.ts';

it('says what the record is and what each beat is, and leaves patient notes out', () => {
  const header = {
    name: '100',
    samplingHz: 360,
    lengthSamples: 650000,
    leads: [{ name: 'MLII', unit: 'mV', gain: 200, baseline: 1024, isCalibrated: true }],
    notes: ['69 M'],
  };
  const beat = {
    atSample: 370,
    symbol: 'V',
    beatClass: 'V',
    origin: 'model',
    isArtifact: false,
    isForLater: false,
  } as const;
  const text = beatsJson(header, [
    { ...beat, probabilities: [0.1, 0, 0.9, 0, 0] },
    { ...beat, atSample: 720, probabilities: null },
  ]);
  expect(JSON.parse(text)).toEqual({
    record: { name: '100', samplingHz: 360, lengthSamples: 650000, leads: ['MLII'] },
    beats: [
      { timeS: 1.028, ...beat, probabilities: { N: 0.1, S: 0, V: 0.9, F: 0, Q: 0 } },
      { timeS: 2, ...beat, atSample: 720, probabilities: null },
    ],
  });
});
