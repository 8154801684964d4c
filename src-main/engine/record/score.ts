import { beatClasses } from '../../domain/beat-class.ts';
import type { RecordInputs } from '../../domain/record-inputs.ts';
import type { Executor } from '../executors/executor.ts';
import { readAll } from '../executors/executor.ts';
import { mapNamed, prefixed } from '../executors/named.ts';
import { tf } from '../executors/tensorflow.ts';
import { inputSpecs } from '../network/predictor.ts';
import { taughtClasses } from '../network/record-branches.ts';
import type { Weights } from '../weights/weights.ts';
import { networkRows } from './beat-inputs.ts';
import { distanceToTraining, type Familiarity } from './familiarity.ts';
import { networkOf, type RecordModel } from './model.ts';
import { takeSecondLook } from './second-look.ts';

/** A model's opinion of a recording. */
export interface RecordScores {
  /** (beat, class in order of `beatClasses`) row-major, each row summing to 1. */
  readonly probabilities: Float32Array;
  /**
   * How far the members of the ensemble are apart, 0 to 1: the mutual information of class and member, which is the
   * entropy of their mean less the mean of their entropies (Houlsby 2011; Depeweg 2018), in units of ln 4.
   */
  readonly disagreement: Float32Array;
  /** Distance from the beats that the model learned from; NaN where the model does not know them any more. */
  readonly novelty: Float32Array;
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

/** Beats of one call: its many small operations cost a fifth more with half of them, and no less with twice as many. */
const scoringBatch = 128;

export async function compileRecordScorer(
  model: RecordModel,
  executor: Executor,
  { batch = scoringBatch, familiarity }: { readonly batch?: number; readonly familiarity?: Familiarity } = {},
): Promise<RecordScorer> {
  const network = networkOf(model);
  const compiled = await executor.compile(
    (given, constants) => {
      const { means, whitening, ...weights } = constants;
      const { logits, members, embedding } = network.forward({
        weights,
        inputs: mapNamed(network.inputs, (_, name) => given[`input ${name}`]),
      });
      return {
        probabilities: tf.softmax(logits),
        disagreement: mutualInformation(members()),
        ...(familiarity ? { novelty: distanceToTraining(embedding, { means, whitening }) } : {}),
      };
    },
    inputSpecs(network, batch),
    { ...model.networks, ...(familiarity ? tensorsOf(familiarity) : {}) },
  );
  return {
    score: async (inputs, { onProgress, signal } = {}) => {
      const rowsOf = networkRows(inputs, model.standard);
      const classes = beatClasses.length;
      const probabilities = new Float32Array(inputs.beats * classes);
      const disagreement = new Float32Array(inputs.beats);
      const novelty = new Float32Array(inputs.beats);
      for (let from = 0; from < inputs.beats; from += batch) {
        signal?.throwIfAborted();
        // The last batch is filled up with its last beat.
        const chosen = Int32Array.from({ length: batch }, (_, i) => Math.min(from + i, inputs.beats - 1));
        const outputs = await readAll(
          await compiled.run(
            prefixed(
              'input',
              mapNamed(rowsOf, (rows) => rows(chosen)),
            ),
          ),
        );
        for (let beat = from; beat < Math.min(from + batch, inputs.beats); beat++) {
          const row = probabilities.subarray(beat * classes, (beat + 1) * classes);
          const at = (beat - from) * taughtClasses;
          if (inputs.gapShare[beat] > unreadableShare) row[beatClasses.indexOf('Q')] = 1;
          else row.set(outputs.probabilities.subarray(at, at + taughtClasses));
          disagreement[beat] = outputs.disagreement[beat - from];
          novelty[beat] = outputs.novelty?.[beat - from] ?? NaN;
        }
        await onProgress?.(Math.min(from + batch, inputs.beats));
      }
      if (model.secondLook) takeSecondLook(probabilities, inputs, model.secondLook);
      return { probabilities, disagreement, novelty };
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
  const scorer = await compileRecordScorer(model, executor, batch ? { batch } : {});
  try {
    return await scorer.score(inputs, options);
  } finally {
    await scorer.dispose();
  }
}

/** @param logits  of each member, (batch, class). */
export function mutualInformation(logits: readonly tf.Tensor[]): tf.Tensor {
  const members = logits.map((each) => tf.softmax(each));
  const mean = tf.mul(tf.addN(members), 1 / members.length);
  const meanOfEntropies = tf.mul(tf.addN(members.map(entropy)), 1 / members.length);
  return tf.maximum(tf.mul(tf.sub(entropy(mean), meanOfEntropies), 1 / Math.log(taughtClasses)), 0); // (batch)
}

/** (batch, class) to (batch), in nats; a class that is impossible adds nothing. */
const entropy = (p: tf.Tensor): tf.Tensor => tf.neg(tf.sum(tf.mul(p, tf.log(tf.add(p, 1e-12))), 1));

const tensorsOf = ({ width, means, whitening }: Familiarity): Weights => ({
  means: { shape: [taughtClasses, width], data: means },
  whitening: { shape: [width, width], data: whitening },
});
