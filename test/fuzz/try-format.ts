import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormatError } from '../../src-main/domain/format-error.ts';
import { seededRandom } from '../../src-main/domain/random.ts';
import type { FuzzedFormat } from './formats.ts';
import { mutate } from './mutate.ts';

/** Limits of one reading. */
export const limits = { cpuMs: 2000, memoryBytes: 2 ** 30 } as const;

/** What was wrong with one reading of a damaged file. */
export interface Failure {
  readonly run: number;
  readonly file: string;
  readonly damage: string;
  readonly what: string;
}

export interface Tried {
  readonly refused: number;
  readonly read: number;
  readonly failures: readonly Failure[];
  /** Of the slowest reading, in processor time. */
  readonly slowestMs: number;
  readonly peakMemoryBytes: number;
}

/** What a watcher is told: which file is about to be read, and that it was. */
export type News = { readonly run: number; readonly file: string; readonly damage: string };

/**
 * Reads damaged copies of a format's seeds, `runs` of them from `firstRun` on. The damage of a run follows from the seed
 * and the run's number alone, so that each can be repeated by itself.
 */
export async function tryFormat(
  format: FuzzedFormat,
  { runs, seed, firstRun = 0 }: { runs: number; seed: number; firstRun?: number },
  tell: (news: News) => void = () => undefined,
): Promise<Tried> {
  const seeds = await format.seeds();
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  const wholeLengths: number[] = [];
  const failures: Failure[] = [];
  let [refused, read, slowestMs] = [0, 0, 0];
  try {
    for (const [s, { files, open }] of seeds.entries()) {
      const whole = join(folder, `whole-${s}`);
      for (const { name, bytes } of files) await writeUnder(whole, name, bytes);
      wholeLengths.push(await format.read(join(whole, open)));
    }
    for (let run = firstRun; run < firstRun + runs; run++) {
      const random = seededRandom((Math.imul(seed, 0x9e3779b1) + run) >>> 0);
      const s = random.integer(seeds.length);
      const { files, open } = seeds[s];
      const chosen = files[random.integer(files.length)];
      const { bytes, isOnlyCut, words } = mutate(chosen.bytes, random);
      if (run % 2 === 1) format.repair?.(bytes);
      tell({ run, file: chosen.name, damage: words });
      await writeUnder(join(folder, `whole-${s}`), chosen.name, bytes);
      const before = process.cpuUsage();
      const fail = (what: string) => failures.push({ run, file: chosen.name, damage: words, what });
      try {
        const length = await format.read(join(folder, `whole-${s}`, open));
        read++;
        if (isOnlyCut && format.tellsItsLength && !(format.repair && run % 2 === 1) && length !== wholeLengths[s])
          fail(`the file was cut and read without a word: ${length} of ${wholeLengths[s]} samples`);
      } catch (error) {
        if (isSentence(error)) refused++;
        else fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
      const { user, system } = process.cpuUsage(before);
      const ms = (user + system) / 1000;
      slowestMs = Math.max(slowestMs, ms);
      if (ms > limits.cpuMs) fail(`reading took ${Math.round(ms)} ms of the processor`);
      if (process.memoryUsage.rss() > limits.memoryBytes)
        fail(`the process held ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB after reading`);
      await writeUnder(join(folder, `whole-${s}`), chosen.name, chosen.bytes);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { refused, read, failures, slowestMs, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
}

async function writeUnder(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), bytes);
}

/** Whether it is the program's own refusal, with the file and a sentence. */
const isSentence = (error: unknown): boolean =>
  error instanceof FormatError && error.breach.file !== '' && error.breach.rule.length > 10;
