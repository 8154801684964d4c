import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JobId, JobView } from '../../src-main/contract/jobs.ts';
import type { ImportOutcome } from '../../src-main/contract/records.ts';
import type { RecordId } from '../../src-main/domain/record.ts';
import { seededRandom } from '../../src-main/domain/random.ts';
import { writeWfdbRecord } from '../../src-main/formats/wfdb/record-writing.ts';
import { writeAnnotations } from '../../src-main/formats/wfdb/annotation-writing.ts';
import { simulateRecord } from '../../src-main/library/simulated/simulate-record.ts';
import { openProgram, type Program } from '../../src-main/host/program/program.ts';
import { jobsOf } from '../../src-main/store/jobs.ts';
import { modelsOf } from '../../src-main/store/models.ts';
import { predictionsOf } from '../../src-main/store/predictions.ts';
import { trainingRunsOf } from '../../src-main/store/training-runs.ts';
import { verifyWorkspace } from '../../src-main/store/verification/verify-workspace.ts';
import { startRecordTraining, trainOnRecords } from '../../src-main/training/train-records.ts';
import { temporaryFolder } from '../support/program.ts';

/** Fifty take many minutes: `KILLS=50 npm run unit -- test/integration/engine-kills.test.ts`. */
const kills = Number(process.env.KILLS ?? 4);
const random = seededRandom(Number(process.env.KILLS_SEED ?? 20261125));

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let program: Program;
let recordId: RecordId;

const settled = async () => {
  const { board } = program.parts;
  for (;;) {
    const running = board.list().filter(({ state }) => state === 'running');
    if (running.length === 0) return;
    await Promise.all(running.map(({ jobId }) => board.ended(jobId)));
  }
};

beforeAll(async () => {
  folder = await temporaryFolder();
  program = await openProgram({ workspaceFolder: join(folder.path, 'workspace'), host: 'browser' });
  const { jobId } = await program.api.records.demo({});
  recordId = ((await program.parts.board.ended(jobId)).result as ImportOutcome[])[0].recordId!;
  await settled();
  const { beatId, revision } = await program.api.review.beats({ recordId });
  const view = { fromSample: 0, mmPerS: 25, mmPerMv: 10, selected: [] };
  const beatIds = [...beatId.slice(0, 60)] as never[];
  await program.api.review.confirm({ recordId, expectedRevision: revision, view, beatIds });
  await settled();
}, 300_000);
afterAll(async () => {
  await program.close();
  await folder.remove();
});

/** A new recording as files, another one for each seed. */
async function recording(seed: number): Promise<string> {
  const { header, leads, annotations } = simulateRecord({ seed, minutes: 2 });
  const files = join(folder.path, `files-${seed}`);
  await mkdir(files);
  await writeWfdbRecord(files, header, [{ fromSample: 0, leads }], 212);
  await writeFile(join(files, `${header.name}.atr`), writeAnnotations(annotations));
  return files;
}

type Work = 'import' | 'predict' | 'train' | 'fine-tune';
const works: readonly Work[] = ['import', 'predict', 'train', 'fine-tune'];

async function start(work: Work, round: number): Promise<JobId> {
  const { board, engine, workspace, background, now } = program.parts;
  switch (work) {
    case 'import':
      return (await program.api.records.import({ paths: [await recording(1000 + round)] })).jobId;
    case 'predict':
      return background.now(recordId)!;
    case 'train': {
      const parts = { workspace, jobs: engine.training, now };
      const options = { seed: 1, hyper: { epochs: 1 }, validationFolds: 0 };
      const resumed = startRecordTraining(parts, [recordId], { ...options, resume: true });
      const training = resumed.ok ? resumed : startRecordTraining(parts, [recordId], { ...options, resume: false });
      if (!training.ok) throw new Error(training.refusal);
      return board.start({
        ...{ kind: 'train', subject: 'records' },
        run: (onProgress, signal) => trainOnRecords(parts, training.value, { onProgress, signal }),
      });
    }
    case 'fine-tune': {
      const started = await program.api.training.fineTune({ recordIds: [recordId], seed: 1, steps: 4 });
      if (!started.ok) throw new Error(started.refusal);
      return started.value.jobId;
    }
  }
}

/** Waits until so many announcements were made of jobs, or none is left to wait for. */
const announced = (events: number, job: Promise<JobView>) =>
  Promise.race([
    job,
    new Promise<void>((resolve) => {
      let left = events;
      const stop = program.parts.events.listen(({ event }) => {
        if (event !== 'onJobChanged' || left-- > 0) return;
        stop();
        resolve();
      });
    }),
  ]);

it(
  `stays whole and tells of every job when its engine is killed ${kills} times at random`,
  async () => {
    const { board, engine, workspace } = program.parts;
    const ends: Record<string, number> = {};
    let killed = 0;
    for (let round = 0; killed < kills; round++) {
      const work = works[round % works.length];
      const jobId = await start(work, round);
      const ended = board.ended(jobId);
      await announced(random.integer(work === 'train' ? 40 : 6), ended);
      // and some instants later, so that no message is the same moment each time
      for (let turn = random.integer(300); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
      const ids = engine.processIds();
      for (const id of ids) process.kill(id, 'SIGKILL');
      if (ids.length > 0 && board.list().find((job) => job.jobId === jobId)?.state === 'running') killed++;
      const { state, sentence } = await ended;
      ends[`${work} ${state}`] = (ends[`${work} ${state}`] ?? 0) + 1;
      if (state === 'failed') expect(sentence).toMatch(/engine process ended while it worked \(signal SIGKILL\)/);
      else expect(state).toBe('done');
      await settled();
      const stored = jobsOf(workspace.db).byId(jobId)!;
      expect([stored.state, stored.sentence]).toEqual([state, sentence]);
    }

    expect(verifyWorkspace(workspace)).toEqual([]);

    // and all of it goes on
    for (const work of works) {
      const done = await board.ended(await start(work, 100_000 + works.indexOf(work)));
      expect([work, done.state, done.sentence]).toEqual([work, 'done', done.sentence]);
      await settled();
    }
    const model = modelsOf(workspace.db).inUse('record')!;
    expect(predictionsOf(workspace.db).latestRun(recordId)?.modelHash).toBe(model.hash);
    expect(
      trainingRunsOf(workspace.db)
        .list()
        .filter(({ state }) => state === 'running'),
    ).toEqual([]);
    expect(verifyWorkspace(workspace)).toEqual([]);
    process.stdout.write(`${killed} kills: ${JSON.stringify(ends)}\n`);
  },
  Math.max(900_000, kills * 120_000),
);
