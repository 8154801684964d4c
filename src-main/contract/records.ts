import * as v from 'valibot';
import type { BeatClass } from '../domain/beat-class.ts';
import type { Annotation } from '../domain/annotation.ts';
import { csvUnits, type CsvTable } from '../domain/csv-table.ts';
import { exportFormats } from '../domain/export-format.ts';
import type { RecordHeader, RecordId } from '../domain/record.ts';
import type { SignalTile } from '../domain/signal-tile.ts';
import type { JobId } from './jobs.ts';

export const recordId = v.pipe(
  v.number(),
  v.integer(),
  v.transform((id) => id as RecordId),
);
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

/** One line of the library. */
export interface RecordSummary {
  readonly recordId: RecordId;
  readonly name: string;
  readonly patient: string;
  readonly isSimulated: boolean;
  readonly samplingHz: number;
  readonly lengthSamples: number;
  readonly leadNames: readonly string[];
  readonly sizeBytes: number;
  readonly importedAtMs: number;
  /** Where the beats' positions come from, such as `atr` or `detector`; null before detection. */
  readonly positionsFrom: string | null;
  readonly beats: number;
  readonly beatsByClass: Readonly<Record<BeatClass, number>>;
  readonly labelled: number;
  readonly confirmed: number;
  readonly changed: number;
  readonly forLater: number;
  /** Hash of the model whose predictions are shown; null before prediction. */
  readonly modelHash: string | null;
  /**
   * How unlike the recording is to those that this model learned from; above 1 its classes are to be doubted as a
   * whole, however sure the model is of each. Null where it is not known.
   */
  readonly unlikeness: number | null;
  readonly isUnblinded: boolean;
}

/** What one source of an import came to. */
export interface ImportOutcome {
  /** File name without its folder. */
  readonly source: string;
  readonly outcome: 'imported' | 'already-here' | 'refused';
  readonly recordId: RecordId | null;
  readonly name: string | null;
  readonly beats: number;
  /** What was wrong or what it equals; empty where it was imported. */
  readonly sentence: string;
  readonly kind: string | null;
}

/** Where the lineage of a record is told. */
export interface RecordSource {
  readonly files: readonly { readonly name: string; readonly sizeBytes: number; readonly sha256: string }[];
  readonly format: string;
  /** Of the reader that read it, `2`; one that gives other values has another. */
  readonly readerVersion: string;
  readonly checksumsVerified: boolean;
}

/** Marks of one annotator, in columns. */
export interface AnnotatorMarks {
  readonly annotator: string;
  readonly kind: 'person' | 'reference' | 'program';
  readonly marks: readonly Annotation[];
}

const ofRecord = v.object({ recordId });
const importRequest = v.object({
  paths: v.array(v.string()),
  /** Name of an upload made with `PUT /upload/<name>/<file>`: its files are imported and removed. */
  upload: v.optional(v.string()),
  /** Whether names, identifiers, dates and free text are removed; left out: as the settings say. */
  deIdentify: v.optional(v.boolean()),
  /** What the reader says of the CSV files among them. */
  csv: v.optional(
    v.object({
      samplingHz: v.optional(positive),
      timeColumn: v.optional(v.nullable(wholeNumber)),
      leadColumns: v.optional(v.pipe(v.array(wholeNumber), v.readonly())),
      leadNames: v.optional(v.pipe(v.array(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(80))), v.readonly())),
      unit: v.optional(v.picklist(csvUnits)),
      stepsPerMv: v.optional(positive),
    }),
  ),
});
const describeCsvRequest = v.object({
  file: v.string(),
  /** Its first bytes as text. */
  head: v.pipe(v.string(), v.maxLength(1 << 20)),
  isWhole: v.boolean(),
});
const tileRequest = v.object({ recordId, level: wholeNumber, index: wholeNumber });
const exportRequest = v.object({
  recordIds: v.array(recordId),
  format: v.picklist(exportFormats),
  /** Folder for the new files; empty: a folder `exports` of the workspace. */
  folder: v.string(),
  labels: v.picklist(['person', 'all']),
  /** Whether a pseudonym stands for the record's name; header text is never written. */
  deIdentify: v.optional(v.boolean()),
});

export interface RecordsApi {
  list(request: v.InferOutput<typeof nothing>): Promise<RecordSummary[]>;
  header(request: v.InferOutput<typeof ofRecord>): Promise<{ header: RecordHeader; source: RecordSource }>;
  tile(request: v.InferOutput<typeof tileRequest>): Promise<SignalTile>;
  /** Starts an import; its outcomes come with the job's result. */
  import(request: v.InferOutput<typeof importRequest>): Promise<{ jobId: JobId }>;
  /** What the first lines of a CSV file suggest, or the sentence that refuses it. */
  describeCsv(
    request: v.InferOutput<typeof describeCsvRequest>,
  ): Promise<{ readonly table: CsvTable } | { readonly sentence: string }>;
  /** Makes the simulated record, or gives the one there is. */
  demo(request: v.InferOutput<typeof nothing>): Promise<{ jobId: JobId }>;
  /** Finds beats with the program's detector in a record that has none. */
  detect(request: v.InferOutput<typeof ofRecord>): Promise<{ jobId: JobId }>;
  /** Measures how good each lead is, and finds episodes in which it is not. */
  measureQuality(request: v.InferOutput<typeof ofRecord>): Promise<{ jobId: JobId }>;
  /** Classifies the beats with the model in use. */
  predict(request: v.InferOutput<typeof ofRecord>): Promise<{ jobId: JobId }>;
  /** Takes the record out of the workspace; its source files stay. This cannot be undone. */
  remove(request: v.InferOutput<typeof ofRecord>): Promise<{ removed: boolean }>;
  /** Reference labels; asking for them is recorded, and the record counts as unblinded from then on. */
  unblind(request: v.InferOutput<typeof ofRecord>): Promise<AnnotatorMarks[]>;
  export(request: v.InferOutput<typeof exportRequest>): Promise<{ jobId: JobId }>;
}

export const nothing = v.object({});
export const recordsRequests = {
  list: nothing,
  header: ofRecord,
  tile: tileRequest,
  import: importRequest,
  describeCsv: describeCsvRequest,
  demo: nothing,
  detect: ofRecord,
  measureQuality: ofRecord,
  predict: ofRecord,
  remove: ofRecord,
  unblind: ofRecord,
  export: exportRequest,
} satisfies { [Method in keyof RecordsApi]: v.GenericSchema<unknown, Parameters<RecordsApi[Method]>[0]> };
