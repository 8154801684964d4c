import { expect, test } from 'vitest';
import { jobsOf } from '../../../src-main/store/jobs.ts';
import { recordsOf } from '../../../src-main/store/records.ts';
import { settingsOf } from '../../../src-main/store/settings.ts';
import { addRecord, temporaryWorkspace } from './simulated.ts';

test('jobs wait, run and end once; unended ones come first', () => {
  const { db } = temporaryWorkspace();
  const recordId = addRecord(db, '100', [10]);
  const jobs = jobsOf(db);
  const request = { kind: 'predict', subject: '100', recordId, startedAtMs: 1, detail: { model: 'a' } };
  const [one, two] = [jobs.add({ ...request, state: 'waiting' }), jobs.add({ ...request, state: 'running' })];
  jobs.end(two, { state: 'done', sentence: '1 beat', endedAtMs: 5, detail: { beats: 1 } });
  jobs.end(two, { state: 'failed', sentence: 'too late', endedAtMs: 6 });
  jobs.start(one);
  jobs.start(two);
  const waiting = { ...request, jobId: one, state: 'running', sentence: '', endedAtMs: null };
  const done = { ...request, jobId: two, state: 'done', sentence: '1 beat', endedAtMs: 5, detail: { beats: 1 } };
  expect(jobs.list(9)).toEqual([waiting, done]);
  expect(jobs.list(1)).toEqual([waiting]);
  recordsOf(db).remove(recordId);
  expect(jobs.byId(two)).toEqual({ ...done, recordId: null });
  expect(jobs.byId(77)).toBeUndefined();
});

test('settings are JSON values by key, undefined until set', () => {
  const { db } = temporaryWorkspace();
  const settings = settingsOf(db);
  settings.set('pxPerMm', 3.78);
  settings.set('pxPerMm', null);
  settings.set('reader', { initials: 'AB' });
  expect([settings.value('pxPerMm'), settings.value('theme')]).toEqual([null, undefined]);
  expect(settings.all()).toEqual({ pxPerMm: null, reader: { initials: 'AB' } });
});
