import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProgram, type Program } from '../../../src-main/host/program/program.ts';
import type { BeatId } from '../../../src-main/domain/record.ts';
import { Messages } from '../../../src-renderer/state/messages.svelte.ts';
import { type Destination, Session } from '../../../src-renderer/state/session.svelte.ts';
import { shellText } from '../../../src-renderer/text/shell.ts';
import { temporaryFolder } from '../../support/program.ts';

let program: Program;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const ending = new AbortController();

/** A session on the real program, in this process: its events come without a stream between. */
async function connected(): Promise<{ session: Session; messages: Messages }> {
  const messages = new Messages();
  let settle: () => void;
  const isReady = new Promise<void>((resolve) => (settle = resolve));
  const session = new Session(program.api, messages, () => settle());
  void session.connect(async (onEvent, onOpen, _onLost, signal) => {
    signal.addEventListener('abort', program.parts.events.listen(onEvent));
    onOpen();
  }, ending.signal);
  await isReady;
  await session.refreshRecords();
  return { session, messages };
}
const jobsEnded = () => Promise.all(program.parts.board.list().map(({ jobId }) => program.parts.board.ended(jobId)));

beforeAll(async () => {
  folder = await temporaryFolder();
  program = await openProgram({ workspaceFolder: folder.path, host: 'browser' });
  await program.api.records.demo({});
  await jobsEnded();
});
afterAll(async () => {
  ending.abort();
  await program.close();
  await folder.remove();
});

test('the first record is the current one, so that no screen is empty', async () => {
  const { session } = await connected();
  expect([session.connection, session.records.length, session.record?.isSimulated]).toEqual(['open', 1, true]);
});

test('with nothing to undo it says so and stays where it is', async () => {
  const { session, messages } = await connected();
  await session.undo();
  expect([messages.current?.text, session.place]).toEqual([shellText.nothingToUndo, 'library']);
});

test('that a device failed under work is told at once', async () => {
  const { messages } = await connected();
  const replaced = { device: 'cuda', use: 'train', reason: 'Its memory was full.', by: 'cpu' } as const;
  program.parts.events.announce({ event: 'onDeviceReplaced', replaced });
  expect(messages.current).toMatchObject({
    tone: 'failed',
    text: 'CUDA failed twice at training, so the CPU goes on with the work and nothing is lost. Its memory was full.',
  });
});

test('undo of an edit goes to Review, to the view in which it was made', async () => {
  const { session, messages } = await connected();
  const recordId = session.record!.recordId;
  const { revision, beatId } = await program.api.review.beats({ recordId });
  const beat = beatId[7] as BeatId;
  const view = { fromSample: 1234, mmPerS: 50, mmPerMv: 20, selected: [beat] };
  const edited = await program.api.review.relabel({
    ...{ recordId, expectedRevision: revision, view },
    ...{ beatIds: [beat], symbol: 'V' },
  });
  expect(edited.ok).toBe(true);

  session.goTo('report');
  await session.undo();
  const followed: Destination[] = [];
  session.followDestination((destination) => followed.push(destination));
  expect([session.place, followed, session.selected]).toEqual([
    'review',
    [{ recordId, beatIds: [beat], view, revision: revision + 2 }],
    [beat],
  ]);
  expect(messages.current?.text).toMatch(/^Undone: /);
  expect((await program.api.review.beats({ recordId })).symbols[7]).toBe(' ');
});

test('a screen that follows is told of each destination once', async () => {
  const { session } = await connected();
  const recordId = session.record!.recordId;
  const told: (readonly BeatId[])[] = [];
  const leave = session.followDestination(({ beatIds }) => told.push(beatIds));
  session.selectBeat(recordId, 1 as BeatId);
  leave();
  session.selectBeat(recordId, 2 as BeatId);
  session.followDestination(({ beatIds }) => told.push(beatIds));
  expect(told).toEqual([[1], [2]]);
});

test('a list of beats is reviewed in its order, and leaving it leads back to where it was opened', async () => {
  const { session } = await connected();
  const recordId = session.record!.recordId;
  const told: [readonly BeatId[], number | undefined][] = [];
  session.followDestination(({ beatIds, atSample }) => told.push([beatIds, atSample]));
  session.goTo('train');
  const beat = (beatId: BeatId | null, atSample: number) => ({
    ...{ recordId, beatId, atSample },
    labels: ['V', null] as const,
  });
  session.reviewBeats({
    title: 'V that the model has not',
    sides: [
      { name: 'atr', shape: 'reference' },
      { name: 'model', shape: 'model' },
    ],
    beats: [beat(3 as BeatId, 700), beat(null, 900)],
  });
  expect([session.place, session.walk.at, session.selected]).toEqual(['review', 0, [3]]);
  expect([session.walk.step(1), session.walk.step(1), session.walk.step(-1)]).toEqual([true, false, true]);
  expect(told).toEqual([
    [[3], 700],
    [[], 900],
    [[3], 700],
  ]);
  session.walk.leave();
  expect([session.place, session.walk.list]).toEqual(['train', undefined]);
});

test('an empty list is not opened', async () => {
  const { session } = await connected();
  session.reviewBeats({ title: 'none', sides: [], beats: [] });
  expect([session.place, session.walk.list]).toEqual(['library', undefined]);
});

test('settings that were changed are kept by the program', async () => {
  const { session } = await connected();
  await session.changeSettings({ readerInitials: 'mr', theme: 'dark' });
  const again = await connected();
  expect([again.session.settings?.readerInitials, again.session.settings?.theme]).toEqual(['mr', 'dark']);
});

test('a request that the program refuses becomes a message in its words', async () => {
  const { messages } = await connected();
  await messages.attempt(() => program.api.records.header({ recordId: 999 as never }));
  expect([messages.current?.tone, messages.current?.text]).toEqual([
    'failed',
    'This record is no longer in the library.',
  ]);
});

test('work that a reader started is told when it ends', async () => {
  const { session, messages } = await connected();
  const recordId = session.record!.recordId;
  await session.jobs.start(() => program.api.records.predict({ recordId }));
  await jobsEnded();
  expect([session.jobs.active, messages.current?.text]).toEqual([
    [],
    expect.stringMatching(/^Classify beats, simulated.*beats classified\.$/),
  ]);
});
