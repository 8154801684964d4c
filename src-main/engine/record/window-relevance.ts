import { windowChannels, windowSamples } from '../../domain/record-inputs.ts';

const leads = windowChannels / 2;
const size = windowSamples * windowChannels;
/** Points between template and beat at which the gradient is taken. */
const integrationSteps = 8;

/**
 * How much of what a network says of each window is owed to each sample's difference from the patient's template:
 * integrated gradients from the template to the beat, leads added up, the part that speaks for it (0 or more).
 * The template is in the window: a lead's channel minus its difference channel.
 * @param windows   (batch, sample, channel).
 * @param gradient  of what the network says with respect to windows of that shape.
 */
export async function windowRelevance(
  windows: Float32Array,
  batch: number,
  gradient: (windows: Float32Array) => Promise<Float32Array>,
): Promise<Float32Array[]> {
  const signed = new Float32Array(batch * windowSamples);
  for (let step = 0; step < integrationSteps; step++) {
    const left = 1 - (step + 0.5) / integrationSteps; // share of the way that is still to go
    const between = windows.slice();
    eachLeadSample(batch, (at) => {
      between[at] -= left * windows[at + leads];
      between[at + leads] -= left * windows[at + leads];
    });
    const slope = await gradient(between);
    eachLeadSample(batch, (at, row) => {
      signed[row] += ((slope[at] + slope[at + leads]) * windows[at + leads]) / integrationSteps;
    });
  }
  return Array.from({ length: batch }, (_, i) =>
    signed.slice(i * windowSamples, (i + 1) * windowSamples).map((value) => Math.max(0, value)),
  );
}

/** The windows with some samples of each replaced by the patient's template, in both leads. */
export function withTemplateAt(
  windows: Float32Array,
  batch: number,
  samplesOf: (i: number) => Int32Array,
): Float32Array {
  const changed = windows.slice();
  for (let i = 0; i < batch; i++)
    for (const sample of samplesOf(i))
      for (let lead = 0; lead < leads; lead++) {
        const at = i * size + sample * windowChannels + lead;
        changed[at] -= changed[at + leads];
        changed[at + leads] = 0;
      }
  return changed;
}

/** Samples by falling relevance; the earlier first among equals. */
export const samplesByRelevance = (relevance: Float32Array): Int32Array =>
  Int32Array.from(relevance.keys()).sort((a, b) => relevance[b] - relevance[a] || a - b);

/** Calls with the place of every lead's sample in the windows, and of its sample among (batch, sample). */
function eachLeadSample(batch: number, visit: (at: number, row: number) => void): void {
  for (let row = 0; row < batch * windowSamples; row++)
    for (let lead = 0; lead < leads; lead++) visit(row * windowChannels + lead, row);
}
