import type { JobHandlers } from '../contract/jobs.ts';
import type { RecordSource } from '../contract/records.ts';
import type { Annotation } from '../domain/annotation.ts';
import type { CsvGiven } from '../domain/csv-table.ts';
import type { ExportFormat } from '../domain/export-format.ts';
import type { RecordHeader } from '../domain/record.ts';
import type { SignalStretch } from '../domain/signal-episode.ts';

/** A record whose signal lies, whole and flushed, beside the workspace's signals under a name of its own. */
export interface ImportedRecord {
  readonly header: RecordHeader;
  readonly signalHash: string;
  readonly incomingPath: string;
  readonly source: RecordSource;
  readonly reference: readonly { readonly annotator: string; readonly annotations: readonly Annotation[] }[];
}

/** One source, and what the reader says of it where it does not say everything itself. */
export interface ImportRequest {
  readonly path: string;
  readonly csv?: CsvGiven | undefined;
}

/** How good each lead is, second by second (`secondQualities`), and where that is bad. */
export interface MeasuredQuality {
  readonly seconds: readonly Uint8Array[];
  readonly found: readonly SignalStretch[];
}

/** What was written, and where. */
export interface ExportedRecord {
  readonly files: readonly string[];
  readonly annotations: number;
}

export interface ExportRequest {
  readonly recordId: number;
  readonly format: ExportFormat;
  readonly folder: string;
  readonly labels: 'person' | 'all';
  /** Whether a pseudonym stands for the record's name. */
  readonly deIdentify?: boolean | undefined;
}

/** What the library needs from the engine process. */
export interface LibraryJobs {
  importRecord(request: ImportRequest, handlers: JobHandlers): Promise<ImportedRecord>;
  simulateRecord(request: { seed: number; minutes: number }, handlers: JobHandlers): Promise<ImportedRecord>;
  detectBeats(
    request: { signalHash: string },
    handlers: JobHandlers,
  ): Promise<{ detector: string; version: string; atSamples: Int32Array }>;
  measureQuality(request: { signalHash: string }, handlers: JobHandlers): Promise<MeasuredQuality>;
  exportRecord(request: ExportRequest, handlers: JobHandlers): Promise<ExportedRecord>;
}
