import { beatClasses } from '../../domain/beat-class.ts';
import type { RecordInputs } from '../../domain/record-inputs.ts';
import type { Executor } from '../executors/executor.ts';
import { readAll } from '../executors/executor.ts';
import { tf } from '../executors/tensorflow.ts';
import { inputSpecs, predictionBatch } from '../network/predictor.ts';
import { branchNames, taughtClasses, type BranchName } from '../network/record-branches.ts';
import { checkInputs, contextOf, standardFeatures, windowsOf } from './beat-inputs.ts';
import { networkOf, type RecordModel } from './model.ts';

/** A model's opinion of a recording. */
export interface RecordScores {
  /** (beat, class in order of `beatClasses`) row-major, each row summing to 1. */
  readonly probabilities: Float32Array;
  /** How far the three branches are apart, 0 to 1: the mean over their pairs of half the summed differences. */
  readonly disagreement: Float32Array;
}

export interface ScoringOptions {
  /** Beats of one call of the executor. */
  readonly batch: number;
  readonly onProgress?: (beatsDone: number) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Where more than this share of a beat's QRS is a gap in every lead, no class can be told: the answer is Q.
 * The only way to Q: the model was taught N, S, V and F, and a paced beat will be called one of these.
 */
export const unreadableShare = 0.5;

/** Gives class probabilities of whole recordings, a batch at a time; made once for a model, then used for many. */
export interface RecordScorer {
  score(inputs: RecordInputs, options?: Omit<Partial<ScoringOptions>, 'batch'>): Promise<RecordScores>;
  dispose(): Promise<void>;
}

export async function compileRecordScorer(
  model: RecordModel,
  executor: Executor,
  batch = predictionBatch,
): Promise<RecordScorer> {
  const network = networkOf(model);
  const compiled = await executor.compile(
    (given, weights) => {
      const { logits, ofBranch } = network.forward({
        weights,
        inputs: { context: given['input context'], window: given['input window'] },
      });
      return { probabilities: tf.softmax(logits), disagreement: disagreementOf(ofBranch) };
    },
    inputSpecs(network, batch),
    model.networks,
  );
  return {
    score: async (inputs, { onProgress, signal } = {}) => {
      checkInputs(inputs);
      const standard = standardFeatures(inputs, model.standard);
      const classes = beatClasses.length;
      const probabilities = new Float32Array(inputs.beats * classes);
      const disagreement = new Float32Array(inputs.beats);
      for (let from = 0; from < inputs.beats; from += batch) {
        signal?.throwIfAborted();
        // The last batch is filled up with its last beat.
        const chosen = Int32Array.from({ length: batch }, (_, i) => Math.min(from + i, inputs.beats - 1));
        const outputs = await readAll(
          await compiled.run({
            'input context': contextOf(standard, chosen),
            'input window': windowsOf(inputs, chosen),
          }),
        );
        for (let beat = from; beat < Math.min(from + batch, inputs.beats); beat++) {
          const row = probabilities.subarray(beat * classes, (beat + 1) * classes);
          const at = (beat - from) * taughtClasses;
          if (inputs.gapShare[beat] > unreadableShare) row[beatClasses.indexOf('Q')] = 1;
          else row.set(outputs.probabilities.subarray(at, at + taughtClasses));
          disagreement[beat] = outputs.disagreement[beat - from];
        }
        await onProgress?.(Math.min(from + batch, inputs.beats));
      }
      return { probabilities, disagreement };
    },
    dispose: () => compiled.dispose(),
  };
}

/** One recording's scores; see `compileRecordScorer` for many. */
export async function scoreRecord(
  model: RecordModel,
  inputs: RecordInputs,
  executor: Executor,
  { batch, ...options }: Partial<ScoringOptions> = {},
): Promise<RecordScores> {
  const scorer = await compileRecordScorer(model, executor, batch);
  try {
    return await scorer.score(inputs, options);
  } finally {
    await scorer.dispose();
  }
}

/** N and S are taken together beside the morphology branch, which is not asked to tell them apart. */
function disagreementOf(ofBranch: Readonly<Record<BranchName, tf.Tensor>>): tf.Tensor {
  const [features, rhythm, morphology] = branchNames.map((branch) => tf.exp(ofBranch[branch])); // (batch, 4)
  const merged = (p: tf.Tensor) => {
    const [n, s, v, f] = tf.split(p, taughtClasses, 1);
    return tf.concat([tf.add(n, s), v, f], 1);
  };
  const distance = (p: tf.Tensor, q: tf.Tensor) => tf.mul(tf.sum(tf.abs(tf.sub(p, q)), 1), 0.5);
  const distances = [
    distance(features, rhythm),
    distance(merged(features), merged(morphology)),
    distance(merged(rhythm), merged(morphology)),
  ];
  return tf.minimum(tf.mul(tf.addN(distances), 1 / 3), 1);
}
