import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { HostEvent } from '../../src-main/contract/events.ts';
import type { JobId, JobView } from '../../src-main/contract/jobs.ts';
import type { ImportOutcome } from '../../src-main/contract/records.ts';
import { beatClasses } from '../../src-main/domain/beat-class.ts';
import { deviceCrashed, type DeviceFailure, type MeasuredDevice } from '../../src-main/domain/device.ts';
import type { BeatId, RecordId } from '../../src-main/domain/record.ts';
import { writeAnnotations } from '../../src-main/formats/wfdb/annotation-writing.ts';
import { writeWfdbRecord } from '../../src-main/formats/wfdb/record-writing.ts';
import { machineFingerprint } from '../../src-main/host/devices/fingerprint.ts';
import { rememberedTrials, rememberTrials } from '../../src-main/host/devices/remembered-trials.ts';
import { openProgram, type Program } from '../../src-main/host/program/program.ts';
import { simulateRecord } from '../../src-main/library/simulated/simulate-record.ts';
import { recordClassifier } from '../../src-main/review/classify-record.ts';
import { predictionsOf } from '../../src-main/store/predictions.ts';
import { trainingRunsOf } from '../../src-main/store/training-runs.ts';
import { verifyWorkspace } from '../../src-main/store/verification/verify-workspace.ts';
import { startRecordTraining, trainOnRecords } from '../../src-main/training/train-records.ts';
import { driverThat, setCacheFor, setFor } from '../support/graphics-driver.ts';
import { temporaryFolder } from '../support/program.ts';
import { describeOnSoftwareGpu } from '../support/software-gpu.ts';

vi.setConfig({ testTimeout: 600_000 }); // SwiftShader, three engines in a row, and maybe a busy machine

const opened = (workspaceFolder: string, device?: string) =>
  openProgram({ workspaceFolder, host: 'browser', ...(device ? { device } : {}) });

async function settled({ parts: { board } }: Program): Promise<void> {
  for (;;) {
    const running = board.list().filter(({ state }) => state === 'running');
    if (running.length === 0) return;
    await Promise.all(running.map(({ jobId }) => board.ended(jobId)));
  }
}

/** What a trial might have said of a device that is ten times the CPU. */
const measured = (device: MeasuredDevice['device'], times: number): MeasuredDevice => ({
  ...{ device, name: `runtime of ${device}`, predictPerS: 100 * times, trainPerS: 30 * times },
  ...{ outputError: 0, gradientError: 0, tolerance: 1e-4 },
});
const passedItsTrial = { triedAtMs: 1, trials: [measured('webgpu', 10), measured('cpu', 1)], failures: [] };

describeOnSoftwareGpu('a device that fails at work', (variables) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let workspaceFolder: string;
  let recordId: RecordId;
  let beats: number;

  beforeAll(async () => {
    folder = await temporaryFolder();
    workspaceFolder = join(folder.path, 'workspace');
    const { header, leads, annotations } = simulateRecord({ seed: 1, minutes: 2 });
    await writeWfdbRecord(folder.path, header, [{ fromSample: 0, leads }], 212);
    await writeFile(join(folder.path, `${header.name}.atr`), writeAnnotations(annotations));
    const program = await opened(workspaceFolder, 'cpu');
    const { jobId } = await program.api.records.import({ paths: [folder.path] });
    recordId = ((await program.parts.board.ended(jobId)).result as ImportOutcome[])[0].recordId!;
    await settled(program);
    const { beatId, revision } = await program.api.review.beats({ recordId });
    beats = beatId.length;
    const view = { fromSample: 0, mmPerS: 25, mmPerMv: 10, selected: [] };
    const beatIds = [...beatId.slice(0, 60)] as BeatId[];
    await program.api.review.confirm({ recordId, expectedRevision: revision, view, beatIds });
    await settled(program);
    await program.close();
  }, 300_000);
  afterAll(() => folder.remove());

  let caches = 0;
  beforeEach(async () => {
    const cache = join(folder.path, `cache-${caches++}`);
    await mkdir(cache);
    setCacheFor(cache);
    setFor({ RHYTHM_DEVICE: '' });
  });

  /** A program with what it tells of devices. */
  async function listened(device?: string) {
    const program = await opened(workspaceFolder, device);
    onTestFinished(() => program.close());
    const replaced: string[] = [];
    program.parts.events.listen((event: HostEvent) => {
      if (event.event !== 'onDeviceReplaced') return;
      const { device: name, use, by } = event.replaced;
      replaced.push(`${name} by ${by} to ${use}`);
    });
    return { program, replaced };
  }

  /** Does something to the engine process when the job says that it does what the words say, once in each process. */
  function whenDoing(program: Program, job: JobId, words: RegExp, act: (processId: number) => void): void {
    const seen = new Set<number>();
    program.parts.events.listen((event) => {
      if (event.event !== 'onJobChanged' || event.job.jobId !== job || !words.test(event.job.progress.doing)) return;
      for (const id of program.parts.engine.processIds()) {
        if (seen.has(id)) continue;
        seen.add(id);
        act(id);
      }
    });
  }
  const ended = ({ parts: { board } }: Program, jobId: JobId): Promise<JobView> => board.ended(jobId);
  const predicted = ({ parts: { workspace } }: Program) => {
    const predictions = predictionsOf(workspace.db);
    return predictions.ofRun(predictions.latestRun(recordId)!.runId);
  };

  it('and whose driver crashes is replaced by the CPU for all that it did, nothing being lost', async ({ skip }) => {
    const driver = await driverThat('abort();', folder.path);
    if (!driver) return skip('no C compiler here to make a driver that crashes');
    setFor(driver);
    await rememberTrials(machineFingerprint(), passedItsTrial);
    const { program, replaced } = await listened();
    expect(program.parts.devices.view()).toMatchObject({ predict: 'webgpu', train: 'webgpu' });

    const started = await program.api.training.fineTune({ recordIds: [recordId], seed: 1, steps: 3 });
    if (!started.ok) throw new Error(started.refusal);
    const { jobId, runId } = started.value;
    const { state, sentence } = await ended(program, jobId);
    expect([state, sentence]).toEqual(['done', 'A candidate waits for your decision in Retrain.']);
    await settled(program);
    const run = trainingRunsOf(program.parts.workspace.db).byId(runId)!;
    expect(run.executor).toMatch(/^onnxruntime \S+ cpu$/);
    expect((run.curves as { step: number }[]).map(({ step }) => step)).toEqual([1, 2, 3]);

    expect(replaced).toEqual(['webgpu by cpu to train', 'webgpu by cpu to predict']);
    const { predict, train, verdicts } = program.parts.devices.view();
    expect([predict, train]).toEqual(['cpu', 'cpu']);
    expect(verdicts[0]).toMatchObject({ device: 'webgpu', takenFor: [] });
    expect(verdicts[0].reason).toContain(`WebGPU failed at training: ${deviceCrashed}`);
    expect(verifyWorkspace(program.parts.workspace)).toEqual([]);

    // and by the next program
    await program.close();
    const failures: DeviceFailure[] = (['train', 'predict'] as const).map((use) => ({
      ...{ device: 'webgpu' as const, use, reason: deviceCrashed },
    }));
    expect((await rememberedTrials(machineFingerprint())).failures).toEqual(failures);
    const next = (await listened()).program;
    expect(next.parts.devices.view()).toMatchObject({ predict: 'cpu', failures });
  });

  it('and was chosen by hand does it no more until it is chosen again, and stays the choice', async () => {
    setFor(variables);
    const { program, replaced } = await listened();
    await program.api.settings.change({ device: 'webgpu' });
    const jobId = program.parts.background.now(recordId)!;
    let falls = 0;
    whenDoing(program, jobId, /measuring/, (id) => {
      if (++falls <= 2) process.kill(id, 'SIGSEGV');
    });
    const { state, sentence } = await ended(program, jobId);
    expect([state, sentence]).toEqual(['done', `${beats} beats classified`]);
    expect(falls).toBe(3);
    expect(predicted(program).beatIds).toHaveLength(beats);
    expect(replaced).toEqual(['webgpu by cpu to predict']);
    const now = async () => {
      const { asked, predict, train, failures } = await program.api.settings.devices({});
      return { asked, predict, train, failed: failures.map(({ device, use }) => `${device} ${use}`) };
    };
    expect(await now()).toEqual({ asked: 'webgpu', predict: 'cpu', train: 'webgpu', failed: ['webgpu predict'] });
    expect((await program.api.settings.get({})).program.device).toMatch(/; cpu predicts, webgpu trains$/);
    await program.api.settings.change({ theme: 'dark' });
    expect((await now()).predict).toBe('cpu');
    await program.api.settings.change({ device: 'webgpu' });
    expect(await now()).toEqual({ asked: 'webgpu', predict: 'webgpu', train: 'webgpu', failed: [] });
    await program.api.settings.change({ device: 'auto' });
  });

  it('is not blamed where somebody ended its engine', async () => {
    setFor(variables);
    const { program, replaced } = await listened('webgpu');
    const jobId = program.parts.background.now(recordId)!;
    whenDoing(program, jobId, /measuring/, (id) => process.kill(id, 'SIGKILL'));
    const { state, sentence } = await ended(program, jobId);
    expect([state, sentence]).toEqual(['failed', expect.stringContaining('ended while it worked (signal SIGKILL)')]);
    expect([replaced, program.parts.devices.view().failures]).toEqual([[], []]);
  });

  it('because it is not there tells why', async () => {
    setFor({ VK_ICD_FILENAMES: join(folder.path, 'no-driver.json') });
    const { program, replaced } = await listened('webgpu');
    expect((await ended(program, program.parts.background.now(recordId)!)).state).toBe('done');
    expect(replaced).toEqual(['webgpu by cpu to predict']);
    expect(program.parts.devices.view()).toMatchObject({
      ...{ asked: 'webgpu', askedBy: 'start', predict: 'cpu' },
      failures: [{ reason: 'No graphics adapter that WebGPU can use was found.' }],
    });
  });

  it('while it trains goes on from its checkpoint on the CPU', async () => {
    setFor(variables);
    const { program, replaced } = await listened('webgpu');
    const { board, engine, workspace, now } = program.parts;
    const parts = { workspace, jobs: engine.training, now };
    const options = { seed: 1, hyper: { epochs: 1 }, validationFolds: 0, resume: false };
    const training = startRecordTraining(parts, [recordId], options);
    if (!training.ok) throw new Error(training.refusal);
    const { runId } = training.value;
    const jobId = board.start({
      ...{ kind: 'train', subject: 'records' },
      run: (onProgress, signal) => trainOnRecords(parts, training.value, { onProgress, signal }),
    });
    const doing: string[] = [];
    // a network begins when the checkpoint of the one before is kept; not every one is told of, so any later one will do
    // whatever else runs may fall too: what counts is that the training does, on this device every time
    whenDoing(program, jobId, /features [2-5] of|rhythm|morphology/, (id) => {
      if (replaced.length === 0) process.kill(id, 'SIGSEGV');
    });
    program.parts.events.listen((event) => {
      if (event.event === 'onJobChanged' && event.job.jobId === jobId) doing.push(event.job.progress.doing);
    });
    const { state, sentence } = await ended(program, jobId);
    expect([state, sentence]).toEqual(['done', '']);
    expect(doing.filter((words) => /features 1 of/.test(words)).length).toBeGreaterThan(0);
    const firstFall = doing.findIndex((words) => /features [2-5] of|rhythm|morphology/.test(words));
    expect(doing.slice(firstFall).filter((words) => /features 1 of/.test(words))).toEqual([]);
    expect(replaced).toEqual(['webgpu by cpu to train']);
    const { executor } = trainingRunsOf(workspace.db).byId(runId)!;
    expect(executor).toMatch(/^onnxruntime \S+ webgpu, then onnxruntime \S+ cpu$/);
  });

  it('when some beats were classified leaves nothing of what it said', async () => {
    const { program } = await listened('cpu');
    const saying = (of: number, probability: number) => ({
      probabilities: new Float32Array(of * beatClasses.length).fill(probability),
      ...{ disagreement: new Float32Array(of), novelty: new Float32Array(of) },
    });
    const classifier = recordClassifier({
      ...program.parts,
      announce: () => undefined,
      jobs: {
        ...program.parts.engine.review,
        predict: async (_request, { onBatch, onAgain }) => {
          onBatch(saying(10, 0.5));
          onAgain();
          onBatch(saying(beats, 0.25));
          return { unlikeness: null };
        },
      },
    });
    await classifier.predict(recordId, { onProgress: () => undefined, signal: new AbortController().signal });
    const { beatIds, probabilities } = predicted(program);
    expect(beatIds).toHaveLength(beats);
    expect(new Set(probabilities)).toEqual(new Set([0.25]));
    expect(verifyWorkspace(program.parts.workspace)).toEqual([]);
  });
});
