import type { JobHandlers } from '../contract/jobs.ts';
import type { CurvePoint } from '../contract/training.ts';

/** Beats of one record with what is known of their classes; the engine reads the signal itself. */
export interface ClassedBeats {
  readonly recordName: string;
  readonly patient: string;
  readonly signalHash: string;
  /** All beats that are not deleted, by rising sample: features need the neighbours too. */
  readonly atSamples: Int32Array;
  /** Index into `beatClasses`; 255 for a beat that is not used. */
  readonly labels: Uint8Array;
}

export interface FineTuneRequest {
  readonly parentHash: string;
  readonly seed: number;
  readonly steps: number;
  /** Corrected beats. */
  readonly corrections: readonly ClassedBeats[];
  /** Beats with known labels that the parent was trained on: mixed in, so that it does not forget. */
  readonly replay: readonly ClassedBeats[];
}

export interface MadeModel {
  /** `.safetensors` bytes. */
  readonly weights: Uint8Array;
  readonly hash: string;
  readonly executor: string;
  readonly curve: readonly CurvePoint[];
}

export interface TrainRecordsRequest {
  readonly records: readonly ClassedBeats[];
  readonly seed: number;
  /** What an earlier run of the same request posted last; null to start. */
  readonly checkpoint: Uint8Array | null;
}

/** What a model calls the beats of one record, without label blend. */
export interface RecordCalls {
  readonly recordName: string;
  /** Index into `beatClasses` for each beat; 255 for a beat without a label to compare with. */
  readonly called: Uint8Array;
}

/** A label that neither the model nor the record's other labels would have given. */
export interface DoubtfulBeat {
  /** Index into the record's beats. */
  readonly index: number;
  /** Index into `beatClasses`. */
  readonly label: number;
  readonly expected: number;
  /** Of the label, by the model and all other labels. */
  readonly probability: number;
}

/** What training needs from the engine process. */
export interface TrainingJobs {
  fineTune(
    request: FineTuneRequest,
    handlers: JobHandlers & { readonly onPoint: (point: CurvePoint) => void },
  ): Promise<MadeModel>;
  trainRecords(
    request: TrainRecordsRequest,
    handlers: JobHandlers & { readonly onCheckpoint: (checkpoint: Uint8Array) => void },
  ): Promise<MadeModel>;
  /** Classes by the model alone, of the beats that have labels. */
  evaluate(
    request: { readonly modelHash: string; readonly records: readonly ClassedBeats[] },
    handlers: JobHandlers,
  ): Promise<RecordCalls[]>;
  /** Labels that look wrong, by record, the least plausible first. */
  doubtful(request: {
    readonly modelHash: string;
    readonly records: readonly ClassedBeats[];
  }): Promise<DoubtfulBeat[][]>;
}
