import type { JobId, JobView } from '../../../../src-main/contract/jobs.ts';
import type { RecordSummary } from '../../../../src-main/contract/records.ts';
import type { RecordId } from '../../../../src-main/domain/record.ts';

/** A record of a hundred labelled beats. */
export const recordWith = (facts: Partial<RecordSummary> = {}): RecordSummary => ({
  ...{ recordId: 1 as RecordId, name: '100', patient: '100', isSimulated: false, samplingHz: 360 },
  ...{ lengthSamples: 650_000, leadNames: ['MLII', 'V5'], sizeBytes: 1_949_998, importedAtMs: 0 },
  ...{ positionsFrom: 'atr', beats: 100, beatsByClass: { N: 90, S: 4, V: 6, F: 0, Q: 0 }, labelled: 100 },
  ...{ confirmed: 0, changed: 0, forLater: 0, unlikeness: null, modelHash: 'c0ffee', isUnblinded: false },
  ...facts,
});

export const jobWith = (facts: Partial<JobView> = {}): JobView => ({
  ...{ jobId: 1 as JobId, kind: 'predict', subject: '100', recordId: 1 as RecordId, state: 'running' },
  ...{ progress: { fraction: 0.625, doing: '', rate: null, secondsLeft: null }, startedAtMs: 0, endedAtMs: null },
  ...{ sentence: '', result: null },
  ...facts,
});
