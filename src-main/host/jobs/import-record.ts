import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { readAnnotationFile } from '../../formats/wfdb/annotation-file.ts';
import { annotatorsBeside } from '../../formats/wfdb/annotators.ts';
import { openWfdbRecord } from '../../formats/wfdb/record.ts';
import type { ImportedRecord } from '../../library/jobs.ts';
import { createSignalWriter } from '../../store/signal-writer.ts';
import type { EngineJob } from '../supervision/messages.ts';

const readerVersion = 'wfdb 1';

/** Reads one WFDB record into the workspace's form; leaves nothing behind where it fails or is cancelled. */
export const importRecord: EngineJob<{ path: string }, never, ImportedRecord> = async ({ path }, context) => {
  if (!path.endsWith('.hea'))
    throw new FormatError({
      ...{ file: basename(path), where: '', kind: 'unsupported-format' },
      rule: 'is no WFDB header and has none beside it; give the record with its .hea file',
    });
  const stem = path.replace(/\.hea$/, '');
  const record = await openWfdbRecord(stem);
  const { header } = record;
  const reference = [];
  for (const { annotator, path: annotationPath } of await annotatorsBeside(stem))
    reference.push({ annotator, annotations: (await readAnnotationFile(annotationPath)).annotations });

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
    const checksumsVerified = record.wfdb.signals.every(({ checksum }) => checksum !== undefined);
    return {
      header,
      signalHash: hash,
      incomingPath,
      source: { files, format: 'WFDB', readerVersion, checksumsVerified },
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
