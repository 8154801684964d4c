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
  /** The engine's own where left out. */
  readonly learningRate?: number;
  /** Share of the parent in the weights that come out, in [0, 1); the engine's own where left out. */
  readonly parentShare?: number;
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
}

export interface FineTunedModel extends MadeModel {
  /** Share of the parent's weights in its own. */
  readonly parentShare: number;
}

/** Hyper-parameters by name, as the engine knows and checks them. */
export type HyperChanges = Readonly<Record<string, number | string | boolean>>;

/** What decides a run's weights besides its seed and the snapshot of its data. */
export interface RunFacts {
  /** False where it goes on from a checkpoint: then others have had a part in its weights. */
  readonly startsAnew: boolean;
  readonly executor: string;
  /** All hyper-parameters, versions, and what else the engine chose. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** SHA-256 of data that is not in the workspace. */
  readonly dataHash?: string;
}

/** What a training tells while it goes on. */
export type TrainingNews =
  | { readonly facts: RunFacts }
  | { readonly point: CurvePoint }
  /** Where to go on from, after an end of any kind. */
  | { readonly checkpoint: Uint8Array };

export interface TrainingHandlers extends JobHandlers {
  readonly onNews: (news: TrainingNews) => void;
}

export interface TrainRecordsRequest {
  readonly records: readonly ClassedBeats[];
  /** Of other patients: each network keeps its best weights by them, and may end early. Empty: the last weights are kept. */
  readonly validation: readonly ClassedBeats[];
  readonly seed: number;
  readonly hyper: HyperChanges;
  /** What an earlier run of the same request posted last; null to start. */
  readonly checkpoint: Uint8Array | null;
}

export interface TrainRowsRequest {
  /** Holds `mitbih_train.csv` and `mitbih_test.csv`. */
  readonly rowsFolder: string;
  readonly outFolder: string;
  readonly recipe: string;
  readonly seed: number;
  readonly hyper: HyperChanges;
  /** `.safetensors` of a row model of the same recipe to start from; null to start from nothing. */
  readonly parentPath: string | null;
  /** Share of the training rows held out; the engine's own where left out. */
  readonly validationShare?: number;
  /** Training and test rows together are divided anew by patient; the folder must tell each row's record. */
  readonly byPatient: boolean;
  readonly resume: boolean;
}

export interface TrainedRows {
  readonly hash: string;
  readonly files: readonly string[];
  readonly executor: string;
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
  fineTune(request: FineTuneRequest, handlers: TrainingHandlers): Promise<FineTunedModel>;
  trainRecords(request: TrainRecordsRequest, handlers: TrainingHandlers): Promise<MadeModel>;
  trainRows(request: TrainRowsRequest, handlers: TrainingHandlers): Promise<TrainedRows>;
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
