import type { BeatWaves } from '../domain/waves.ts';
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

/** What a model says of consecutive beats. */
export interface PredictedBeats {
  /** Row-major (beat, class). */
  readonly probabilities: Float32Array;
  /** How far members of the model are apart, 0 to 1; NaN where it is not known. */
  readonly disagreement: Float32Array;
  /** Distance from the beats that the model learned from; NaN where it is not known. */
  readonly novelty: Float32Array;
}

export interface PredictedRecord {
  /** Of the recording to those that the model learned from; above 1 it is flagged; null where it is not known. */
  readonly unlikeness: number | null;
}

/** Beats with the model's own opinion and the labels that people gave. */
export interface LabelledBeats extends BeatsOfRecord {
  /** Row-major (beat, class); NaN where the model has not seen the beat. */
  readonly base: Float32Array;
  /** Index of the person's class, 255 where there is none. */
  readonly personLabels: Uint8Array;
}

/** Beats to be put in order; `limit` of them are wanted. */
export interface QueuedBeats extends LabelledBeats, Omit<PredictedBeats, 'probabilities'> {
  readonly limit: number;
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

/** One beat among its neighbours. */
export interface DelineateRequest {
  readonly signalHash: string;
  readonly atSamples: Int32Array;
  /** Which of them is measured. */
  readonly index: number;
}

/** What review needs from the engine process. */
export interface ReviewJobs {
  /** What is said of all beats in batches from the first on. */
  predict(
    request: BeatsOfRecord,
    handlers: JobHandlers & {
      readonly onBatch: (beats: PredictedBeats) => void;
      /** What was said so far holds no longer: another device begins from the first beat. */
      readonly onAgain: () => void;
    },
  ): Promise<PredictedRecord>;
  /** The label blend: the same labels always give the same probabilities. */
  blend(request: LabelledBeats): Promise<Float32Array>;
  queue(request: QueuedBeats): Promise<QueueColumns>;
  /** Waves of one beat in every lead. */
  delineate(request: DelineateRequest): Promise<readonly BeatWaves[]>;
  explain(
    request: ExplainRequest,
    handlers: Pick<JobHandlers, 'signal'>,
  ): Promise<readonly Omit<BeatExplanation, 'beatId' | 'modelHash'>[]>;
  /** Null where no beat has anything to explain. */
  checkExplanations(request: ExplanationCheckRequest, handlers: JobHandlers): Promise<ExplanationFigures | null>;
}
