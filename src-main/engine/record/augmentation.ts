import { featureNames, secondLeadFeatures, windowChannels, windowSamples } from '../../domain/record-inputs.ts';
import type { BranchName } from '../network/record-branches.ts';
import type { Augmentation } from '../train/augment.ts';

/** Noise on standardised features, in standard deviations. */
const featureNoise = 0.1;
/** Share of beats that are shown without a second lead, so that recordings of one lead can be read. */
const withoutSecondLead = 0.25;
const features = featureNames.length;
const secondLead = secondLeadFeatures.map((name) => featureNames.indexOf(name));

/** How the beats of each branch are varied from epoch to epoch. */
export const augmentations: Readonly<Record<BranchName, Augmentation>> = {
  features: (inputs, beats, random) => {
    const values = inputs.features;
    for (let i = 0; i < values.length; i++) values[i] += featureNoise * random.normal();
    for (let beat = 0; beat < beats; beat++)
      if (random.uniform() < withoutSecondLead) for (const f of secondLead) values[beat * features + f] = 0;
  },

  rhythm: ({ context }, beats, random) => {
    for (let i = 0; i < context.length; i++) context[i] += featureNoise * random.normal();
    const perBeat = context.length / beats;
    for (let beat = 0; beat < beats; beat++) {
      const lacks = random.uniform() < withoutSecondLead;
      for (let f = 0; f < features; f++)
        if (random.uniform() < 0.1 || (lacks && secondLead.includes(f)))
          for (let at = beat * perBeat + f; at < (beat + 1) * perBeat; at += features) context[at] = 0;
    }
  },

  morphology: ({ window }, beats, random) => {
    const size = windowSamples * windowChannels;
    for (let beat = 0; beat < beats; beat++) {
      const row = window.subarray(beat * size, (beat + 1) * size);
      shiftRow(row, random.integer(5) - 2);
      const gain = 0.75 + 0.5 * random.uniform();
      for (let i = 0; i < size; i++) row[i] = gain * row[i] + 0.02 * random.normal();
      if (random.uniform() < withoutSecondLead) for (let i = 1; i < size; i += 2) row[i] = 0; // channels 1 and 3
    }
  },
};

/** Moves a window by that many samples, holding its edge. */
function shiftRow(row: Float32Array, samples: number): void {
  const by = Math.abs(samples) * windowChannels;
  if (samples > 0) {
    row.copyWithin(by, 0);
    for (let i = by - 1; i >= 0; i--) row[i] = row[i + windowChannels];
  } else if (samples < 0) {
    row.copyWithin(0, by);
    for (let i = row.length - by; i < row.length; i++) row[i] = row[i - windowChannels];
  }
}
