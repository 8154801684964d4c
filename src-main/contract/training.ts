import * as v from 'valibot';
import type { BeatClass, ClassMapName } from '../domain/beat-class.ts';
import type { RecordId } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { JobId } from './jobs.ts';
import { nothing, recordId } from './records.ts';

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
  /** Why it was accepted against the figures, rejected or rolled back. */
  readonly reason: string;
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

/** Before and after on beats that neither model was trained on. */
export interface Comparison {
  readonly before: EvaluationView;
  readonly after: EvaluationView;
  /** Whose labels count as the reference, in words. */
  readonly reference: string;
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
  readonly curve: readonly CurvePoint[];
  readonly comparison: Comparison | null;
  readonly failure: string;
}

/** Whose labels are learned from: people's alone, or a reference's where no person labelled the record. */
const teacher = v.optional(v.picklist(['person', 'person-else-reference']));
const fineTuneRequest = v.object({
  teacher,
  recordIds: v.pipe(v.array(recordId), v.minLength(1)),
  seed: v.pipe(v.number(), v.integer()),
  steps: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2000)),
});
const decision = v.object({ hash: v.string(), reason: v.string() });
const runRequest = v.object({ runId: v.number() });
const planRequest = v.object({ teacher, recordIds: v.array(recordId) });
const exportRequest = v.object({ hash: v.string(), folder: v.string() });

export interface TrainingApi {
  models(request: v.InferOutput<typeof nothing>): Promise<ModelView[]>;
  corrections(request: v.InferOutput<typeof nothing>): Promise<CorrectionSource[]>;
  /** What training on these records would use and measure on, with every guard. */
  plan(request: v.InferOutput<typeof planRequest>): Promise<{
    guards: Guard[];
    trainingBeats: number;
    evaluationBeats: number;
    evaluationRecords: string[];
  }>;
  fineTune(
    request: v.InferOutput<typeof fineTuneRequest>,
  ): Promise<Result<{ jobId: JobId; runId: number }, 'no-corrections' | 'training-already' | 'guard-failed'>>;
  runs(request: v.InferOutput<typeof nothing>): Promise<RunView[]>;
  run(request: v.InferOutput<typeof runRequest>): Promise<RunView>;
  /** Takes a candidate into use; predictions are computed anew, human labels stay. One undoable step. */
  accept(request: v.InferOutput<typeof decision>): Promise<Result<{ hash: string }, 'not-a-candidate'>>;
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
  fineTune: fineTuneRequest,
  runs: nothing,
  run: runRequest,
  accept: decision,
  reject: decision,
  rollBack: decision,
  export: exportRequest,
} satisfies { [Method in keyof TrainingApi]: v.GenericSchema<unknown, Parameters<TrainingApi[Method]>[0]> };
