/**
 * How long the import of a record of 30 minutes takes: `npm run bench -- import [--json]`.
 * Stage by stage in one process, as one engine job, and through the whole program, beside a floor measured in the same
 * run: the same files read with `fs.readFile` and hashed with SHA-256. With --json the last line is one JSON object.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ImportOutcome } from '../../src-main/contract/records.ts';
import type { SignalBlock } from '../../src-main/formats/signal-block.ts';
import { readAnnotationFile } from '../../src-main/formats/wfdb/annotation-file.ts';
import { openWfdbRecord, type WfdbRecord } from '../../src-main/formats/wfdb/record.ts';
import { importRecord } from '../../src-main/host/jobs/import-record.ts';
import { openProgram } from '../../src-main/host/program/program.ts';
import { createSignalWriter } from '../../src-main/store/signal-writer.ts';
import { halfHourRecord } from '../support/half-hour-record.ts';
import { machineWords, peakMemoryMb, quantile, thisMachine } from '../support/machine.ts';
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
  if (flags.json)
    console.log(
      JSON.stringify({ machine: thisMachine, record: { origin, bytes }, times, inProcessMemoryMb, enginePeakMb }),
    );
} finally {
  await folder.remove();
}
