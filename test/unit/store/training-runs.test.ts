import { expect, test } from 'vitest';
import type { BeatId, RecordId } from '../../../src-main/domain/record.ts';
import { openWorkspace } from '../../../src-main/store/database.ts';
import { modelsOf } from '../../../src-main/store/models.ts';
import type { WriteDb } from '../../../src-main/store/table-group.ts';
import { type SnapshotBeat, trainingRunsOf } from '../../../src-main/store/training-runs.ts';
import { migrationsFolder, temporaryWorkspace } from './simulated.ts';

const weights = Uint8Array.of(1, 2, 3);
const addModel = (db: WriteDb, hash: string, parentHash: string | null = null) =>
  modelsOf(db).add({
    ...{ hash, parentHash, family: 'record', name: 'hybrid', version: '1', state: 'candidate', createdAtMs: 5 },
    ...{ card: { text: '# Card' }, weights },
  });
const beats: SnapshotBeat[] = [
  { beatId: 4 as BeatId, recordId: 1 as RecordId, atSample: 77, symbol: 'V', role: 'train' },
  { beatId: 2 as BeatId, recordId: 1 as RecordId, atSample: 55, symbol: 'N', role: 'replay' },
];

test('models come back with weights, state and figures; the same hash is kept once', () => {
  const { db } = temporaryWorkspace();
  const model = addModel(db, 'a');
  expect(model).toEqual({
    ...{ modelId: model.modelId, hash: 'a', family: 'record', name: 'hybrid', version: '1', parentHash: null },
    ...{ state: 'candidate', createdAtMs: 5, card: { text: '# Card' }, isInUse: false, reason: '' },
  });
  expect(addModel(db, 'a')).toEqual(model);
  expect(modelsOf(db).list()).toEqual([model]);
  expect(Uint8Array.from(modelsOf(db).weights('a')!)).toEqual(weights);
  expect(modelsOf(db).weights('b')).toBeUndefined();
  const evaluation = {
    modelHash: 'a',
    runId: null,
    classMap: 'ec57' as const,
    protocol: 'DS2',
    madeAtMs: 6,
    result: { f1: 0.5 },
  };
  const evaluationId = modelsOf(db).addEvaluation(evaluation);
  expect(modelsOf(db).evaluations('a')).toEqual([{ ...evaluation, evaluationId }]);
  expect(() => modelsOf(db).addEvaluation({ ...evaluation, modelHash: 'b' })).toThrow('no model b');
  expect(() => db.exec('DELETE FROM models')).toThrow('never deleted');
  expect(() => db.exec("UPDATE model_weights SET bytes = x'00'")).toThrow('never changed');
});

test('a run keeps its snapshot, its curve and the model it came to', () => {
  const { db } = temporaryWorkspace();
  addModel(db, 'parent');
  const runs = trainingRunsOf(db);
  const snapshotId = runs.addSnapshot({ purpose: 'fine-tune', madeAtMs: 3, beats });
  const request = {
    configuration: { steps: 60 },
    seed: 9,
    executor: 'cpu',
    snapshotId,
    parentHash: 'parent',
    startedAtMs: 10,
  };
  const runId = runs.start(request);
  runs.addCurvePoint(runId, { step: 1, loss: 0.5 });
  runs.addCurvePoint(runId, { step: 2, loss: 0.25 });
  runs.saveCheckpoint(runId, Uint8Array.of(1));
  runs.saveCheckpoint(runId, Uint8Array.of(2));
  expect(Uint8Array.from(runs.checkpoint(runId)!)).toEqual(Uint8Array.of(2));
  addModel(db, 'child', 'parent');
  runs.end(runId, { state: 'done', endedAtMs: 20, modelHash: 'child' });
  const expected = {
    snapshotHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    ...{ ...request, runId, state: 'done', modelHash: 'child', failure: '', endedAtMs: 20 },
    curves: [
      { step: 1, loss: 0.5 },
      { step: 2, loss: 0.25 },
    ],
  };
  expect(runs.byId(runId)).toEqual(expected);
  expect(runs.ofBeat(4 as BeatId)).toEqual([expected]);
  expect(runs.ofBeat(5 as BeatId)).toEqual([]);
  expect(runs.checkpoint(runId)).toBeUndefined();
  expect(runs.snapshotBeats(snapshotId)).toEqual(beats);
  expect(() => db.exec('DELETE FROM snapshot_beats')).toThrow('never changed');
});

test('what the engine tells of a run is added to it: all that decides its weights, and the data', () => {
  const { db } = temporaryWorkspace();
  const runs = trainingRunsOf(db);
  const runId = runs.start({
    configuration: { kind: 'rows' },
    ...{ seed: 1, executor: '', snapshotId: null, parentHash: null, startedAtMs: 1 },
  });
  expect(runs.byId(runId)).toMatchObject({ executor: '', snapshotHash: null });
  const data = { hash: 'abc', purpose: 'rows', madeAtMs: 2 };
  runs.addFacts(runId, { startsAnew: true, executor: 'a cpu', configuration: { hyper: { batch: 4 } }, data });
  runs.addFacts(runId, { startsAnew: false, executor: 'a cpu', configuration: { versions: { node: '24' } } });
  const configuration = { kind: 'rows', hyper: { batch: 4 }, versions: { node: '24' } };
  expect(runs.byId(runId)).toMatchObject({ executor: 'a cpu', snapshotHash: 'abc', configuration });
  runs.addFacts(runId, { startsAnew: false, executor: 'b gpu', configuration: {} });
  runs.addCurvePoint(runId, { step: 1 });
  expect(runs.byId(runId)).toMatchObject({ executor: 'a cpu, then b gpu', curves: [{ step: 1 }], configuration });
  runs.addFacts(runId, { startsAnew: true, executor: 'a cpu', configuration: {} });
  expect(runs.byId(runId)).toMatchObject({ executor: 'a cpu', curves: [], snapshotHash: 'abc', configuration });
});

test('a run that the program left goes on from its checkpoint, one without a checkpoint does not', () => {
  const first = temporaryWorkspace();
  const request = { configuration: null, seed: 1, executor: 'cpu', snapshotId: null, parentHash: null, startedAtMs: 1 };
  const kept = trainingRunsOf(first.db).start(request);
  const lost = trainingRunsOf(first.db).start(request);
  trainingRunsOf(first.db).saveCheckpoint(kept, weights);
  first.close();
  const second = openWorkspace(first.folder, { migrationsFolder, clock: () => 8 });
  const runs = trainingRunsOf(second.db);
  const ended = { state: 'failed', failure: 'the program ended while it ran', endedAtMs: 8 };
  expect([runs.byId(kept), runs.byId(lost)]).toMatchObject([ended, ended]);
  expect([runs.resume(kept), runs.resume(lost)]).toEqual([true, false]);
  expect(runs.list()).toMatchObject([ended, { state: 'running', failure: '', endedAtMs: null }]);
  expect(Uint8Array.from(runs.checkpoint(kept)!)).toEqual(weights);
  second.close();
});
