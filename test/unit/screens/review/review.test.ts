import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { labelOrigins } from '../../../../src-main/domain/beat.ts';
import type { BeatId } from '../../../../src-main/domain/record.ts';
import { openProgram, type Program } from '../../../../src-main/host/program/program.ts';
import { isArtifact } from '../../../../src-renderer/screens/review/beat-order.ts';
import { reviewCommands } from '../../../../src-renderer/screens/review/commands.ts';
import { Review } from '../../../../src-renderer/screens/review/review.svelte.ts';
import { walkCommands } from '../../../../src-renderer/screens/review/walk/commands.ts';
import { Decision } from '../../../../src-renderer/screens/review/walk/decision.svelte.ts';
import { Messages } from '../../../../src-renderer/state/messages.svelte.ts';
import { Session } from '../../../../src-renderer/state/session.svelte.ts';
import { Viewport } from '../../../../src-renderer/state/viewport.svelte.ts';
import { reviewText } from '../../../../src-renderer/text/review.ts';
import { temporaryFolder } from '../../../support/program.ts';

let program: Program;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let review: Review;
let viewport: Viewport;
let messages: Messages;
let session: Session;
const ending = new AbortController();

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
  const { jobId } = await program.api.records.predict({ recordId: session.record!.recordId });
  await program.parts.board.ended(jobId);
  await session.refreshRecords();
});
afterAll(async () => {
  ending.abort();
  await program.close();
  await folder.remove();
});

/** The simulated record, 10 s of it in sight from a minute on, with its 101st beat selected. */
beforeEach(async () => {
  viewport = new Viewport(() => undefined);
  viewport.resize(945);
  review = new Review(session.record!.recordId, { api: program.api, reads: program.api, session, messages, viewport });
  await review.load();
  viewport.panTo(60 * viewport.samplingHz);
  review.selection.set([beatAt(100)]);
  viewport.centerOn(review.beats!.atSample[100]);
});

const beatAt = (index: number) => review.beats!.beatId[index] as BeatId;
const run = (id: string) => {
  const acts = {
    ...{ askGoTo: () => undefined, toggleHistory: () => undefined, togglePaperAlone: () => undefined },
    ...{ isQueueOpen: () => false, pointedSample: () => undefined, snap: (sample: number) => sample },
  };
  const command = reviewCommands(review, acts)
    .flatMap(({ commands }) => commands)
    .find((one) => one.id === `review.${id}`)!;
  if (command.canRun()) command.run();
};
/** After the edits asked for so far. */
const saved = async () => {
  while (review.editing.unsaved > 0) await new Promise((resolve) => setTimeout(resolve, 5));
};
const stateAt = (index: number) => [review.beats!.symbols[index], labelOrigins[review.beats!.origin[index]]];

/** The host's answers, of which the beats come only when they are let go. */
function heldBeats() {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const beats: typeof program.api.review.beats = async (request) => {
    await held;
    return program.api.review.beats(request);
  };
  const reads = { ...program.api, review: { ...program.api.review, beats } };
  const opened = new Review(session.record!.recordId, { api: program.api, reads, session, messages, viewport });
  return { opened, loaded: opened.load(), letGo };
}
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('the trace is shown before the beats, and the first of them in sight is selected when they come', async () => {
  session.selectBeats([]);
  const { opened, loaded, letGo } = heldBeats();
  await until(() => opened.header !== undefined);
  const early = [opened.beats, opened.selection.current, viewport.lengthSamples];
  letGo();
  await loaded;
  expect(early).toEqual([undefined, undefined, opened.header!.lengthSamples]);
  expect([opened.beats!.beatId.length > 0, opened.selection.count]).toEqual([true, 1]);
});

test('who is sent to a beat before the beats are here comes to it when they are', async () => {
  const beatId = beatAt(1200);
  const { opened, loaded, letGo } = heldBeats();
  await until(() => opened.header !== undefined);
  opened.goTo({ recordId: opened.recordId, beatIds: [beatId], view: null });
  letGo();
  await loaded;
  expect([opened.selection.current, viewport.isVisible(opened.beats!.atSample[1200])]).toEqual([beatId, true]);
});

test('reasons of beats that have left the paper are given up for those of beats in sight', async () => {
  const asked: Parameters<typeof program.api.review.explain>[0][] = [];
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const explain: typeof program.api.review.explain = async (request) => {
    asked.push(request);
    const isFirst = asked.length === 1;
    const answer = await program.api.review.explain(request);
    if (isFirst) await held;
    return answer;
  };
  const reads = { ...program.api, review: { ...program.api.review, explain } };
  const opened = new Review(session.record!.recordId, { api: program.api, reads, session, messages, viewport });
  await opened.load();
  viewport.centerOn(opened.beats!.atSample[100]);
  opened.attribution.look();
  await until(() => asked.length === 1);
  viewport.centerOn(opened.beats!.atSample[1000]);
  opened.attribution.look();
  await until(() => asked.length === 2);
  const inSight = opened.beats!.beatId[1000] as BeatId;
  expect([asked[1].view, asked[1].beatIds.includes(inSight), asked[0].beatIds.includes(inSight)]).toEqual([
    asked[0].view,
    true,
    false,
  ]);
  letGo();
  await until(() => opened.attribution.of(inSight) !== undefined);
  opened.leave();
});

test('a label key labels the selected beat and moves neither view nor selection', async () => {
  const view = review.view();
  run('label-V');
  await saved();
  expect([stateAt(100)[0], review.view(), review.editing.hasFailed]).toEqual(['V', view, false]);
  expect(messages.current?.text).toContain('V at ');
});

test('after a label it tells how many more beats read so', async () => {
  const ending = session.onEvent(review.take);
  const before = [...review.beats!.label];
  review.selection.set([beatAt(200)]);
  run('label-V');
  await saved();
  while (!/more beat|no other beat/.test(messages.current?.text ?? '')) await new Promise((go) => setTimeout(go, 5));
  const told = Number(/; (\d+) more/.exec(messages.current!.text.replaceAll('\u2009', ''))?.[1] ?? 0);
  const changed = review.beats!.label.filter((label, i) => i !== 200 && label !== before[i] && label === 2).length;
  ending();
  await program.api.review.undo({});
  expect(told).toBe(changed);
});

test('labels pressed faster than the program answers all land, each a step of its own', async () => {
  run('label-S');
  run('next');
  run('label-F');
  await saved();
  expect([stateAt(100)[0], stateAt(101)[0]]).toEqual(['S', 'F']);
  await program.api.review.undo({});
  await review.refresh();
  expect([stateAt(100)[0], stateAt(101)[0]]).toEqual(['S', ' ']);
});

test('Enter confirms and goes on; on many beats it is one step', async () => {
  review.selection.set([110, 111, 112].map(beatAt));
  run('confirm-next');
  await saved();
  expect([110, 111, 112].map((index) => stateAt(index)[1])).toEqual(Array(3).fill('confirmed'));
  expect(review.selection.current).toBe(beatAt(113));
  await program.api.review.undo({});
  await review.refresh();
  expect([110, 111, 112].map((index) => stateAt(index)[1])).toEqual(Array(3).fill('model'));
});

test('an edit on beats that somebody else has changed is not saved; the next one is', async () => {
  const { revision } = review.beats!;
  const other = { recordId: review.recordId, expectedRevision: revision, view: review.view() };
  await program.api.review.relabel({ ...other, beatIds: [beatAt(120)], symbol: 'V' });
  run('label-N');
  await saved();
  expect([messages.current?.text, review.editing.hasFailed, stateAt(120)[0]]).toEqual([
    ...[reviewText.refusals['stale-revision'], true, 'V'],
  ]);
  run('label-N');
  await saved();
  expect([stateAt(100)[0], review.editing.hasFailed]).toEqual(['N', false]);
});

test('a label on all beats right after an added one was taken back is given to those that there are', async () => {
  const ending = session.followDestination(review.goTo);
  review.editing.add(review.beats!.atSample[100] + 100);
  await saved();
  const added = review.selection.current!;
  await session.undo();
  review.selection.set([beatAt(99), added]);
  run('confirm');
  await saved();
  ending();
  expect([review.editing.hasFailed, review.beats!.beatId.includes(added), stateAt(99)[1]]).toEqual([
    ...[false, false, 'confirmed'],
  ]);
  await program.api.review.undo({});
  await review.refresh();
});

test('a label right after an undo is saved, without waiting until the beats are read again', async () => {
  const ending = session.followDestination(review.goTo);
  run('label-V');
  await saved();
  await session.undo();
  run('label-S');
  await saved();
  ending();
  expect([stateAt(100)[0], review.editing.hasFailed]).toEqual(['S', false]);
  await program.api.review.undo({});
});

test('X marks and unmarks an artifact; a mark moved sample by sample keeps every press', async () => {
  run('artifact');
  await saved();
  const wasArtifact = isArtifact(review.beats!, 100);
  run('artifact');
  const from = review.beats!.atSample[100];
  run('move-right');
  run('move-right');
  run('move-left');
  await saved();
  expect([wasArtifact, isArtifact(review.beats!, 100), review.beats!.atSample[100] - from]).toEqual([true, false, 1]);
});

test('a deleted beat is gone and the next is selected; an added one is selected', async () => {
  const [gone, next] = [beatAt(100), beatAt(101)];
  const count = review.beats!.beatId.length;
  run('remove');
  await saved();
  expect([review.selection.has(gone), review.selection.current]).toEqual([false, next]);
  run('add');
  await saved();
  const added = review.selection.currentIndex;
  expect([review.beats!.beatId.length, review.beats!.beatId[added - 1]]).toEqual([count, next]);
});

test('zoom holds the selected beat where it is, 0 goes back, and R goes back to the place before a jump', () => {
  const at = review.beats!.atSample[100];
  const place = () => (at - viewport.fromSample) / viewport.samplesPerPx;
  const before = place();
  run('faster');
  run('gain-up');
  expect([viewport.speedMmPerS, viewport.gainMmPerMv, place()]).toEqual([50, 20, expect.closeTo(before, 6)]);
  run('standard');
  const { fromSample } = viewport;
  review.jumpTo(20 * 60 * viewport.samplingHz);
  const away = review.selection.currentIndex;
  run('go-back');
  expect([viewport.isStandard, viewport.fromSample, away > 1000, review.selection.currentIndex]).toEqual([
    ...[true, fromSample, true, 100],
  ]);
});

test('reference labels are hidden until asked for; then their differences can be walked', async () => {
  const hidden = [review.reference.shown, review.reference.differences];
  review.reference.toggle();
  const isAsked = review.reference.isAsked;
  await review.reference.unblind();
  const differences = review.reference.differences!;
  review.selection.set([beatAt(0)]);
  run('next-difference');
  expect([hidden, isAsked]).toEqual([[undefined, undefined], true]);
  expect(differences.indices.length).toBeGreaterThan(0);
  expect(review.selection.currentIndex).toBe(differences.indices.find((index) => index > 0));
});

/** Opens a list of three beats and gives what its keys do. */
function walked(asksWhy: boolean) {
  session.followDestination(review.goTo);
  session.reviewBeats({
    ...{ title: 'three beats', sides: [], asksWhy },
    beats: [300, 310, 320].map((index) => ({
      recordId: review.recordId,
      beatId: beatAt(index),
      atSample: review.beats!.atSample[index],
      labels: [],
    })),
  });
  const decision = new Decision(review);
  const commands = walkCommands(review, decision).flatMap((group) => group.commands);
  return {
    decision,
    press: (key: string) => commands.find((one) => one.key === key)?.run(),
    keys: commands.map((one) => one.key),
  };
}

test('Enter in a list confirms its beat and goes on in the list, not in time', async () => {
  const { press, keys } = walked(false);
  press('Enter');
  await saved();
  expect([stateAt(300)[1], session.walk.at, review.selection.current]).toEqual(['confirmed', 1, beatAt(310)]);
  press('K');
  press('K');
  expect([session.walk.at, messages.current?.text]).toEqual([0, 'That is the first beat of the list.']);
  expect(keys).not.toContain('V');
  press('Esc');
  expect(session.walk.list).toBeUndefined();
});

test('a list that asks for reasons saves no label without one, and keeps the reason with it', async () => {
  const { press, decision } = walked(true);
  const before = stateAt(300);
  press('F');
  decision.save();
  await saved();
  expect([decision.symbol, ...stateAt(300), session.walk.at]).toEqual(['F', ...before, 0]);
  decision.why = ' wide, no P wave ';
  decision.save();
  await saved();
  const { history } = await program.api.review.detail({ recordId: review.recordId, beatId: beatAt(300) });
  expect([history.at(-1)?.why, stateAt(300)[0], session.walk.at, decision.symbol]).toEqual([
    'wide, no P wave',
    'F',
    1,
    '',
  ]);
  session.walk.leave();
});
