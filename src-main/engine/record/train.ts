import { featureNames, windowChannels, windowSamples, type RecordInputs } from '../../domain/record-inputs.ts';
import { seededRandom, type Random } from '../../domain/random.ts';
import type { Executor } from '../executors/executor.ts';
import { branches, branchNames, contextBeats, type BranchName } from '../network/record-branches.ts';
import { networkName } from '../network/record-fusion.ts';
import type { BeatInputs } from '../network/predictor.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { hyperParameters, type HyperParameters } from '../train/hyper-parameters.ts';
import { train } from '../train/loop.ts';
import type { Weight, Weights } from '../weights/weights.ts';
import { augmentations } from './augmentation.ts';
import { contextOf, standardFeatures, standardOf, windowsOf } from './beat-inputs.ts';
import type { FeatureStandard, RecordModel } from './model.ts';
import { secondLookDefaults } from './second-look.ts';
import { beatName, chooseBeats, gatherRows, type ChosenBeats, type LabelledRecord } from './training-beats.ts';

export interface RecordTrainingOptions {
  readonly seed: number;
  /** Networks of each branch. */
  readonly seeds: Readonly<Record<BranchName, number>>;
  /** Most normal beats that a recording gives to a network. */
  readonly normalsPerRecord: Readonly<Record<BranchName, number>>;
  readonly temperature: number;
  /** Changes of every branch's training. */
  readonly hyper: Omit<Partial<HyperParameters>, 'seed'>;
}

export const recordTrainingDefaults: RecordTrainingOptions = {
  seed: 1, // any number; the same one repeats a run
  seeds: { features: 5, rhythm: 3, morphology: 3 }, // where another one no longer moves the figures
  normalsPerRecord: { features: 600, rhythm: 500, morphology: 500 }, // normal beats are plenty and alike
  temperature: 1.9, // fitted on beats of patients left out
  hyper: {}, // each branch has its own
};

/** What each branch's training differs in from the engine's defaults; chosen in cross-validation by patient. */
const hyperOf: Readonly<Record<BranchName, Partial<HyperParameters>>> = {
  features: { epochs: 8, learningRate: 3e-3, schedule: 'linear', warmUpSteps: 100, weightDecay: 1e-2, clipNorm: 0 },
  rhythm: { epochs: 8, learningRate: 2e-3, warmUpSteps: 60, weightDecay: 2e-2, averageDecay: 0.99 },
  morphology: { epochs: 6, learningRate: 2e-3, warmUpSteps: 60, weightDecay: 2e-2, averageDecay: 0.99 },
};

/**
 * How each branch is trained, with changes for all of them.
 * @param isValidated  whether there are patients held out to choose the weights by.
 * @throws {RangeError} for changes that are not allowed.
 */
export const branchHyperParameters = (
  changes: Partial<HyperParameters>,
  isValidated: boolean,
): Readonly<Record<BranchName, HyperParameters>> => {
  const of = (branch: BranchName) => hyperParameters({ ...hyperOf[branch], keepBest: isValidated, ...changes });
  return { features: of('features'), rhythm: of('rhythm'), morphology: of('morphology') };
};

/** Seconds that a network takes beside the others', to tell how far a training is. */
const costOf: Readonly<Record<BranchName, number>> = { features: 1, rhythm: 8, morphology: 30 };

export interface RecordTrainingProgress {
  /** Of the whole training, 0 to 1. */
  readonly fraction: number;
  readonly branch: BranchName;
  /** From 1. */
  readonly network: number;
  readonly networks: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly loss: number;
  /** Of the learning rate; a half once this network's training diverged and went back. */
  readonly rateShare: number;
  readonly beatsPerSecond: number;
}

export interface RecordTrainingRun {
  readonly executor: Executor;
  readonly onProgress?: (progress: RecordTrainingProgress) => void | Promise<void>;
  /** When aborted, the run throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Where a training stands, as plain data: with the same recordings, options and executor it goes on from here. */
export interface RecordTrainingState {
  /** Of the networks that are whole, named as in a `RecordModel`. */
  readonly networks: Weights;
  /** Of the first network that is not among them. */
  readonly current: Checkpoint;
}

export interface ResumableRun extends RecordTrainingRun {
  /**
   * Recordings of patients that are not among those learned from: with them each network keeps the weights of its
   * epoch with the best macro-F1 on their beats, and may end early. They are not what the model is measured on.
   */
  readonly validation?: readonly LabelledRecord[];
  /** Goes on from here instead of starting. */
  readonly resumeFrom?: RecordTrainingState;
  /** Called after every epoch, and when the run is aborted while a network trains. */
  readonly onState?: (state: RecordTrainingState) => void | Promise<void>;
}

/**
 * Trains a record model from nothing. The same recordings, seed and executor give the same weights, whether in one
 * run or resumed.
 * @throws {RangeError} when no beat has a class to learn, labels do not match beats, or the state to go on from is of
 *   other options.
 * @throws {TrainingDiverged} with the beats of the batch.
 */
export async function trainRecordModel(
  records: readonly LabelledRecord[],
  options: Partial<RecordTrainingOptions>,
  { executor, onProgress, signal, validation, resumeFrom, onState }: ResumableRun,
): Promise<RecordModel> {
  const { seed, seeds, normalsPerRecord, temperature, hyper: changes } = { ...recordTrainingDefaults, ...options };
  const standard = standardOf(records.map(({ inputs }) => inputs));
  const standardsOf = (given: readonly LabelledRecord[]) => given.map(({ inputs }) => readings(inputs, standard));
  const standards = standardsOf(records);
  const branchHyper = branchHyperParameters(changes, validation !== undefined);
  const heldOut = validation && {
    records: validation,
    standards: standardsOf(validation),
    chosen: chooseBeats(validation, Infinity, seededRandom(seed)),
  };
  const whole = branchNames.reduce((sum, branch) => sum + seeds[branch] * costOf[branch], 0);
  const networks: Record<string, Weight> = { ...resumeFrom?.networks };
  let checkpoint = resumeFrom?.current;
  let done = 0;
  let thinning = 0;
  for (const branch of branchNames)
    for (let network = 0; network < seeds[branch]; network++) {
      const own = 1000 * seed + 100 * branchNames.indexOf(branch) + network;
      const chosen = chooseBeats(records, normalsPerRecord[branch], seededRandom(own));
      if (branch === 'features') thinning = Math.log(chosen.normalShare);
      const name = networkName(branch, network);
      if (Object.keys(networks).some((part) => part.startsWith(`${name}.`))) {
        done += costOf[branch];
        continue;
      }
      const hyper = { ...branchHyper[branch], seed: own };
      const { weights } = await train({
        network: branches[branch],
        executor,
        training: {
          inputs: inputsOf(branch, records, standards, chosen, seededRandom(own)),
          labels: chosen.label,
          weights: chosen.weight,
        },
        ...(heldOut
          ? {
              validation: {
                inputs: inputsOf(branch, heldOut.records, heldOut.standards, heldOut.chosen),
                labels: heldOut.chosen.label,
              },
            }
          : {}),
        nameOf: (beat) => beatName(records, chosen, beat),
        hyper,
        augment: augmentations[branch],
        ...(signal ? { signal } : {}),
        ...(checkpoint ? { checkpoint } : {}),
        ...(onState ? { onCheckpoint: (current) => onState({ networks: { ...networks }, current }) } : {}),
        onProgress: ({ epoch, epochs, step, steps, loss, rateShare, beatsPerSecond }) =>
          onProgress?.({
            fraction: (done + (costOf[branch] * step) / steps) / whole,
            ...{ branch, network: network + 1, networks: seeds[branch] },
            ...{ epoch, epochs, step, loss, rateShare, beatsPerSecond },
          }),
      });
      checkpoint = undefined;
      for (const [part, weight] of Object.entries(weights)) networks[`${name}.${part}`] = weight;
      done += costOf[branch];
    }
  // as a file holds them
  return {
    ...{ networks, standard, seeds, thinning: Math.fround(thinning), temperature: Math.fround(temperature) },
    secondLook: secondLookDefaults,
  };
}

/** Standardised features with either lead as the first: (beat, feature) each. */
type Readings = readonly [Float32Array, Float32Array];

const readings = ({ features, turned }: RecordInputs, standard: FeatureStandard): Readings => [
  standardFeatures({ features }, standard),
  standardFeatures({ features: turned }, standard),
];

/**
 * The chosen beats as one branch takes them.
 * @param random  draws which lead is read as a beat's first one; without it, the steadier one is.
 */
function inputsOf(
  branch: BranchName,
  records: readonly LabelledRecord[],
  standards: readonly Readings[],
  chosen: ChosenBeats,
  random?: Random,
): BeatInputs {
  const features = featureNames.length;
  const read = (width: number, rows: (standard: Float32Array, beats: Int32Array) => Float32Array) => {
    const [one, other] = [0, 1].map((reading) =>
      gatherRows(chosen, width, (record, beats) => rows(standards[record][reading], beats)),
    );
    for (let at = 0; random && at < one.length; at += width)
      if (random.uniform() < 0.5) one.set(other.subarray(at, at + width), at);
    return one;
  };
  switch (branch) {
    case 'features':
      return { features: read(features, rowsOf) };
    case 'rhythm':
      return { context: read(contextBeats * features, contextOf) };
    case 'morphology':
      return {
        window: gatherRows(chosen, windowSamples * windowChannels, (record, beats) =>
          windowsOf(records[record].inputs, beats),
        ),
      };
  }
}

function rowsOf(standard: Float32Array, beats: Int32Array): Float32Array {
  const width = featureNames.length;
  const rows = new Float32Array(beats.length * width);
  for (const [row, beat] of beats.entries()) rows.set(standard.subarray(beat * width, (beat + 1) * width), row * width);
  return rows;
}
