import { expect, test } from 'vitest';
import type { RecordId } from '../../../../src-main/domain/record.ts';
import { confirmedShare, notNShare, statusOf } from '../../../../src-renderer/screens/library/record-status.ts';
import { jobWith, recordWith } from './records.ts';

test('a record goes from no beats to all confirmed', () => {
  const way = [
    recordWith({ positionsFrom: null, beats: 0, labelled: 0, modelHash: null }),
    recordWith({ labelled: 0, modelHash: null }),
    recordWith(),
    recordWith({ confirmed: 12 }),
    recordWith({ confirmed: 90, changed: 10 }),
  ].map((record) => statusOf(record, []).kind);
  expect(way).toEqual(['noBeats', 'notLabelled', 'notStarted', 'inReview', 'reviewed']);
});

test('a beat left for later keeps a record in review', () => {
  expect(statusOf(recordWith({ confirmed: 100, forLater: 1 }), []).kind).toBe('inReview');
});

test('work on the record goes before what its counts say', () => {
  const other = jobWith({ recordId: 2 as RecordId });
  expect([
    statusOf(recordWith({ confirmed: 12 }), [jobWith()]).words,
    statusOf(recordWith(), [jobWith({ kind: 'detect', progress: { ...jobWith().progress, fraction: null } })]).words,
    statusOf(recordWith(), [jobWith({ state: 'waiting' })]).words,
    statusOf(recordWith(), [other]).words,
  ]).toEqual(['Classifying, 62 %', 'Finding beats', 'Waiting', 'Not started']);
});

test('a failure is told until somebody labels the record all the same', () => {
  const failed = [jobWith({ state: 'failed' })];
  const untouched = recordWith({ labelled: 0, modelHash: null });
  expect([statusOf(untouched, failed).kind, statusOf(recordWith({ confirmed: 1 }), failed).kind]).toEqual([
    'failed',
    'inReview',
  ]);
});

test('shares of nothing are unknown, not 0', () => {
  const empty = recordWith({ beats: 0, labelled: 0 });
  expect([confirmedShare(empty), notNShare(empty), notNShare(recordWith())]).toEqual([null, null, 0.1]);
});
