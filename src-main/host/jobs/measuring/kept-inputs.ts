import { createHash, randomUUID } from 'node:crypto';
import {
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { RecordInputs } from '../../../domain/record-inputs.ts';
import { incomingSuffix, measuredFolder } from '../../../store/signal-file.ts';
import { appRoot } from '../../program/app-root.ts';

/*
 * What was measured of a long recording, `measured/<signal hash>-<key>.inputs`, so that another engine process, or the
 * program tomorrow, need not measure a day again. It can be made anew at any time and is no part of the workspace's truth.
 *
 *   file   = headerBytes:uint32 header features turned windows gapShare shifts shapeOf resembles
 *   header = JSON of `Header`; all numbers as in memory
 */

/** Fewer beats than these are measured in seconds. */
const fewestKept = 20_000;
const columns = ['features', 'turned', 'windows', 'gapShare', 'shifts', 'shapeOf', 'resembles'] as const;
const kindOf = {
  features: Float32Array,
  turned: Float32Array,
  windows: Float32Array,
  gapShare: Float32Array,
  shifts: Int8Array,
  shapeOf: Int32Array,
  resembles: Uint32Array,
} as const;

/** All that decides what is measured of a recording: the sources that measure it. */
const measuringSources = [
  ...['src-main/detect', 'src-main/domain/record-inputs.ts'],
  ...['src-main/host/jobs/record-signals.ts', 'src-main/domain/record.ts'], // which leads are read
];
let fingerprint: string | undefined;
function sourcesHash(): string {
  if (fingerprint) return fingerprint;
  const hash = createHash('sha256');
  for (const source of measuringSources) {
    const path = join(appRoot, source);
    const files = source.endsWith('.ts')
      ? [path]
      : readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort();
    for (const file of files) hash.update(readFileSync(file));
  }
  return (fingerprint = hash.digest('hex'));
}

const pathOf = (workspaceFolder: string, signalHash: string, key: string): string => {
  const name = createHash('sha256').update(key).update(sourcesHash()).digest('hex').slice(0, 16);
  return join(workspaceFolder, measuredFolder, `${signalHash}-${name}.inputs`);
};

/**
 * What was measured of a recording before, else what `measure` finds, kept for the next time where it took long.
 * @param key  of the recording's signal and positions.
 */
export function keptInputs(
  workspaceFolder: string,
  signalHash: string,
  key: string,
  beats: number,
  measure: () => RecordInputs,
): RecordInputs {
  if (beats < fewestKept) return measure();
  const path = pathOf(workspaceFolder, signalHash, key);
  const kept = read(path);
  if (kept) return kept;
  const inputs = measure();
  // A full disk or a folder that may not be written to costs the next start some time, and nothing else.
  try {
    write(join(workspaceFolder, measuredFolder), signalHash, path, inputs);
  } catch (error) {
    process.stderr.write(`what was measured could not be kept: ${String(error)}\n`);
  }
  return inputs;
}

function read(path: string): RecordInputs | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    let at = 0;
    const next = <Column extends Uint8Array | InstanceType<(typeof kindOf)[keyof typeof kindOf]>>(
      column: Column,
    ): Column => {
      const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
      for (let done = 0; done < bytes.length;) {
        const got = readSync(file, bytes, done, bytes.length - done, at + done);
        if (got === 0) throw new RangeError('the file ends early');
        done += got;
      }
      at += bytes.length;
      return column;
    };
    const headerBytes = Buffer.from(next(new Uint8Array(4))).readUInt32LE(0);
    const header = JSON.parse(Buffer.from(next(new Uint8Array(headerBytes))).toString('utf8')) as Header;
    const { beats, leadNames, lengths } = header;
    const column = (name: (typeof columns)[number]) => next(new kindOf[name](lengths[name]));
    const read = Object.fromEntries(columns.map((name) => [name, column(name)]));
    return { beats, leadNames, ...read } as unknown as RecordInputs;
  } catch {
    return undefined; // what cannot be read is measured again
  } finally {
    closeSync(file);
  }
}

interface Header {
  readonly beats: number;
  readonly leadNames: readonly string[];
  readonly lengths: Readonly<Record<(typeof columns)[number], number>>;
}

/** Takes the place of what was measured at other positions. */
function write(folder: string, signalHash: string, path: string, inputs: RecordInputs): void {
  mkdirSync(folder, { recursive: true });
  const incoming = join(folder, randomUUID() + incomingSuffix);
  const file = openSync(incoming, 'wx');
  try {
    const lengths = Object.fromEntries(columns.map((name) => [name, inputs[name].length]));
    const header = Buffer.from(JSON.stringify({ beats: inputs.beats, leadNames: inputs.leadNames, lengths }), 'utf8');
    const headerBytes = Buffer.alloc(4);
    headerBytes.writeUInt32LE(header.length);
    const parts = [headerBytes, header, ...columns.map((name) => inputs[name])];
    for (const part of parts) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done);
    }
  } finally {
    closeSync(file);
  }
  for (const name of readdirSync(folder)) if (name.startsWith(signalHash)) rmSync(join(folder, name), { force: true });
  renameSync(incoming, path);
}
