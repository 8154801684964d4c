import { resolve } from 'node:path';
import { Option } from 'commander';
import type { JobId, JobView } from '../../contract/jobs.ts';
import { askedDevice } from '../../contract/settings.ts';
import { replacedSentence } from '../../domain/device.ts';
import { defaultWorkspace } from '../program/app-root.ts';
import { openProgram, type Program, type ProgramOptions } from '../program/program.ts';
import { Output, refusalOf } from './output.ts';

export interface CommonOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly device?: string;
}

export interface Session {
  readonly program: Program;
  readonly output: Output;
  /** Follows a job to its end. @throws {CommandRefused} where it failed or was cancelled. */
  follow<Value>(job: JobId): Promise<Value>;
  /** Waits for all background work that the verb set off. */
  settle(): Promise<JobView[]>;
}

export const workspaceFolderOf = ({ workspace }: CommonOptions): string =>
  resolve(process.env.INIT_CWD ?? process.cwd(), workspace ?? process.env.RHYTHM_WORKSPACE ?? defaultWorkspace());

/** The option of every verb that computes. */
export const deviceOption = (): Option =>
  new Option('--device <device>', 'what computes')
    .choices(askedDevice.options)
    .default(undefined, 'RHYTHM_DEVICE, else the one in Settings');

export const programOptionsOf = (options: CommonOptions): ProgramOptions => ({
  workspaceFolder: workspaceFolderOf(options),
  host: 'browser',
  ...(options.device ? { device: options.device } : {}),
});

/** Opens the program without a window, runs a verb, and closes it whatever happens. Ctrl-C cancels the work. */
export async function withProgram(options: CommonOptions, verb: (session: Session) => Promise<object>): Promise<void> {
  const output = new Output(options.json ?? false);
  const program = await openProgram(programOptionsOf(options));
  const { board, events } = program.parts;
  const stop = events.listen((event) => {
    if (event.event === 'onJobChanged' && event.job.state === 'running')
      output.progress(`${event.job.kind} ${event.job.subject}`, event.job.progress);
    else if (event.event === 'onDeviceReplaced') output.notice(replacedSentence(event.replaced));
  });
  const interrupt = () => {
    for (const { jobId, state } of board.list()) if (state === 'running') board.cancel(jobId);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const settle = async (): Promise<JobView[]> => {
    for (;;) {
      const running = board.list().filter(({ state }) => state === 'running');
      if (running.length === 0) return board.list();
      await Promise.all(running.map(({ jobId }) => board.ended(jobId)));
    }
  };
  try {
    const result = await verb({
      program,
      output,
      settle,
      follow: async <Value>(jobId: JobId) => {
        const job = await board.ended(jobId);
        if (job.state !== 'done') throw refusalOf(job);
        return job.result as Value;
      },
    });
    output.done(result);
  } finally {
    stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await program.close();
  }
}
