import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { openRecording, readerVersion } from '../../formats/recording.ts';
import type { ImportedRecord, ImportRequest } from '../../library/jobs.ts';
import { createSignalWriter } from '../../store/signal-writer.ts';
import type { EngineJob } from '../supervision/messages.ts';

/** Reads one record into the workspace's form; leaves nothing behind where it fails or is cancelled. */
export const importRecord: EngineJob<ImportRequest, never, ImportedRecord> = async ({ path, csv }, context) => {
  const record = await openRecording(path, { csv }, context.signal);
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
