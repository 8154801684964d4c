/**
 * How long the import of a record takes: `npm run bench -- import [--json]`.
 * 30 minutes stage by stage in one process, as one engine job, and through the whole program, beside a floor measured in
 * the same run: the same files read with `fs.readFile` and hashed with SHA-256. Then a simulated day of 93 million
 * samples through the whole program, as WFDB and as CSV, with the memory it takes beyond what the program holds at rest
 * and the hash of the source file before and after. With --json the last line is one JSON object.
 */
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ImportOutcome } from '../../src-main/contract/records.ts';
import { writeCsvRecord } from '../../src-main/formats/csv/record-writing.ts';
import type { SignalBlock } from '../../src-main/formats/signal-block.ts';
import { readAnnotationFile } from '../../src-main/formats/wfdb/annotation-file.ts';
import { openWfdbRecord, type WfdbRecord } from '../../src-main/formats/wfdb/record.ts';
import { importRecord } from '../../src-main/host/jobs/import-record.ts';
import { openProgram } from '../../src-main/host/program/program.ts';
import { createSignalWriter } from '../../src-main/store/signal-writer.ts';
import { dayRecord, type DayRecord } from '../support/day-record.ts';
import { halfHourRecord } from '../support/half-hour-record.ts';
import { machineWords, memoryMb, peakMemoryMb, quantile, thisMachine } from '../support/machine.ts';
import { temporaryFolder } from '../support/program.ts';

const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const repetitions = 9;

interface Time {
  readonly what: string;
  /** Of the first run, which reads code and files for the first time. */
  readonly firstMs: number;
  readonly medianMs: number;
}
const rounded = (ms: number) => Math.round(ms * 10) / 10;

async function timed(what: string, act: () => Promise<number> | Promise<void>, times = repetitions): Promise<Time> {
  const all: number[] = [];
  for (let run = 0; run < times; run++) {
    const from = performance.now();
    const own = await act(); // an act may time itself, to leave its preparations out
    all.push(own ?? performance.now() - from);
  }
  return { what, firstMs: rounded(all[0]), medianMs: rounded(quantile(all.slice(times > 1 ? 1 : 0), 0.5)) };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** Memory of the program's processes together. */
const memoryOf = (processIds: readonly number[]) =>
  ['self' as const, ...processIds].reduce<number>((sum, id) => sum + (memoryMb(id) ?? 0), 0);

/** The day as CSV. */
async function csvDay(path: string, day: DayRecord): Promise<DayRecord> {
  const { header, blocks } = await openWfdbRecord(day.stem);
  const file = `${path}.csv`;
  const from = performance.now();
  await writeCsvRecord(file, header, blocks());
  const megabytes = rounded((await stat(file)).size / 1e6);
  const origin = `the same as CSV, ${megabytes} MB, written in ${rounded((performance.now() - from) / 1000)} s`;
  return { ...day, stem: file, files: [file], origin };
}

/** A day through the whole program, until it is in the library. Each time the program has just started. */
async function importDay(path: string, day: DayRecord, times: number) {
  const before = await Promise.all(day.files.map(hashOf));
  const seconds: number[] = [];
  const moreMb: number[] = [];
  for (let run = 0; run < times; run++) {
    const program = await openProgram({ workspaceFolder: `${path}-${run}`, host: 'browser' });
    try {
      const { api, parts } = program;
      // At rest: an engine process is there and has done a small job.
      await parts.board.ended((await api.records.import({ paths: [`${path}-no-such-record`] })).jobId);
      globalThis.gc?.();
      const atRestMb = memoryOf(parts.engine.processIds());
      let mostMb = atRestMb;
      const watch = setInterval(() => (mostMb = Math.max(mostMb, memoryOf(parts.engine.processIds()))), 20);
      const from = performance.now();
      const { jobId } = await api.records.import({ paths: [day.stem] });
      const { state, sentence } = await parts.board.ended(jobId);
      seconds.push((performance.now() - from) / 1000);
      clearInterval(watch);
      if (state !== 'done' || sentence !== '1 imported')
        throw new Error(`the day's import came to ${state}: ${sentence}`);
      moreMb.push(mostMb - atRestMb);
    } finally {
      await program.close();
    }
  }
  const after = await Promise.all(day.files.map(hashOf));
  return {
    origin: day.origin,
    samples: day.samples,
    times,
    medianS: rounded(quantile(seconds, 0.5)),
    worstS: rounded(Math.max(...seconds)),
    mostMoreMb: rounded(Math.max(...moreMb)),
    isSourceUnchanged: before.join() === after.join(),
  };
}

const folder = await temporaryFolder();
try {
  const { stem, files, origin } = await halfHourRecord(folder.path);
  const bytes = (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0);

  const floor = await timed('floor: read and hash the files', async () => {
    for (const file of files)
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
  });

  const engineFolder = join(folder.path, 'engine');
  mkdirSync(join(engineFolder, 'signals'), { recursive: true });
  let record!: WfdbRecord;
  const blocks: SignalBlock[] = [];
  const stages = [
    await timed('open: header, files there and long enough', async () => {
      record = await openWfdbRecord(stem);
    }),
    await timed('annotations: read', async () => void (await readAnnotationFile(`${stem}.atr`))),
    await timed('samples: read, unpack, verify checksums', async () => {
      blocks.length = 0;
      for await (const block of record.blocks()) blocks.push(block);
    }),
    await timed('signal file: write, min/max pyramid, flush to disk', async () => {
      const writer = createSignalWriter(engineFolder, record.header);
      for (const block of blocks) writer.append([...block.leads]);
      writer.finish();
      writer.abandon();
    }),
  ];
  const job = await timed('whole engine job in this process', async () => {
    await importRecord(
      { path: `${stem}.hea` },
      {
        workspaceFolder: engineFolder,
        device: 'cpu',
        post: () => undefined,
        progress: () => undefined,
        signal: new AbortController().signal,
      },
    );
  });
  const inProcessMemoryMb = peakMemoryMb('self');

  const program = await openProgram({ workspaceFolder: join(folder.path, 'workspace'), host: 'browser' });
  let enginePeakMb: number | null = null;
  const whole: Time[] = [];
  try {
    const { api, parts } = program;
    const toClassifiedMs: number[] = [];
    const imported = await timed(
      'through the program, until it is in the library',
      async () => {
        const from = performance.now();
        const { jobId } = await api.records.import({ paths: [stem] });
        const { state, sentence, result } = await parts.board.ended(jobId);
        const ms = performance.now() - from;
        if (state !== 'done') throw new Error(`the import came to ${state}: ${sentence}`);
        for (;;) {
          const running = parts.board.list().filter((one) => one.state === 'running');
          if (running.length === 0) break;
          await Promise.all(running.map((one) => parts.board.ended(one.jobId)));
        }
        toClassifiedMs.push(performance.now() - from);
        enginePeakMb = Math.max(...parts.engine.processIds().map((id) => peakMemoryMb(id) ?? 0)) || null;
        await api.records.remove({ recordId: (result as ImportOutcome[])[0].recordId! });
        return ms;
      },
      5,
    );
    whole.push(imported, {
      what: 'through the program, until every beat is classified',
      firstMs: rounded(toClassifiedMs[0]),
      medianMs: rounded(quantile(toClassifiedMs.slice(1), 0.5)),
    });
  } finally {
    await program.close();
  }

  const wfdbDay = await dayRecord(join(folder.path, 'day'));
  const day = await importDay(join(folder.path, 'wfdb'), wfdbDay, 3);
  const dayAsCsv = await importDay(join(folder.path, 'csv'), await csvDay(join(folder.path, 'day'), wfdbDay), 1);

  const times = [floor, ...stages, job, ...whole];
  const megabytes = rounded(bytes / 1e6);
  console.log(`machine  ${machineWords(thisMachine)}`);
  console.log(`record   ${origin}: ${megabytes} MB in ${files.length} files`);
  console.log(`${''.padEnd(54)} first ms   median ms   of the floor`);
  for (const { what, firstMs, medianMs } of times)
    console.log(
      `${what.padEnd(54)} ${firstMs.toFixed(1).padStart(8)} ${medianMs.toFixed(1).padStart(11)} ${(medianMs / floor.medianMs).toFixed(1).padStart(13)}×`,
    );
  console.log(`peak memory: ${inProcessMemoryMb ?? 'not told'} MB for all of the above in one process,`);
  console.log(`             ${enginePeakMb ?? 'not told'} MB of the engine process, classification included`);
  for (const [name, found] of [
    ['day', day],
    ['CSV', dayAsCsv],
  ] as const) {
    console.log(`${name}      ${found.origin}: ${(found.samples / 1e6).toFixed(1)} million samples`);
    console.log(`         in the library after ${found.medianS} s (median of ${found.times}, worst ${found.worstS} s;`);
    console.log(
      `         60 s allowed), with at most ${found.mostMoreMb} MB more than at rest in all processes (500 MB`,
    );
    console.log(
      `         allowed); the source files are ${found.isSourceUnchanged ? 'byte for byte as before' : 'CHANGED'}`,
    );
  }
  if (flags.json)
    console.log(
      JSON.stringify({
        ...{ machine: thisMachine, record: { origin, bytes }, times, inProcessMemoryMb, enginePeakMb, day, dayAsCsv },
      }),
    );
} finally {
  await folder.remove();
}
