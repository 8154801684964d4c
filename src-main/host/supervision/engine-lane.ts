import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { JobProgress } from '../../contract/jobs.ts';
import type { DeviceName } from '../../domain/device.ts';
import { appRoot, nodeBinary } from '../program/app-root.ts';
import type { engineJobs } from '../jobs/engine-jobs.ts';
import { encodeFrame, frameReader } from './frames.ts';
import { Cancelled, JobFailed } from './job-failed.ts';
import type { FromEngine, JobContext, ToEngine } from './messages.ts';
import { onWorkingDevice, useOfJob, type WorkingDevices } from './working-device.ts';

type Jobs = typeof engineJobs;
type RequestOf<Name extends keyof Jobs> = Parameters<Jobs[Name]>[0];
type BatchOf<Name extends keyof Jobs> = Parameters<Jobs[Name]>[1] extends JobContext<infer Batch> ? Batch : never;
type AnswerOf<Name extends keyof Jobs> = Awaited<ReturnType<Jobs[Name]>>;

interface Handlers<Name extends keyof Jobs> {
  readonly onProgress?: (progress: JobProgress) => void;
  readonly onBatch?: (batch: BatchOf<Name>) => void;
  /** Before a job is asked again because its engine or device failed. @returns what to ask: all of it, or what is left. */
  readonly onAgain?: () => RequestOf<Name>;
  readonly signal?: AbortSignal;
  /** A cancelled job is given up at once and stops in its own time: its process holds what others wait for. */
  readonly letsGo?: boolean;
}

interface Pending {
  readonly device: DeviceName;
  readonly onMessage: (message: FromEngine) => void;
  readonly onEnd: (end: EngineEnd) => void;
}

/** How a process ended. */
interface EngineEnd {
  readonly reason: string;
  /** By itself; not because somebody ended it. */
  readonly isCrash: boolean;
  /** The one device that all of its work was on. */
  readonly device: DeviceName | undefined;
}

/** A process with the jobs that wait for its answers. */
interface Engine {
  readonly child: ChildProcess;
  readonly pending: Map<number, Pending>;
  /** Whether it was ever given work for another device than the CPU, whose driver then is in the process. */
  hasDriver: boolean;
}

/** How long a cancelled job may take to stop by itself before its process is ended. */
const patienceMs = 900;
/** An idle engine process gives its memory back after this long. */
const idleMs = 120_000;

/** What people and the system end a process with. */
const endingSignals: readonly (NodeJS.Signals | null)[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/** Whether a process fell by itself; the task manager of Windows leaves the code 1. */
const hasCrashed = (code: number | null, signal: NodeJS.Signals | null): boolean =>
  signal ? !endingSignals.includes(signal) : code !== 0 && !(process.platform === 'win32' && code === 1);

/**
 * One engine process, started when it is needed and again after a crash. Jobs of a lane run one after another,
 * at most `atOnce` together, so that what a reader waits for never stands behind a training run of another lane.
 */
export class EngineLane {
  readonly #workspaceFolder: string;
  readonly #devices: WorkingDevices;
  readonly #atOnce: number;
  readonly #onLog: (line: string) => void;
  readonly #waiting: (() => void)[] = [];
  #engine: Engine | undefined;
  #active = 0;
  #nextId = 1;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(workspaceFolder: string, devices: WorkingDevices, atOnce: number, onLog: (line: string) => void) {
    this.#workspaceFolder = workspaceFolder;
    this.#devices = devices;
    this.#atOnce = atOnce;
    this.#onLog = onLog;
  }

  get processId(): number | undefined {
    return this.#engine?.child.pid;
  }

  /**
   * Runs one job of `engine-jobs.ts`.
   * @throws {Cancelled} when the signal aborts, within a second, by ending the process if need be; and once closed.
   * @throws {JobFailed} when the job refuses, or the process ends under it; where a device failed, not before the CPU
   *   has failed too.
   */
  async run<Name extends keyof Jobs>(
    job: Name,
    request: RequestOf<Name>,
    handlers: Handlers<Name> = {},
  ): Promise<AnswerOf<Name>> {
    await this.#turn(handlers.signal);
    try {
      const ask = (device: DeviceName, isAgain: boolean) => {
        if (this.#isClosed || handlers.signal?.aborted) throw new Cancelled();
        return this.#ask(job, device, isAgain ? (handlers.onAgain?.() ?? request) : request, handlers);
      };
      const use = useOfJob[job];
      return use ? await onWorkingDevice(this.#devices, use, handlers.signal, ask) : await ask('cpu', false);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#active--;
      if (this.#active === 0) this.#idle = setTimeout(() => this.rest(), idleMs).unref();
    }
  }

  /** Ends the process between jobs; the next job starts another. */
  rest(): void {
    clearTimeout(this.#idle);
    this.#engine?.child.stdin?.end();
    this.#engine?.child.kill();
    this.#engine = undefined;
  }

  /** Ends the process for good: what still waits for it is cancelled, so that nothing keeps the program from ending. */
  close(): void {
    this.#isClosed = true;
    this.rest();
  }

  /** Waits for a place; a job that ends hands its own to the next. A job that is cancelled while it waits leaves the line. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) throw new Cancelled();
    clearTimeout(this.#idle);
    if (this.#active < this.#atOnce) {
      this.#active++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const take = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(new Cancelled());
      };
      this.#waiting.push(take);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** @param mayAskAgain  where the engine ends for no fault of the job: another takes it. */
  #ask<Name extends keyof Jobs>(
    job: Name,
    device: DeviceName,
    request: RequestOf<Name>,
    handlers: Handlers<Name>,
    mayAskAgain = true,
  ): Promise<AnswerOf<Name>> {
    const engine = this.#started();
    engine.hasDriver ||= device !== 'cpu';
    const id = this.#nextId++;
    return new Promise<AnswerOf<Name>>((resolve, reject) => {
      let isHeard = false;
      let deadline: NodeJS.Timeout | undefined;
      const cancel = () => {
        this.#send(engine, { id, cancel: true });
        if (handlers.letsGo) settle(() => reject(new Cancelled()));
        else deadline = setTimeout(() => this.#end(engine), patienceMs);
      };
      const settle = (act: () => void) => {
        clearTimeout(deadline);
        handlers.signal?.removeEventListener('abort', cancel);
        engine.pending.delete(id);
        act();
      };
      engine.pending.set(id, {
        device,
        onEnd: ({ reason, isCrash, device: only }) =>
          settle(() => {
            // What a device's own work crashed is told of it. Else it was ending already before it said a word of this
            // job, or a driver may have taken the process from work that has no part in it.
            const isOfDevice = isCrash && device !== 'cpu' && only === device;
            const isBlameless = !isOfDevice && (!isHeard || (isCrash && engine.hasDriver));
            if (this.#isClosed || handlers.signal?.aborted) reject(new Cancelled());
            else if (mayAskAgain && isBlameless)
              resolve(this.#ask(job, device, handlers.onAgain?.() ?? request, handlers, false));
            else
              reject(new JobFailed({ kind: isCrash ? 'engine-crashed' : 'engine-ended', file: null, message: reason }));
          }),
        onMessage: (message) => {
          isHeard = true;
          try {
            hear(message);
          } catch (error) {
            // What it found could not be kept: the work is of no use, and the job says why.
            this.#send(engine, { id, cancel: true });
            settle(() => reject(error as Error));
          }
        },
      });
      const hear = (message: FromEngine) => {
        if (message.kind === 'progress') handlers.onProgress?.(message.progress);
        else if (message.kind === 'batch') handlers.onBatch?.(message.batch as BatchOf<Name>);
        else if (message.kind === 'done') settle(() => resolve(message.result as AnswerOf<Name>));
        else if (message.kind === 'cancelled') settle(() => reject(new Cancelled()));
        else
          settle(() => {
            // A device that failed holds memory, and may be lost to its process: the next try has another.
            if (message.failure.kind === 'device-failed' && engine.pending.size === 0) this.#end(engine);
            reject(new JobFailed(message.failure));
          });
      };
      handlers.signal?.addEventListener('abort', cancel, { once: true });
      this.#send(engine, { id, job, device, request });
    });
  }

  #send(engine: Engine, message: ToEngine): void {
    engine.child.stdin?.write(encodeFrame(message));
  }

  #end(engine: Engine): void {
    if (this.#engine === engine) this.#engine = undefined;
    engine.child.kill('SIGKILL');
  }

  #started(): Engine {
    if (this.#engine) return this.#engine;
    const entry = join(appRoot, 'src-main', 'host', 'jobs', 'engine.worker.ts');
    const child = spawn(nodeBinary(), ['--no-warnings', entry, this.#workspaceFolder], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // The parent may be Electron, whose own switches must not reach a plain Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: undefined, NODE_OPTIONS: undefined, TF_CPP_MIN_LOG_LEVEL: '3' },
    });
    const engine: Engine = { child, pending: new Map(), hasDriver: false };
    const read = frameReader((value) => {
      const message = value as FromEngine;
      engine.pending.get(message.id)?.onMessage(message);
    });
    child.stdout.on('data', (bytes: Buffer) => {
      try {
        read(bytes);
      } catch (error) {
        this.#onLog(`not a frame on the engine's output: ${String(error)}`);
        this.#end(engine); // nothing after it could be understood; its jobs fail
      }
    });
    child.stderr.on('data', (bytes: Buffer) => this.#onLog(bytes.toString('utf8').trimEnd()));
    // A write to an engine that has just ended is answered by its exit.
    child.stdin.on('error', () => undefined);
    const gone = () => {
      if (this.#engine === engine) this.#engine = undefined;
    };
    const ended = (reason: string, isCrash: boolean) => {
      gone();
      const pending = [...engine.pending.values()];
      const devices = new Set(pending.map(({ device }) => device));
      const device = devices.size === 1 ? pending[0].device : undefined;
      for (const { onEnd } of pending) onEnd({ reason, isCrash, device });
    };
    child.on('error', (error) => ended(`The engine process could not be started (${error.message}).`, false));
    child.on('exit', gone);
    // Not until its last words were read: a job that was done is done.
    child.on('close', (code, signal) =>
      ended(
        `The engine process ended while it worked (${signal ? `signal ${signal}` : `exit code ${code}`}). ` +
          'Nothing saved is lost; start the work again.',
        hasCrashed(code, signal),
      ),
    );
    this.#engine = engine;
    return engine;
  }
}
