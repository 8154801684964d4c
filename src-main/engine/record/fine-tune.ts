import { setImmediate } from 'node:timers/promises';
import { beatClasses } from '../../domain/beat-class.ts';
import { seededRandom, type Random } from '../../domain/random.ts';
import { mapNamed } from '../executors/named.ts';
import type { BeatInputs } from '../network/predictor.ts';
import { taughtClasses } from '../network/record-branches.ts';
import { recordNetworkInputs } from '../network/record-fusion.ts';
import { hasDiverged, soundness, TrainingDiverged } from '../train/divergence.ts';
import { hyperParameters } from '../train/hyper-parameters.ts';
import { mixedWeights } from '../train/optimizer.ts';
import { TrainingStep, type TrainingState } from '../train/step.ts';
import { flatten, layoutOf, sizeOf, unflatten } from '../weights/weights.ts';
import { networkRows } from './beat-inputs.ts';
import { networkOf, type RecordModel } from './model.ts';
import { compileRecordScorer, unreadableShare } from './score.ts';
import type { RecordTrainingRun } from './train.ts';
import { beatName, chooseBeats, gatherRows, type ChosenBeats, type LabelledRecord } from './training-beats.ts';

export interface FineTuningOptions {
  readonly seed: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Corrected beats of one step, drawn in turn and again where there are fewer. */
  readonly correctedPerStep: number;
  /** Beats of other recordings in one step, at their natural mix of classes. */
  readonly replayPerStep: number;
  /** Share of the base in the weights that come out, in [0, 1). */
  readonly baseShare: number;
}

export const fineTuningDefaults: FineTuningOptions = {
  seed: 1, // any number; the same one repeats a run
  steps: 60, // more gain nothing on the patient and forget more
  learningRate: 3e-3, // likewise
  correctedPerStep: 128, // half the replay: one patient must not outweigh all others
  replayPerStep: 256, // without replay one patient takes macro-F1 on the training patients from .90 to .36
  baseShare: 0.5, // halves what was forgotten and keeps most of what was learned
};

export interface FineTuningProgress {
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Of the learning rate; a half where the run diverged and began anew. */
  readonly rateShare: number;
}

export interface FineTuningRun extends Omit<RecordTrainingRun, 'onProgress'> {
  readonly onProgress?: (progress: FineTuningProgress) => void | Promise<void>;
}

export interface FineTuned {
  readonly model: RecordModel;
  /** Loss of each step. */
  readonly losses: readonly number[];
  readonly rateShare: number;
  readonly correctedBeats: number;
  /** Beats that could be replayed, and how many of these had no label and kept the base model's opinion. */
  readonly replayBeats: number;
  readonly replayUnlabelled: number;
}

/**
 * Makes a new model of a base and some corrected beats. All weights move for a few steps; replayed beats of other
 * recordings hold what is known: by their labels where they have one, else by the base model's own probabilities
 * (distillation, Hinton 2015), both in one cross-entropy. Then base and result are averaged.
 * Corrected beats count (beats of their class in their record)^-.5; beats labelled Q teach nothing.
 * A step whose loss is no number or explodes starts the run anew from the base with half the learning rate, once.
 * @param corrected  recordings of which some beats carry a person's label; 255 for the others.
 * @param replay     other recordings; 255 for beats without a label.
 * @throws {RangeError} without a corrected or without a replayed beat.
 * @throws {TrainingDiverged} with the beats of the batch, when the run diverges again.
 */
export async function fineTuneRecordModel(
  base: RecordModel,
  corrected: readonly LabelledRecord[],
  replay: readonly LabelledRecord[],
  options: Partial<FineTuningOptions>,
  { executor, onProgress, signal }: FineTuningRun,
): Promise<FineTuned> {
  const { seed, steps, learningRate, correctedPerStep, replayPerStep, baseShare } = {
    ...fineTuningDefaults,
    ...options,
  };
  const random = seededRandom(seed);
  const learned = chooseBeats(corrected, Infinity, random);
  const held = await replayTargets(base, replay, { executor, ...(signal ? { signal } : {}) });
  const network = networkOf(base);
  const batch = correctedPerStep + replayPerStep;
  const hyper = hyperParameters({ seed, batch, learningRate, schedule: 'constant' });
  const layout = layoutOf(base.networks);
  const correctedRows = rowMaker(base, corrected);
  const replayRows = rowMaker(base, replay);
  const step = await TrainingStep.compile(executor, network, base.networks, hyper);
  const start = flatten(base.networks, layout);
  const atStart = random.state();

  /** All steps from the base; undefined where one diverged and there is a slower rate to try. */
  const attempt = async (rateShare: number) => {
    const draws = seededRandom(atStart);
    const turns = inTurn(learned.label.length, draws);
    const losses: number[] = [];
    let state: TrainingState = {
      weights: start,
      firstMoment: new Float32Array(layout.trainableSize),
      secondMoment: new Float32Array(layout.trainableSize),
      steps: 0,
    };
    try {
      while (state.steps < steps) {
        await setImmediate(); // lets a message that aborts the run come in
        signal?.throwIfAborted();
        const own = Int32Array.from({ length: correctedPerStep }, turns);
        const others = Int32Array.from({ length: replayPerStep }, () => draws.integer(held.beat.length));
        const inputs = joinRows(correctedRows(learned, own), replayRows(held, others));
        const result = await step.run(
          state,
          {
            inputs,
            targets: Float32Array.from([
              ...[...own].flatMap((i) => oneHot(learned.label[i])),
              ...[...others].flatMap((i) => [...held.targets.subarray(i * taughtClasses, (i + 1) * taughtClasses)]),
            ]),
            beatWeights: Float32Array.from({ length: batch }, (_, i) =>
              i < correctedPerStep ? learned.weight[own[i]] : 1,
            ),
          },
          draws,
          steps,
          rateShare,
        );
        state = result.state;
        if (hasDiverged(result, losses[0] ?? result.loss, taughtClasses)) {
          if (rateShare === 1) return undefined;
          const nameOf = (place: number) =>
            place < correctedPerStep
              ? beatName(corrected, learned, own[place])
              : beatName(replay, held, others[place - correctedPerStep]);
          throw new TrainingDiverged(state.steps, result, [...Array(batch).keys()], nameOf, soundness(inputs, batch));
        }
        losses.push(result.loss);
        await onProgress?.({ step: state.steps, steps, loss: result.loss, rateShare });
      }
      const tuned = 'read' in state.weights ? await state.weights.read() : start;
      return { networks: unflatten(mixedWeights(start, tuned, baseShare), layout), losses, rateShare };
    } finally {
      for (const feed of [state.weights, state.firstMoment, state.secondMoment]) if ('read' in feed) feed.dispose();
    }
  };
  try {
    const { networks, losses, rateShare } = (await attempt(1)) ?? (await attempt(0.5))!;
    return {
      model: { ...base, networks },
      ...{ losses, rateShare },
      correctedBeats: learned.label.length,
      replayBeats: held.beat.length,
      replayUnlabelled: held.unlabelled,
    };
  } finally {
    await step.dispose();
  }
}

interface Replay extends Pick<ChosenBeats, 'record' | 'beat'> {
  /** (beat, class) probabilities to hold on to. */
  readonly targets: Float32Array;
  readonly unlabelled: number;
}

/** Every beat that can be replayed, with its label or the base model's opinion; unreadable beats are left out. */
async function replayTargets(
  base: RecordModel,
  replay: readonly LabelledRecord[],
  run: FineTuningRun,
): Promise<Replay> {
  const scorer = await compileRecordScorer(base, run.executor);
  const record: number[] = [];
  const beat: number[] = [];
  const targets: number[] = [];
  let unlabelled = 0;
  try {
    for (const [index, { inputs, labels, name }] of replay.entries()) {
      if (labels.length !== inputs.beats)
        throw new RangeError(`record ${name}: ${inputs.beats} beats have ${labels.length} labels`);
      const isAllLabelled = labels.every((label) => label < beatClasses.length);
      const opinion = isAllLabelled
        ? undefined
        : (await scorer.score(inputs, run.signal ? { signal: run.signal } : {})).probabilities;
      for (const [place, label] of labels.entries()) {
        const isUnlabelled = label >= beatClasses.length;
        if (isUnlabelled ? inputs.gapShare[place] > unreadableShare : label >= taughtClasses) continue;
        record.push(index);
        beat.push(place);
        if (isUnlabelled) unlabelled++;
        const at = place * beatClasses.length;
        targets.push(...(isUnlabelled ? opinion!.subarray(at, at + taughtClasses) : oneHot(label)));
      }
    }
  } finally {
    await scorer.dispose();
  }
  if (beat.length === 0) throw new RangeError('no beat of other recordings to replay: the model would forget them');
  return {
    record: Int32Array.from(record),
    beat: Int32Array.from(beat),
    targets: Float32Array.from(targets),
    unlabelled,
  };
}

/** Inputs of chosen beats of some recordings, whose features are standardised once. */
function rowMaker(base: RecordModel, records: readonly LabelledRecord[]) {
  const rowsOf = records.map(({ inputs }) => networkRows(inputs, base.standard));
  return (from: Pick<ChosenBeats, 'record' | 'beat'>, rows: Int32Array): BeatInputs => {
    const places = { record: rows.map((i) => from.record[i]), beat: rows.map((i) => from.beat[i]) };
    return mapNamed(recordNetworkInputs, (shape, name) =>
      gatherRows(places, sizeOf(shape), (record, beats) => rowsOf[record][name](beats)),
    );
  };
}

function joinRows(first: BeatInputs, second: BeatInputs): BeatInputs {
  return mapNamed(first, (own, name) => {
    const both = new Float32Array(own.length + second[name].length);
    both.set(own);
    both.set(second[name], own.length);
    return both;
  });
}

/** Draws every index once in random order before any comes again. */
function inTurn(count: number, random: Random): () => number {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  let next = count;
  return () => {
    if (next === count) {
      random.shuffle(order);
      next = 0;
    }
    return order[next++];
  };
}

const oneHot = (label: number): number[] => Array.from({ length: taughtClasses }, (_, c) => (c === label ? 1 : 0));
