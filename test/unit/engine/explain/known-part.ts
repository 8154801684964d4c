import { seededRandom } from '../../../../src-main/domain/random.ts';
import type { Executor } from '../../../../src-main/engine/executors/executor.ts';
import type { ExplainedWindow } from '../../../../src-main/engine/explain/time-explainer.ts';
import type { TimeNetwork } from '../../../../src-main/engine/explain/time-functions.ts';
import { rhythmAttention, tokenSpans } from '../../../../src-main/engine/network/rhythm-attention.ts';
import type { BeatSet } from '../../../../src-main/engine/train/beat-set.ts';
import { hyperParameters } from '../../../../src-main/engine/train/hyper-parameters.ts';
import { train } from '../../../../src-main/engine/train/loop.ts';
import type { Weights } from '../../../../src-main/engine/weights/weights.ts';
import { tinyCompact } from '../tiny-network.ts';

/** A network whose answer depends on a known part of its window: class 1 where the wave there is turned over. */
export const sizes = { ...tinyCompact, samples: 64, classes: 2, spatialDropout: 0 };
export const knownPart = { fromSample: 26, toSample: 38 };
const network = rhythmAttention(sizes);
export const subject: TimeNetwork = { network, spans: tokenSpans(sizes) };

/** Every window has a wave in each third, at places that vary; the middle one tells the class. */
export function windowsOfWaves(beats: number, seed: number): BeatSet {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({ length: beats }, () => random.integer(2));
  const signal = Float32Array.from({ length: beats * sizes.samples }, () => 0.05 * random.normal());
  labels.forEach((label, beat) => {
    const wave = (height: number, from: number) => {
      const center = from + 4 * random.uniform();
      for (let i = 0; i < sizes.samples; i++)
        signal[beat * sizes.samples + i] += height * Math.exp(-(((i - center) / 2.5) ** 2));
    };
    wave(1, 6 + 6 * random.uniform());
    wave(label === 1 ? -1 : 1, 30);
    wave(1, 48 + 6 * random.uniform());
  });
  return { inputs: { signal }, labels };
}

/** Windows of class 1, each compared with one of class 0 whose waves stand at other places. */
export function casesOf({ inputs, labels }: BeatSet): ExplainedWindow[] {
  const { samples } = sizes;
  const windowsOf = (label: number) =>
    [...labels.keys()]
      .filter((beat) => labels[beat] === label)
      .map((beat) => inputs.signal.slice(beat * samples, (beat + 1) * samples));
  const others = windowsOf(0);
  return windowsOf(1).map((window, i) => ({ window, baseline: others[i % others.length], chosen: 1 }));
}

export async function trainedWeights(executor: Executor, seed: number): Promise<Weights> {
  const hyper = hyperParameters({ epochs: 5, batch: 16, learningRate: 1e-2, seed });
  return (await train({ network, executor, training: windowsOfWaves(320, seed), hyper })).weights;
}

/** Share of what is positive in an explanation that lies in the known part. */
export function shareInPart(relevance: Float32Array): number {
  const positive = relevance.map((value) => Math.max(0, value));
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
  return sum(positive.subarray(knownPart.fromSample, knownPart.toSample)) / sum(positive);
}
