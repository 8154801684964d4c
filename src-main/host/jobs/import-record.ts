import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import type { RecordHeader } from '../../domain/record.ts';
import { openEdfRecord } from '../../formats/edf/record.ts';
import type { SignalBlock } from '../../formats/signal-block.ts';
import { readAnnotationFile } from '../../formats/wfdb/annotation-file.ts';
import { annotatorsBeside } from '../../formats/wfdb/annotators.ts';
import { openWfdbRecord } from '../../formats/wfdb/record.ts';
import type { ImportedRecord } from '../../library/jobs.ts';
import { createSignalWriter } from '../../store/signal-writer.ts';
import type { EngineJob } from '../supervision/messages.ts';

/** A recording of any format that can be read, before its samples are. */
interface OpenedRecord {
  readonly header: RecordHeader;
  readonly format: string;
  readonly sourceFiles: readonly string[];
  /** Whether the format has checksums of the samples, which reading then verifies. */
  readonly hasChecksums: boolean;
  readonly reference: ImportedRecord['reference'];
  blocks(abort: AbortSignal): AsyncIterable<SignalBlock>;
}

const readerVersion = '1';

async function openRecord(path: string): Promise<OpenedRecord> {
  if (/\.edf$/i.test(path)) {
    const { header, sourceFiles, annotations, blocks } = await openEdfRecord(path);
    const reference = annotations.length > 0 ? [{ annotator: 'edf', annotations }] : [];
    return { header, format: 'EDF', sourceFiles, hasChecksums: false, reference, blocks };
  }
  if (!path.endsWith('.hea'))
    throw new FormatError({
      ...{ file: basename(path), where: '', kind: 'unsupported-format' },
      rule: 'is neither an EDF file nor a WFDB header, and has no .hea file beside it; give the record with its header',
    });
  const stem = path.replace(/\.hea$/, '');
  const { header, wfdb, sourceFiles, blocks } = await openWfdbRecord(stem);
  const reference = [];
  for (const { annotator, path: file } of await annotatorsBeside(stem))
    reference.push({ annotator, annotations: (await readAnnotationFile(file, header)).annotations });
  const hasChecksums = wfdb.signals.every(({ checksum }) => checksum !== undefined);
  return { header, format: 'WFDB', sourceFiles, hasChecksums, reference, blocks };
}

/** Reads one record into the workspace's form; leaves nothing behind where it fails or is cancelled. */
export const importRecord: EngineJob<{ path: string }, never, ImportedRecord> = async ({ path }, context) => {
  const record = await openRecord(path);
  const { header, format, reference, hasChecksums: checksumsVerified } = record;
  const writer = createSignalWriter(context.workspaceFolder, header);
  const startedMs = performance.now();
  try {
    for await (const block of record.blocks(context.signal)) {
      writer.append([...block.leads]);
      const read = block.fromSample + block.leads[0].length;
      const perMs = read / (performance.now() - startedMs);
      context.progress({
        fraction: read / header.lengthSamples,
        doing: 'reading samples',
        rate: `${Math.round((perMs * 1000) / header.samplingHz / 60)} min of signal/s`,
        secondsLeft: (header.lengthSamples - read) / perMs / 1000,
      });
    }
    const files = [];
    for (const file of record.sourceFiles)
      files.push({ name: basename(file), sizeBytes: (await stat(file)).size, sha256: await hashOf(file) });
    context.signal.throwIfAborted();
    const { hash, incomingPath } = writer.finish();
    return {
      header,
      signalHash: hash,
      incomingPath,
      source: { files, format, readerVersion, checksumsVerified },
      reference,
    };
  } catch (error) {
    writer.abandon();
    throw error;
  }
};

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
