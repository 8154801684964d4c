import type { Random } from '../../domain/random.ts';
import type { WeightLayout } from '../weights/weights.ts';
import type { HyperParameters } from './hyper-parameters.ts';

/** One epoch of a learning curve. */
export interface CurvePoint {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch's steps. */
  readonly trainingLoss: number;
  /** At the epoch's last step. */
  readonly learningRate: number;
  /** Cross-entropy, accuracy and macro-F1 on the validation beats; absent without any. */
  readonly validation?: { readonly loss: number; readonly accuracy: number; readonly macroF1: number };
}

export interface BestWeights {
  readonly epoch: number;
  readonly macroF1: number;
  /** Flat, in the order of the layout. */
  readonly weights: Float32Array;
}

/** Where a run stands between two epochs or steps: all that decides how it goes on, as plain data. */
export interface Checkpoint {
  readonly hyper: HyperParameters;
  readonly weights: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  readonly average?: Float32Array;
  /** Of the schedule's learning rate: 1, or a half from the moment the run went back to good weights. */
  readonly rateShare: number;
  /** Of the first step; 0 before it. */
  readonly firstLoss: number;
  /** Steps done in all, and in the current epoch. */
  readonly steps: number;
  readonly stepsInEpoch: number;
  /** Beats of the current epoch; empty where it has not begun. */
  readonly order: Int32Array;
  /** Sum of the losses of the current epoch's steps. */
  readonly epochLoss: number;
  readonly random: ReturnType<Random['state']>;
  readonly curves: readonly CurvePoint[];
  readonly best?: BestWeights;
}

/** @throws {RangeError} when a checkpoint was made with other hyper-parameters or another network. */
export function checkCheckpoint(checkpoint: Checkpoint, hyper: HyperParameters, layout: WeightLayout): void {
  const changed = (Object.keys(hyper) as (keyof HyperParameters)[]).filter(
    (key) => checkpoint.hyper[key] !== hyper[key],
  );
  if (changed.length)
    throw new RangeError(
      `the checkpoint was made with another ${changed.map((key) => `${key} (${checkpoint.hyper[key]}, now ${hyper[key]})`).join(', ')}`,
    );
  if (checkpoint.weights.length !== layout.size)
    throw new RangeError(`the checkpoint holds ${checkpoint.weights.length} weights, this network has ${layout.size}`);
}
