import { type EvaluationApi, evaluationRequests } from './evaluation.ts';
import { type JobsApi, jobsRequests } from './jobs.ts';
import { type RecordsApi, recordsRequests } from './records.ts';
import { type ReportsApi, reportsRequests } from './reports.ts';
import { type ReviewApi, reviewRequests } from './review.ts';
import { type SettingsApi, settingsRequests } from './settings.ts';
import { type TrainingApi, trainingRequests } from './training.ts';

/** Everything a screen may ask: `POST /api/<subject>/<method>`, one CBOR object in, one `Answer` out. */
export interface Api {
  records: RecordsApi;
  review: ReviewApi;
  evaluation: EvaluationApi;
  training: TrainingApi;
  reports: ReportsApi;
  jobs: JobsApi;
  settings: SettingsApi;
}

export const apiRequests = {
  records: recordsRequests,
  review: reviewRequests,
  evaluation: evaluationRequests,
  training: trainingRequests,
  reports: reportsRequests,
  jobs: jobsRequests,
  settings: settingsRequests,
};

/** What went wrong, for people, with the number its log line bears; never a stack trace. */
export interface Fault {
  readonly kind: string;
  readonly message: string;
  readonly logId: string;
}

/** The answer to every request. */
export type Answer<Value> =
  { readonly value: Value; readonly fault?: undefined } | { readonly fault: Fault; readonly value?: undefined };
