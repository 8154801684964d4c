import * as v from 'valibot';
import type { Drawing } from '../domain/drawing.ts';
import type { JobId } from './jobs.ts';
import { recordId } from './records.ts';

/** Parts of a report that may be left out. */
export const reportSections = v.object({
  trend: v.boolean(),
  hourly: v.boolean(),
  strips: v.boolean(),
  definitions: v.boolean(),
});
export type ReportSections = v.InferOutput<typeof reportSections>;

const previewRequest = v.object({ recordId, sections: reportSections, map: v.picklist(['literature', 'ec57']) });
const writeRequest = v.object({
  recordId,
  sections: reportSections,
  map: v.picklist(['literature', 'ec57']),
  /** Full path of the PDF; empty: a name in the folder `reports` of the workspace. */
  path: v.string(),
  /** Whether a pseudonym stands for patient, record and files; a path ending in `/` is a folder, the file's name is the record's. */
  deIdentify: v.optional(v.boolean()),
});

export interface ReportPreview {
  readonly pages: readonly Drawing[];
  readonly isDraft: boolean;
  /** Beats that wait for a person: S, V, F, Q without a person's label, and those without any or left for later. */
  readonly unconfirmed: number;
}

export interface ReportsApi {
  /** The pages exactly as they would be written. */
  preview(request: v.InferOutput<typeof previewRequest>): Promise<ReportPreview>;
  /** Writes the PDF; the job's result is `{ path, pages }`, and `GET /files/report/<jobId>` serves it. */
  write(request: v.InferOutput<typeof writeRequest>): Promise<{ jobId: JobId }>;
}

export const reportsRequests = {
  preview: previewRequest,
  write: writeRequest,
} satisfies { [Method in keyof ReportsApi]: v.GenericSchema<unknown, Parameters<ReportsApi[Method]>[0]> };
