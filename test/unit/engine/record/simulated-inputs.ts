import { seededRandom } from '../../../../src-main/domain/random.ts';
import {
  featureNames,
  windowChannels,
  windowSamples,
  type RecordInputs,
} from '../../../../src-main/domain/record-inputs.ts';
import type { LabelledRecord } from '../../../../src-main/engine/record/training-beats.ts';

/** Bits, row-major (beat, shape): every beat resembles its own shape alone. */
function eachItsOwn(beats: number): Uint32Array {
  const words = Math.ceil(beats / 32);
  const bits = new Uint32Array(beats * words);
  for (let beat = 0; beat < beats; beat++) bits[beat * words + (beat >> 5)] |= 1 << (beat & 31);
  return bits;
}

/** Features and windows whose class is plain to see: each class has its own feature and its own bump. */
export function simulatedRecord(name: string, beats: number, seed: number): LabelledRecord {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({ length: beats }, () => {
    const draw = random.uniform();
    return draw < 0.7 ? 0 : draw < 0.8 ? 1 : draw < 0.94 ? 2 : 3;
  });
  const features = new Float32Array(beats * featureNames.length);
  const windows = new Float32Array(beats * windowSamples * windowChannels);
  for (let beat = 0; beat < beats; beat++) {
    for (let f = 0; f < featureNames.length; f++)
      features[beat * featureNames.length + f] = 0.5 * random.normal() + (f % 4 === labels[beat] ? 1 : 0);
    for (let i = 0; i < windowSamples; i++) {
      const bump = labels[beat] < 2 ? 0 : Math.exp(-(((i - (labels[beat] === 2 ? 40 : 90)) / 8) ** 2));
      const template = Math.exp(-(((i - 54) / 5) ** 2));
      for (let lead = 0; lead < 2; lead++) {
        const difference = bump * (lead === 0 ? 1 : -0.5) + 0.03 * random.normal();
        const at = (beat * windowSamples + i) * windowChannels + lead;
        windows[at] = template + difference;
        windows[at + 2] = difference;
      }
    }
  }
  const inputs: RecordInputs = {
    ...{ beats, features, windows },
    turned: features.slice(),
    shifts: Int8Array.from({ length: beats }, () => random.integer(5) - 2),
    shapeOf: Int32Array.from({ length: beats }, (_, beat) => beat), // no two alike
    resembles: eachItsOwn(beats),
    gapShare: new Float32Array(beats),
    leadNames: ['MLII', 'V1'],
  };
  return { name, inputs, labels };
}
