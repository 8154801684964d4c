import { existsSync, readdirSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportOutcome } from '../../src-main/contract/records.ts';
import { recordInputs } from '../../src-main/detect/features/record-inputs.ts';
import { beatClasses } from '../../src-main/domain/beat-class.ts';
import type { BeatId, RecordId } from '../../src-main/domain/record.ts';
import { prepareBlend } from '../../src-main/engine/blend/neighbourhood.ts';
import { onnxExecutor } from '../../src-main/engine/executors/onnx/executor.ts';
import { standardFeatures } from '../../src-main/engine/record/beat-inputs.ts';
import { compileRecordScorer } from '../../src-main/engine/record/score.ts';
import { wholeSignals } from '../../src-main/host/jobs/record-signals.ts';
import { openProgram, type Program } from '../../src-main/host/program/program.ts';
import { simulateLabels } from '../../src-main/host/protocols/simulated-labels.ts';
import { readModel } from '../../src-main/host/record-model/kept-model.ts';
import { readFamiliarity } from '../../src-main/host/record-model/left-out.ts';
import { recordsOf } from '../../src-main/store/records.ts';
import { QueueWalk } from '../../src-renderer/screens/review/queue/queue-walk.ts';
import { temporaryFolder } from '../support/program.ts';
import { describeOnRecordings, projectRoot, sharedData } from '../support/shared-data.ts';

const modelsFolder = join(projectRoot, 'resources', 'models');

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let program: Program;
const reopened = async () => {
  program = await openProgram({ workspaceFolder: folder.path, host: 'browser' });
};

beforeEach(async () => {
  folder = await temporaryFolder();
  await reopened();
});
afterEach(async () => {
  await program.close();
  await folder.remove();
});

const settled = async () => {
  const { board } = program.parts;
  for (;;) {
    const running = board.list().filter(({ state }) => state === 'running');
    if (running.length === 0) return;
    await Promise.all(running.map(({ jobId }) => board.ended(jobId)));
  }
};
const demo = async (): Promise<RecordId> => {
  const { jobId } = await program.api.records.demo({});
  const { result } = await program.parts.board.ended(jobId);
  await settled();
  return (result as ImportOutcome[])[0].recordId!;
};
const edit = async (recordId: RecordId) => {
  const { revision } = await program.api.review.beats({ recordId });
  return { recordId, expectedRevision: revision, view: { fromSample: 0, mmPerS: 25, mmPerMv: 10, selected: [] } };
};
/** All that is shown of a record's beats, as plain values. */
const shown = async (recordId: RecordId) => {
  const { atSample, label, origin, symbols, flags, probabilities } = await program.api.review.beats({ recordId });
  return [atSample, label, origin, symbols, flags, probabilities].map((column) => [...column]);
};

describe('the queue', () => {
  it('asks a reader for the very beats that the simulated reader of an evaluation is asked for', async () => {
    const recordId = await demo();
    const { db, folder: workspaceFolder } = program.parts.workspace;
    const { beatId, atSample, label } = await program.api.review.beats({ recordId });
    const signals = wholeSignals(workspaceFolder, recordsOf(db).byId(recordId)!.signalHash);
    const inputs = recordInputs(signals, atSample);
    const { model, hash } = await readModel(modelsFolder, 'record');
    const { familiarity } = await readFamiliarity(modelsFolder, 'record', hash);
    const scorer = await compileRecordScorer(model, onnxExecutor({ threads: 1 }), { familiarity });
    const { probabilities: base, novelty: distance } = await scorer.score(inputs);
    await scorer.dispose();
    // What is said of a beat must change what comes next: its V are called F.
    const labels = Uint8Array.from(label, (each) => (each === 2 ? 3 : each));
    const neighbourhood = prepareBlend(inputs, standardFeatures(inputs, model.standard));
    const asking = { order: 'queue', wrongShare: 0, seed: 1 } as const;
    const simulated = simulateLabels({ neighbourhood, base, distance, labels }, asking, 15);

    const walk = new QueueWalk();
    const order = async () => (await program.api.review.queue({ recordId, limit: 200 })).entries.map((e) => e.beatId);
    let known = await order();
    let current = walk.step(known, undefined, 1, () => true)!;
    const asked: number[] = [];
    while (asked.length < 15) {
      const beat = beatId.indexOf(current);
      asked.push(beat);
      await program.api.review.relabel({
        ...(await edit(recordId)),
        ...{ beatIds: [current], symbol: beatClasses[labels[beat]] },
      });
      current = walk.step(known, current, 1, () => true)!; // the next key comes before the new order
      known = await order();
    }
    expect(asked).toEqual(simulated.map(({ beat }) => beat));
    expect(new Set(simulated.map((each) => each.label)).size).toBeGreaterThan(1);
  }, 120_000);
});

describe('a label', () => {
  it('moves the beats that are like it at once, and undo takes all of it back to the last bit', async () => {
    const recordId = await demo();
    const before = await shown(recordId);
    const { beatId, label } = await program.api.review.beats({ recordId });
    const two = [...label.keys()].filter((i) => label[i] === 2).slice(0, 2);
    const chosen = two.map((i) => beatId[i]) as never[];
    const done = await program.api.review.relabel({ ...(await edit(recordId)), beatIds: chosen, symbol: 'F' });
    expect(done.ok).toBe(true);
    await program.parts.classifier.settled();
    const after = await program.api.review.beats({ recordId });
    expect(two.map((i) => after.label[i])).toEqual([3, 3]);
    expect(after.label.some((now, i) => !two.includes(i) && now !== label[i])).toBe(true);

    const undone = await program.api.review.undo({});
    expect(undone).toMatchObject({ ok: true, value: { recordId } });
    await program.parts.classifier.settled();
    expect(await shown(recordId)).toEqual(before);

    await program.api.review.redo({});
    await program.parts.classifier.settled();
    expect((await program.api.review.beats({ recordId })).label).toEqual(after.label);
  }, 120_000);

  it('is refused when someone else edited first', async () => {
    const recordId = await demo();
    const { beatId } = await program.api.review.beats({ recordId });
    const stale = await edit(recordId);
    await program.api.review.confirm({ ...stale, beatIds: [beatId[1] as never] });
    const refused = await program.api.review.relabel({ ...stale, beatIds: [beatId[2] as never], symbol: 'S' });
    expect(refused).toEqual({ ok: false, refusal: 'stale-revision' });
  }, 120_000);

  it('of an added, moved or deleted beat is one step each', async () => {
    const recordId = await demo();
    const { beatId, atSample } = await program.api.review.beats({ recordId });
    const between = Math.round((atSample[10] + atSample[11]) / 2);
    await program.api.review.add({ ...(await edit(recordId)), atSample: between, symbol: 'V' });
    await program.api.review.move({
      ...(await edit(recordId)),
      beatId: beatId[20] as never,
      toSample: atSample[20] + 1,
    });
    await program.api.review.remove({ ...(await edit(recordId)), beatIds: [beatId[30] as never] });
    const edited = await program.api.review.beats({ recordId });
    expect(edited.atSample.includes(between)).toBe(true);
    expect(edited.atSample.includes(atSample[20] + 1)).toBe(true);
    expect(edited.beatId.includes(beatId[30])).toBe(false);
    for (let step = 0; step < 3; step++) await program.api.review.undo({});
    expect((await program.api.review.beats({ recordId })).atSample).toEqual(atSample);
    expect(await program.api.review.undo({})).toEqual({ ok: false, refusal: 'nothing-to-undo' });
  }, 120_000);
});

describe('the waves of a beat', () => {
  it('lie around it, at the start, in the middle and at the end of a record', async () => {
    const recordId = await demo();
    const { beatId, atSample } = await program.api.review.beats({ recordId });
    for (const place of [3, beatId.length >> 1, beatId.length - 3]) {
      const [{ qrs }] = (await program.api.review.waves({ recordId, beatId: beatId[place] as never }))!;
      expect(qrs!.onset).toBeLessThan(atSample[place]);
      expect(qrs!.offset).toBeGreaterThan(atSample[place]);
      expect(qrs!.offset - qrs!.onset).toBeLessThan(100); // at 360 Hz, where the next beat is some 250 away
    }
  });

  it('are not told of a beat that was deleted meanwhile', async () => {
    const recordId = await demo();
    const { beatId, revision } = await program.api.review.beats({ recordId });
    const gone = { recordId, beatId: beatId[5] as BeatId };
    const view = { fromSample: 0, mmPerS: 25, mmPerMv: 10, selected: [] };
    await program.api.review.remove({ recordId, expectedRevision: revision, view, beatIds: [gone.beatId] });
    expect(await program.api.review.waves(gone)).toBeNull();
    await program.api.review.undo({});
    expect(await program.api.review.waves(gone)).toHaveLength(2);
  });
});

describe('background work', () => {
  it('says so when the engine ends under it, and the next job runs', async () => {
    const { jobId } = await program.api.records.demo({});
    const { events, board, engine } = program.parts;
    await new Promise<void>((resolve) => {
      const stop = events.listen((event) => {
        if (event.event === 'onJobChanged' && event.job.progress.doing !== 'starting') {
          stop();
          resolve();
        }
      });
    });
    for (const pid of engine.processIds()) process.kill(pid, 'SIGKILL');
    const job = await board.ended(jobId);
    expect(job.state).toBe('failed');
    expect(job.sentence).toMatch(/engine process ended/);
    expect(readdirSync(join(folder.path, 'signals')).filter((name) => name.endsWith('.signal'))).toEqual([]);
    expect(await demo()).toBeGreaterThan(0);
  }, 120_000);

  it('stops within a second and leaves nothing behind', async () => {
    const { jobId } = await program.api.records.demo({});
    expect(await program.api.jobs.cancel({ jobId })).toEqual({ cancelled: true });
    const job = await program.parts.board.ended(jobId);
    expect(job.state).toBe('cancelled');
    expect(await program.api.records.list({})).toEqual([]);
    await program.close();
    await reopened();
    expect(readdirSync(join(folder.path, 'signals'))).toEqual([]);
  });
});

describeOnRecordings('an import', () => {
  it('takes a dropped record from its upload and removes the upload', async () => {
    const upload = 'dropped';
    for (const suffix of ['hea', 'dat', 'atr']) {
      const { respond } = program;
      const file = join(sharedData, 'mitdb', `100.${suffix}`);
      const put = new Request(`rhythm://workstation/upload/${upload}/100.${suffix}`, {
        method: 'PUT',
        body: await readFile(file),
      });
      expect((await respond(put)).status).toBe(204);
    }
    const { jobId } = await program.api.records.import({ paths: [], upload });
    const { result } = await program.parts.board.ended(jobId);
    expect(result).toMatchObject([{ outcome: 'imported', name: '100', beats: 2273 }]);
    expect(existsSync(join(folder.path, 'uploads', upload))).toBe(false);
    await settled();
  }, 120_000);

  it('finds beats by itself where a record comes without annotations', async () => {
    for (const suffix of ['hea', 'dat'])
      await copyFile(join(sharedData, 'mitdb', `100.${suffix}`), join(folder.path, `100.${suffix}`));
    const { jobId } = await program.api.records.import({ paths: [join(folder.path, '100')] });
    await program.parts.board.ended(jobId);
    await settled();
    const [{ beats, labelled, positionsFrom }] = await program.api.records.list({});
    expect(Math.abs(beats - 2273)).toBeLessThan(12);
    expect(labelled).toBe(beats);
    expect(positionsFrom).toBe('rhythm-qrs');
  }, 120_000);
});
