import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BeatId } from '../../../../src-main/domain/record.ts';
import { openProgram, type Program } from '../../../../src-main/host/program/program.ts';
import { annotationSetsOf } from '../../../../src-main/store/annotation-sets.ts';
import { Evaluation } from '../../../../src-renderer/screens/evaluate/evaluation.svelte.ts';
import { blinded } from '../../../../src-renderer/screens/evaluate/repeat/repeat.svelte.ts';
import { Messages } from '../../../../src-renderer/state/messages.svelte.ts';
import { Session } from '../../../../src-renderer/state/session.svelte.ts';
import { temporaryFolder } from '../../../support/program.ts';

let program: Program;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let session: Session;
let messages: Messages;
let evaluation: Evaluation;
const ending = new AbortController();

/** The simulated record with a second reader, who calls every twentieth beat V. */
beforeAll(async () => {
  folder = await temporaryFolder();
  program = await openProgram({ workspaceFolder: folder.path, host: 'browser' });
  await program.api.records.demo({});
  await Promise.all(program.parts.board.list().map(({ jobId }) => program.parts.board.ended(jobId)));
  messages = new Messages();
  await new Promise<void>((settle) => {
    session = new Session(program.api, messages, () => settle());
    void session.connect(async (onEvent, onOpen, _onLost, signal) => {
      signal.addEventListener('abort', program.parts.events.listen(onEvent));
      onOpen();
    }, ending.signal);
  });
  await session.refreshRecords();
  const { recordId } = session.record!;
  const { atSample } = await program.api.review.beats({ recordId });
  for (const [name, every] of [
    ['aa', 20],
    ['bb', 10],
  ] as const)
    annotationSetsOf(program.parts.workspace.db).add(recordId, {
      annotator: { kind: 'reference', name, version: '' },
      madeAtMs: 1,
      annotations: Array.from(atSample, (at, i) => ({
        ...{ atSample: at, symbol: i % every === 0 ? 'V' : 'N' },
        ...{ subtype: 0, channel: 0, num: 0, aux: '' },
      })),
    });
});
afterAll(async () => {
  ending.abort();
  await program.close();
  await folder.remove();
});
beforeEach(async () => {
  evaluation = new Evaluation({ api: program.api, session, messages });
  await evaluation.readAll();
  evaluation.chooseReference('reference:aa');
  evaluation.chooseTest('reference:bb');
  await answered();
});

const soon = () => new Promise((resolve) => setTimeout(resolve, 10));
const answered = async () => {
  while (!evaluation.answer) await soon();
  return evaluation.answer;
};

test('compares by EC57 unless told, and warns of every departure from it', async () => {
  expect(evaluation.warnings).toEqual([]);
  evaluation.startText = '0';
  evaluation.windowText = '.1';
  evaluation.includePaced(true);
  evaluation.chooseMap('literature');
  await answered();
  expect(evaluation.warnings).toHaveLength(4);
  evaluation.standardize();
  await answered();
  expect(evaluation.warnings).toEqual([]);
});

test('what the fields say wrongly is compared by nobody', () => {
  evaluation.startText = 'soon';
  expect([evaluation.request, evaluation.figures]).toEqual([undefined, undefined]);
});

test('a cell opens exactly its beats in Review, under both names', async () => {
  const count = evaluation.figures!.counts.Nv;
  expect(count).toBeGreaterThan(50);
  await evaluation.reviewCell('N', 'v');
  expect([session.place, session.walk.list?.beats.length, session.walk.current?.labels]).toEqual([
    'review',
    count,
    ['N', 'V'],
  ]);
  expect(session.walk.list?.sides.map(({ name }) => name)).toEqual(['aa', 'bb']);
  expect(session.selected).toEqual([session.walk.current!.beatId]);
  session.walk.leave();
});

test('that reference labels were shown is recorded', async () => {
  await evaluation.reviewCell('V', 'v');
  await session.refreshRecords();
  expect(session.record?.isUnblinded).toBe(true);
  session.walk.leave();
});

test('an empty cell opens nothing and says so', async () => {
  session.goTo('evaluate');
  await evaluation.reviewCell('F', 'q');
  expect([session.place, messages.current?.text]).toEqual(['evaluate', 'No beat is in Fq.']);
});

test('people who differ are listed for a decision that needs a reason', async () => {
  await evaluation.people.refresh();
  const { answer, waiting } = evaluation.people;
  expect(answer?.pairs[0].beats).toBeGreaterThan(1000);
  await evaluation.people.adjudicate();
  expect([session.walk.list?.beats.length, session.walk.list?.asksWhy]).toEqual([waiting, true]);
  session.walk.leave();
});

test('a blinded repeat draws what the reader labelled, keeps the answers and tells kappa', async () => {
  const { recordId } = session.record!;
  const view = { fromSample: 0, mmPerS: 25, mmPerMv: 10, selected: [] };
  for (const [index, symbol] of [...'NNVV'].entries()) {
    const { beatId, revision } = await program.api.review.beats({ recordId });
    await program.api.review.relabel({
      ...{ recordId, expectedRevision: revision, view, symbol },
      beatIds: [beatId[100 + index] as BeatId],
    });
  }
  const { repeat } = evaluation;
  await repeat.start();
  expect([repeat.isOpen, repeat.count]).toEqual([true, 4]);
  for (let i = 0; i < 4; i++) repeat.answer(i === 0 ? 'S' : 'N');
  repeat.leave();
  await repeat.start();
  expect([repeat.count, repeat.answered]).toEqual([4, 4]); // what was answered is not lost by leaving
  await repeat.keep();
  expect([repeat.count, repeat.isOpen, repeat.kept[0]]).toMatchObject([0, false, { beats: 4, reader: 'reader' }]);
});

test('the paper of a repeat tells nothing of what was said before', async () => {
  const beats = await program.api.review.beats({ recordId: session.record!.recordId });
  const { label, origin, symbols, flags, probabilities, atSample } = blinded(beats);
  expect(new Set([...label, ...origin, ...flags])).toEqual(new Set([255, 0]));
  expect([symbols.trim(), probabilities.every(Number.isNaN), atSample]).toEqual(['', true, beats.atSample]);
});
