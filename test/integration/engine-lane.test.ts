import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { EngineLane } from '../../src-main/host/supervision/engine-lane.ts';
import { Cancelled } from '../../src-main/host/supervision/job-failed.ts';
import { cpuAlone } from '../../src-main/host/supervision/working-device.ts';
import { temporaryFolder } from '../support/program.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let lane: EngineLane;
beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder.path, 'signals'));
  lane = new EngineLane(folder.path, cpuAlone, 1, () => undefined);
});
afterAll(async () => {
  lane.close();
  await folder.remove();
});
const work = (handlers = {}) => lane.run('simulateRecord', { seed: 1, minutes: 1 }, handlers);

it('lets the next job have the turn of one that was cancelled while it waited', async () => {
  const stop = new AbortController();
  const [first, waiting, last] = [work(), work({ signal: stop.signal }), work()];
  stop.abort();
  await expect(waiting).rejects.toBeInstanceOf(Cancelled);
  expect((await first).header.name).toBe((await last).header.name);
});

it('fails a job whose finds cannot be kept, alone', async () => {
  const full = new Error('the disk is full');
  const onProgress = () => {
    throw full;
  };
  await expect(work({ onProgress })).rejects.toBe(full);
  expect((await work()).header.lengthSamples).toBeGreaterThan(0);
});

it('ends a job that does not stop by itself when it is cancelled, and starts anew', async () => {
  const stop = new AbortController();
  const id = lane.processId!;
  const onProgress = () => {
    process.kill(id, 'SIGSTOP'); // hears nothing any more
    stop.abort();
  };
  await expect(work({ signal: stop.signal, onProgress })).rejects.toBeInstanceOf(Cancelled);
  expect((await work()).header.lengthSamples).toBeGreaterThan(0);
  expect(lane.processId).not.toBe(id);
});

it('gives up a job that may stop in its own time at once, and keeps its engine', async () => {
  await work();
  const id = lane.processId!;
  const stop = new AbortController();
  const left = work({ signal: stop.signal, letsGo: true, onProgress: () => stop.abort() });
  await expect(left).rejects.toBeInstanceOf(Cancelled);
  expect((await work()).header.lengthSamples).toBeGreaterThan(0);
  expect(lane.processId).toBe(id);
});

it('gives a job to a new engine where the old one ended before it heard of it', async () => {
  await work();
  const id = lane.processId!;
  process.kill(id, 'SIGSTOP'); // reads no job any more, and its end is noticed only after the job was sent
  const asked = work();
  process.kill(id, 'SIGKILL');
  expect((await asked).header.lengthSamples).toBeGreaterThan(0);
  expect(lane.processId).not.toBe(id);
});

it('fails a job whose engine ended while it worked, with a sentence', async () => {
  const onProgress = () => process.kill(lane.processId!, 'SIGKILL');
  await expect(work({ onProgress })).rejects.toThrow('The engine process ended while it worked (signal SIGKILL).');
  expect((await work()).header.lengthSamples).toBeGreaterThan(0);
});

/** A lane whose engine has been given work for a graphics card, and that its process falls under so often. */
async function fallingLane(falls: number) {
  const devices = { ...cpuAlone, deviceFor: () => 'webgpu' as const };
  const falling = new EngineLane(folder.path, devices, 1, () => undefined);
  onTestFinished(() => falling.close());
  await falling.run('evaluate', { modelHash: '', records: [] });
  const ids = new Set<number>();
  const onProgress = () => {
    const id = falling.processId!;
    if (ids.size >= falls || ids.has(id)) return;
    ids.add(id);
    process.kill(id, 'SIGSEGV');
  };
  return () => falling.run('simulateRecord', { seed: 1, minutes: 1 }, { onProgress });
}

it('asks a job once more that a driver took the engine from, though it has no part in it', async () => {
  expect((await (await fallingLane(1))()).header.lengthSamples).toBeGreaterThan(0);
  await expect((await fallingLane(2))()).rejects.toThrow('The engine process ended while it worked (signal SIGSEGV).');
});

it('fails a job whose engine falls by itself where no driver was in it', async () => {
  const onProgress = () => process.kill(lane.processId!, 'SIGSEGV');
  await expect(work({ onProgress })).rejects.toThrow('The engine process ended while it worked (signal SIGSEGV).');
});

it('closed, cancels what it has and what still waits, and starts no other engine', async () => {
  await work();
  const id = lane.processId!;
  process.kill(id, 'SIGSTOP'); // the job is sent and not heard
  const jobs = [work(), work()];
  lane.close();
  process.kill(id, 'SIGCONT');
  for (const job of jobs) await expect(job).rejects.toBeInstanceOf(Cancelled);
  await expect(work()).rejects.toBeInstanceOf(Cancelled);
  expect(lane.processId).toBe(undefined);
});
