import { expect, test } from 'vitest';
import type { BeatId } from '../../../src-main/domain/record.ts';
import { beatsOf } from '../../../src-main/store/beats.ts';
import { openWorkspace } from '../../../src-main/store/database.ts';
import { predictionsOf } from '../../../src-main/store/predictions.ts';
import { recordsOf } from '../../../src-main/store/records.ts';
import { addRecord, migrationsFolder, temporaryWorkspace } from './simulated.ts';

const five = (...leading: number[]) => [...leading, ...Array.from({ length: 5 - leading.length }, () => 0)];

test('a run counts once it is whole, and then replaces the older one', () => {
  const { db } = temporaryWorkspace();
  const predictions = predictionsOf(db);
  const recordId = addRecord(db, '100', [10, 20, 30]);
  const beatIds = beatsOf(db).table(recordId).beatId;
  const run = { recordId, signalHash: 's', madeAtMs: 1 };
  const first = predictions.startRun({ ...run, modelHash: 'a' });
  const p = Float32Array.from([...five(1), ...five(0.25, 0.75), ...five(0.5, 0, 0.5)]);
  const disagreement = Float32Array.of(0.25, NaN, 0.5);
  const novelty = Float32Array.of(7.5, NaN, 12);
  const part = (from: number, to: number) => ({
    beatIds: beatIds.subarray(from, to),
    probabilities: p.subarray(5 * from, 5 * to),
    disagreement: disagreement.subarray(from, to),
    novelty: novelty.subarray(from, to),
  });
  predictions.append(first, part(0, 2));
  expect(predictions.latestRun(recordId)).toBeUndefined();
  expect(() => predictions.append(first, { ...part(2, 3), novelty })).toThrow('3 values for 1 beats');
  predictions.append(first, part(2, 3));
  predictions.finishRun(first, 1.25);
  expect(predictions.latestRun(recordId)).toEqual({ ...run, modelHash: 'a', runId: first });
  expect(predictions.ofRun(first)).toEqual({ beatIds, probabilities: p, disagreement, novelty });
  expect(predictions.ofBeat(first, beatIds[1] as BeatId)).toEqual(five(0.25, 0.75));
  expect(recordsOf(db).list()[0]).toMatchObject({ modelHash: 'a', unlikeness: 1.25 });
  expect(predictions.removeSuperseded()).toBe(0);

  const second = predictions.startRun({ ...run, modelHash: 'b' });
  predictions.append(second, part(0, 3));
  expect(predictions.latestRun(recordId)?.runId).toBe(first);
  predictions.finishRun(second, null);
  expect(recordsOf(db).list()[0].unlikeness).toBeNull();
  expect(() => predictions.finishRun(second, null)).toThrow(`prediction run ${second} is not unfinished`);
  expect([predictions.removeSuperseded(2), predictions.removeSuperseded(2), predictions.removeSuperseded(2)]).toEqual([
    2, 1, 0,
  ]);
  expect(db.prepare('SELECT run_id FROM prediction_runs').pluck().all()).toEqual([second]);
  expect(predictions.ofRun(second).beatIds).toEqual(beatIds);
  expect(() => db.exec('UPDATE predictions SET p_n = 1')).toThrow('never changed');
});

test('what is shown is written by difference, and gone with its record', () => {
  const { db } = temporaryWorkspace();
  const recordId = addRecord(db, '100', [10, 20]);
  const { beatId } = beatsOf(db).table(recordId);
  const write = (...p: number[]) => predictionsOf(db).writeCurrent(recordId, beatId, Float32Array.from(p));
  expect(write(...five(0.9, 0.1), ...five(0, 0.3, 0.7))).toBe(2);
  expect(write(...five(0.9, 0.1), ...five(0, 0.3, 0.7))).toBe(0);
  expect(write(...five(0.9, 0.1), ...five(0, 0.6, 0.4))).toBe(1);
  expect(recordsOf(db).list()[0].counts).toEqual(beatsOf(db).countsByLabel(recordId));
  expect(beatsOf(db).countsByLabel(recordId).byClass).toEqual({ N: 1, S: 1, V: 0, F: 0, Q: 0 });
  expect(() => predictionsOf(db).writeCurrent(recordId, beatId, new Float32Array(9))).toThrow(
    '9 probabilities for 2 beats',
  );
  expect(() => write(...five(NaN), ...five(1))).toThrow('NOT NULL');
  recordsOf(db).remove(recordId);
  expect(db.prepare('SELECT count(*) FROM current_predictions').pluck().get()).toBe(0);
});

test('a run that was not finished is gone when the workspace is opened again', () => {
  const first = temporaryWorkspace();
  const recordId = addRecord(first.db, '100', [10]);
  const beatIds = beatsOf(first.db).table(recordId).beatId;
  const runId = predictionsOf(first.db).startRun({ recordId, modelHash: 'a', signalHash: 's', madeAtMs: 1 });
  const unknown = Float32Array.of(NaN);
  predictionsOf(first.db).append(runId, {
    ...{ beatIds, probabilities: Float32Array.from(five(1)) },
    ...{ disagreement: unknown, novelty: unknown },
  });
  first.close();
  const second = openWorkspace(first.folder, { migrationsFolder });
  const left = second.db.prepare('SELECT (SELECT count(*) FROM predictions) + (SELECT count(*) FROM prediction_runs)');
  expect(left.pluck().get()).toBe(0);
  second.close();
});
