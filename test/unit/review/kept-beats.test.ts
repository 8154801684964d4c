import { expect, test } from 'vitest';
import { beatClasses, reviewClassMap } from '../../../src-main/domain/beat-class.ts';
import type { BeatId, RecordId } from '../../../src-main/domain/record.ts';
import { beatEditor } from '../../../src-main/review/edit-beats.ts';
import { KeptBeats } from '../../../src-main/review/kept-beats.ts';
import { beatsOf } from '../../../src-main/store/beats.ts';
import { predictionsOf } from '../../../src-main/store/predictions.ts';
import { addRecord, readerOf, temporaryWorkspace } from '../store/simulated.ts';

/** Enough that they are read in several pieces. */
const places = Array.from({ length: 1000 }, (_, i) => 300 * i + 7);

function opened() {
  const workspace = temporaryWorkspace();
  const { db } = workspace;
  const recordId = addRecord(db, '100', places);
  const kept = new KeptBeats(db);
  const editor = beatEditor(workspace);
  const view = { fromSample: 0, mmPerS: 25, mmPerMv: 10, selected: [] };
  const frame = () => ({
    ...{ recordId, view, annotatorId: readerOf(db), madeAtMs: 1 },
    expectedRevision: beatsOf(db).revisionOf(recordId),
  });
  const tell = async (answer: ReturnType<typeof editor.move>, movesBeats: boolean) => {
    if (!answer.ok) throw new Error(answer.refusal);
    await kept.edited(recordId, answer.value.revision, answer.value.beatIds, movesBeats);
  };
  const stored = () => beatsOf(db).table(recordId, reviewClassMap);
  return { db, recordId, kept, editor, frame, tell, stored };
}

test('kept beats follow labels, moves and what the model thinks', async () => {
  const { db, recordId, kept, editor, frame, tell, stored } = opened();
  const first = await kept.of(recordId);
  expect(first).toEqual(stored());
  const id = (i: number) => first.beatId[i] as BeatId;

  const rows = Int32Array.of(2, 5, 900);
  const said = new Float32Array(rows.length * beatClasses.length);
  rows.forEach((_, i) => said.set([0.1, 0, 0.9 - i / 8, i / 8, 0], i * beatClasses.length));
  await tell(editor.relabel(frame(), [id(5)], 'S'), false);
  predictionsOf(db).writeCurrent(
    recordId,
    rows.map((row) => first.beatId[row]),
    said,
  );
  kept.shown(await kept.of(recordId), rows, said);
  expect(await kept.of(recordId)).toEqual(stored());

  await tell(editor.relabel(frame(), [id(2), id(3)], 'F'), false);
  await tell(editor.markArtifact(frame(), [id(9)], true), false);
  await tell(editor.leaveForLater(frame(), [id(0)], true), false);
  expect(await kept.of(recordId)).toEqual(stored());

  await tell(editor.move(frame(), id(10), 3011), true);
  await tell(editor.add(frame(), 123, 'V'), true);
  await tell(editor.remove(frame(), [id(20)]), true);
  const last = await kept.of(recordId);
  expect(last).toEqual(stored());
  expect(last.beatId.length).toBe(places.length);
});

test('beats that are edited while they are read in pieces are read again', async () => {
  const { recordId, kept, editor, frame, tell, stored } = opened();
  const reading = kept.of(recordId);
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([tell(editor.relabel(frame(), [stored().beatId[1] as BeatId], 'V'), false), reading]);
  expect(await reading).toEqual(stored());
  expect(await kept.of(recordId)).toEqual(stored());
});

test('an edit that nobody told of is noticed, and a record without beats is asked again', async () => {
  const { recordId, kept, editor, frame, stored } = opened();
  await kept.of(recordId);
  editor.relabel(frame(), [stored().beatId[1] as BeatId], 'V');
  expect(await kept.of(recordId)).toEqual(stored());
  expect((await kept.of(99 as RecordId)).beatId.length).toBe(0);
});
