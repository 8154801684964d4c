import * as v from 'valibot';
import type { BeatClass, ClassMapName } from '../domain/beat-class.ts';
import type { ModelCertainty } from '../domain/certainty.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { JobId } from './jobs.ts';
import { nothing, recordId } from './records.ts';
import type { ListedBeat } from './review.ts';

export type ModelState = 'candidate' | 'accepted' | 'rejected' | 'retired';

export interface ModelView {
  readonly hash: string;
  readonly name: string;
  readonly version: string;
  readonly family: 'record' | 'row';
  readonly parentHash: string | null;
  readonly state: ModelState;
  readonly isInUse: boolean;
  readonly createdAtMs: number;
  readonly runId: number | null;
  /** The model card as Markdown. */
  readonly card: string;
  /** What was measured of its certainty, or of the forebear's that it has it from; null where nothing was. */
  readonly certainty: { readonly of: ModelCertainty; readonly inheritedFrom: string | null } | null;
  /** Why it was accepted against the figures, rejected or rolled back. */
  readonly reason: string;
  /** Recordings whose labels it learned from beyond what its parent knew. */
  readonly learnedFrom: readonly string[];
  /** Macro-F1 before and after on each set it was measured on. */
  readonly figures: readonly {
    readonly part: GatePartName;
    readonly before: number | null;
    readonly after: number | null;
  }[];
  /** What was decided about it, oldest first. */
  readonly decisions: readonly {
    readonly state: ModelState;
    readonly who: string;
    readonly madeAtMs: number;
    readonly reason: string;
  }[];
}

/** Corrections of one record that a fine-tune can learn from. */
export interface CorrectionSource {
  readonly recordId: RecordId;
  readonly name: string;
  readonly confirmed: number;
  readonly changed: number;
  readonly byClass: Readonly<Record<BeatClass, number>>;
  /** Not null where the record cannot be used, with the reason. */
  readonly refusal: string | null;
}

/** A condition of training, passed or failed, never hidden; a failed one that blocks disables training. */
export interface Guard {
  readonly title: string;
  readonly isPassed: boolean;
  readonly isBlocking: boolean;
  readonly remedy: string;
  /** What was done so that it passed, such as a recording left out; empty where there is nothing to say. */
  readonly detail: string;
}

/** A label that the model and the record's other labels find implausible, before anything is learned from it. */
export interface DoubtfulLabel {
  readonly recordId: RecordId;
  readonly recordName: string;
  readonly beatId: BeatId;
  readonly atSample: number;
  readonly samplingHz: number;
  readonly label: BeatClass;
  /** What they would have given. */
  readonly expected: BeatClass;
  /** Of the label, in [0, 1]. */
  readonly probability: number;
}

/** Se, +P and F1 as shares; null where the ratio is undefined. */
export interface ClassFigures {
  readonly Se: number | null;
  readonly PPV: number | null;
  readonly F1: number | null;
}

export interface EvaluationView {
  readonly map: ClassMapName;
  readonly beats: number;
  readonly accuracy: number | null;
  readonly macroF1: number | null;
  readonly classes: Readonly<Record<BeatClass, ClassFigures>>;
  /** Reference class first, in upper case; test class second, in lower case. */
  readonly confusion: Readonly<Record<string, number>>;
  /** What was measured on: record names with beats. */
  readonly records: readonly { readonly name: string; readonly beats: number }[];
}

/** Later beats of the patients learned from; patients of whom nobody learned; what the parent had been taught by. */
export type GatePartName = 'later' | 'others' | 'reference';

/** One figure before and after; the interval is of the change, over resampled records. */
export interface FigureDifference {
  readonly name: 'accuracy' | 'macroF1' | BeatClass;
  readonly before: number | null;
  readonly after: number | null;
  readonly change: number | null;
  /** Null where there are too few records to resample. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Before and after on one of the three sets; neither model was trained on these beats. */
export interface GatePart {
  readonly part: GatePartName;
  /** Whose labels count as the reference, in words. */
  readonly reference: string;
  readonly before: EvaluationView;
  readonly after: EvaluationView;
  readonly differences: readonly FigureDifference[];
  /** Beats that were wrong before and are right after, and the other way round. */
  readonly better: number;
  readonly worse: number;
  readonly records: readonly {
    readonly name: string;
    readonly beats: number;
    readonly better: number;
    readonly worse: number;
    readonly accuracyBefore: number | null;
    readonly accuracyAfter: number | null;
  }[];
}

/** The gate: before and after, with the rules of acceptance. */
export interface Comparison {
  /** Of the other patients where there are any, else of the first set that was measured. */
  readonly before: EvaluationView;
  readonly after: EvaluationView;
  readonly reference: string;
  readonly parts: readonly GatePart[];
  readonly notMeasured: readonly { readonly part: GatePartName; readonly why: string }[];
  /** Acceptance rules with the value of each. */
  readonly rules: readonly { readonly title: string; readonly value: string; readonly isMet: boolean }[];
}

export interface CurvePoint {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number | null;
  readonly validationMacroF1: number | null;
}

export interface RunView {
  readonly runId: number;
  readonly jobId: JobId | null;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly parentHash: string | null;
  readonly modelHash: string | null;
  readonly seed: number;
  readonly executor: string;
  readonly trainingBeats: number;
  readonly replayBeats: number;
  /** SHA-256 of the beats and labels that it saw, each with its role; null where none were fixed. */
  readonly snapshotHash: string | null;
  /** Classes that no label to learn from shows. */
  readonly neverLabelled: readonly BeatClass[];
  readonly curve: readonly CurvePoint[];
  readonly comparison: Comparison | null;
  readonly failure: string;
}

/** Whose labels are learned from: people's alone, or a reference's where no person labelled the record. */
const teacher = v.optional(v.picklist(['person', 'person-else-reference']));
const fineTuneRequest = v.object({
  teacher,
  measureOn: v.optional(v.array(recordId)),
  recordIds: v.pipe(v.array(recordId), v.minLength(1)),
  seed: v.pipe(v.number(), v.integer()),
  steps: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2000)),
  learningRate: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  /** How much the parent's weights count in the new ones. */
  parentShare: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1))),
});
const decision = v.object({ hash: v.string(), reason: v.string() });
const runRequest = v.object({ runId: v.number() });
/** Other patients to measure on; left out: all that have labels and are not learned from. */
const measureOn = v.optional(v.array(recordId));
const planRequest = v.object({ teacher, recordIds: v.array(recordId), measureOn });
const doubtfulRequest = v.object({ recordIds: v.array(recordId) });
const classIndex = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4));
const beatsRequest = v.object({
  runId: v.number(),
  part: v.picklist(['later', 'others', 'reference']),
  /** Beats that became better or worse, or one cell of the matrix before or after. */
  which: v.variant('kind', [
    v.object({ kind: v.literal('better') }),
    v.object({ kind: v.literal('worse') }),
    v.object({ kind: v.literal('before'), row: classIndex, column: classIndex }),
    v.object({ kind: v.literal('after'), row: classIndex, column: classIndex }),
  ]),
});
export type GateBeats = v.InferOutput<typeof beatsRequest>['which'];
const exportRequest = v.object({ hash: v.string(), folder: v.string() });

export interface TrainingApi {
  models(request: v.InferOutput<typeof nothing>): Promise<ModelView[]>;
  corrections(request: v.InferOutput<typeof nothing>): Promise<CorrectionSource[]>;
  /** What training on these records would use and measure on, with every guard. */
  plan(request: v.InferOutput<typeof planRequest>): Promise<{
    guards: Guard[];
    /** Classes that no label to learn from shows. */
    neverLabelled: BeatClass[];
    trainingBeats: number;
    evaluationBeats: number;
    evaluationRecords: string[];
  }>;
  /** The label-noise guard over the labels of these records: what looks wrong, the least plausible first. */
  doubtful(request: v.InferOutput<typeof doubtfulRequest>): Promise<DoubtfulLabel[]>;
  fineTune(
    request: v.InferOutput<typeof fineTuneRequest>,
  ): Promise<Result<{ jobId: JobId; runId: number }, 'no-corrections' | 'training-already' | 'guard-failed'>>;
  runs(request: v.InferOutput<typeof nothing>): Promise<RunView[]>;
  run(request: v.InferOutput<typeof runRequest>): Promise<RunView>;
  /** Beats behind a count of the gate, by record and time; labels of the reference, before and after. */
  beats(request: v.InferOutput<typeof beatsRequest>): Promise<ListedBeat[]>;
  /**
   * Takes a candidate into use; predictions are computed anew, human labels stay. One undoable step. Refused without a
   * reason where a rule of acceptance is missed or the candidate was not measured.
   */
  accept(
    request: v.InferOutput<typeof decision>,
  ): Promise<Result<{ hash: string }, 'not-a-candidate' | 'reason-needed'>>;
  reject(request: v.InferOutput<typeof decision>): Promise<Result<{ hash: string }, 'not-a-candidate'>>;
  /** Goes back to an earlier version; no version is ever deleted. */
  rollBack(request: v.InferOutput<typeof decision>): Promise<Result<{ hash: string }, 'in-use-already' | 'not-usable'>>;
  /** Writes weights, card and ONNX graph. */
  export(request: v.InferOutput<typeof exportRequest>): Promise<{ files: string[] }>;
}

export const trainingRequests = {
  models: nothing,
  corrections: nothing,
  plan: planRequest,
  doubtful: doubtfulRequest,
  fineTune: fineTuneRequest,
  runs: nothing,
  run: runRequest,
  beats: beatsRequest,
  accept: decision,
  reject: decision,
  rollBack: decision,
  export: exportRequest,
} satisfies { [Method in keyof TrainingApi]: v.GenericSchema<unknown, Parameters<TrainingApi[Method]>[0]> };
