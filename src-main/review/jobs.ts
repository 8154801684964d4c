import type { JobHandlers } from '../contract/jobs.ts';
import type { BeatExplanation } from '../contract/review.ts';
import type { ExplanationFigures, ExplanationMethod } from '../domain/explanation.ts';

/** What a record's classification starts from; the engine reads signal and weights itself. */
export interface BeatsOfRecord {
  readonly signalHash: string;
  readonly modelHash: string;
  /** All beats that are not deleted, by rising sample. */
  readonly atSamples: Int32Array;
}

/** Beats with the model's own opinion and the labels that people gave. */
export interface LabelledBeats extends BeatsOfRecord {
  /** Row-major (beat, class); NaN where the model has not seen the beat. */
  readonly base: Float32Array;
  /** Index of the person's class, 255 where there is none. */
  readonly personLabels: Uint8Array;
}

/** The queue's order and reasons, by index into the beats asked for. */
export interface QueueColumns {
  readonly index: Int32Array;
  readonly uncertainty: Float32Array;
  readonly disagreement: Float32Array;
  readonly novelty: Float32Array;
  readonly isForCoverage: Uint8Array;
}

export interface ExplainRequest extends LabelledBeats {
  readonly index: Int32Array;
  readonly method: ExplanationMethod;
}

/** Beats on which the methods of explanation are checked. */
export interface ExplanationCheckRequest {
  readonly modelHash: string;
  /** `index` names the beats that are called V or F. */
  readonly records: readonly (Omit<BeatsOfRecord, 'modelHash'> & {
    readonly name: string;
    readonly index: Int32Array;
  })[];
}

/** What review needs from the engine process. */
export interface ReviewJobs {
  /** Probabilities of all beats in batches from the first on, row-major (beat, class). */
  predict(
    request: BeatsOfRecord,
    handlers: JobHandlers & { readonly onBatch: (probabilities: Float32Array) => void },
  ): Promise<void>;
  /** The label blend: the same labels always give the same probabilities. */
  blend(request: LabelledBeats): Promise<Float32Array>;
  queue(request: LabelledBeats & { readonly limit: number }): Promise<QueueColumns>;
  explain(request: ExplainRequest): Promise<readonly Omit<BeatExplanation, 'beatId' | 'modelHash'>[]>;
  /** Null where no beat has anything to explain. */
  checkExplanations(request: ExplanationCheckRequest, handlers: JobHandlers): Promise<ExplanationFigures | null>;
}
