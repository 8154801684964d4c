import { FormatError } from '../../domain/format-error.ts';
import { DeviceFailed } from '../../engine/devices/device-failed.ts';
import { engineJobs } from './engine-jobs.ts';
import { encodeFrame, frameReader } from '../supervision/frames.ts';
import type { FromEngine, JobFailure, ToEngine } from '../supervision/messages.ts';

/**
 * The engine process: `node engine.worker.ts <workspace folder>`.
 * Requests come in on standard input, answers go out on standard output; it ends when its parent does.
 */
const [workspaceFolder] = process.argv.slice(2);
const running = new Map<number, AbortController>();
const post = (message: FromEngine) => process.stdout.write(encodeFrame(message));

process.stdin.on(
  'data',
  frameReader((value) => {
    const message = value as ToEngine;
    if ('cancel' in message) running.get(message.id)?.abort();
    else void answer(message);
  }),
);
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')); // an exit would tear threads at work apart, loudly

async function answer({ id, job, device, request }: Extract<ToEngine, { job: string }>): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const run = engineJobs[job as keyof typeof engineJobs];
    const result = await run(request as never, {
      workspaceFolder,
      device,
      post: (batch) => post({ id, kind: 'batch', batch }),
      progress: (progress) => post({ id, kind: 'progress', progress }),
      signal: controller.signal,
    });
    post({ id, kind: 'done', result });
  } catch (error) {
    post(controller.signal.aborted ? { id, kind: 'cancelled' } : { id, kind: 'failed', failure: failureOf(error) });
  } finally {
    running.delete(id);
  }
}

function failureOf(error: unknown): JobFailure {
  if (error instanceof FormatError) return { kind: error.breach.kind, file: error.breach.file, message: error.message };
  if (error instanceof DeviceFailed) return { kind: 'device-failed', file: null, message: error.reason };
  return { kind: 'fault', file: null, message: error instanceof Error ? error.message : String(error) };
}
