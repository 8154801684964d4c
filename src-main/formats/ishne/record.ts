import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import type { SignalBlock } from '../signal-block.ts';
import type { WholeRecord } from '../whole/whole-file.ts';
import { annotationsBeside } from './annotations.ts';
import { ishneHeaderBytes, ishneMagic, parseIshneHeader } from './header.ts';

const maxDataOffset = 1 << 20;
const chunkBytes = 1 << 20;

/**
 * Opens an ISHNE Holter file (layout in `header.ts`), with the annotations of a file of its name and `.ann` beside it.
 * @throws {FormatError} for a damaged header, or a file that is not as long as its header says.
 */
export async function openIshneRecord(path: string): Promise<WholeRecord & { readonly hasChecksum: boolean }> {
  const file = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new FormatError({ file, where: '', rule: 'there is no such file', kind: 'missing-file' });
  const head = await headOf(path, found.size);
  const header = parseIshneHeader(head, file, ishneMagic.ecg);
  const { dataOffset, leads, samplesSaid, samplingHz } = header;
  const stored = (found.size - dataOffset) / 2;
  const ofAll = samplesSaid * leads.length;
  if (stored !== ofAll && !(stored === samplesSaid && stored % leads.length === 0))
    throw new FormatError({
      ...{ file, where: `byte ${grouped(found.size)}` },
      kind: stored < ofAll ? 'truncated' : 'bad-header',
      rule: `the file ends here and its header promises ${grouped(samplesSaid)} samples of ${leads.length} leads, which end at byte ${grouped(dataOffset + 2 * ofAll)}; copy it again from its source`,
    });
  const lengthSamples = stored / leads.length;
  const beside = await annotationsBeside(path, lengthSamples);
  return {
    header: { name: file.replace(/\.ecg$/i, ''), samplingHz, lengthSamples, leads, notes: header.notes },
    sourceFiles: [path, ...beside.files],
    annotations: beside.annotations,
    hasChecksum: header.hasChecksum,
    blocks: (abort) => readBlocks(path, file, dataOffset, leads.length, lengthSamples, abort),
  };
}

async function headOf(path: string, size: number): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const head = Buffer.alloc(Math.min(size, ishneHeaderBytes + maxDataOffset));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function* readBlocks(
  path: string,
  file: string,
  dataOffset: number,
  leadCount: number,
  lengthSamples: number,
  abort?: AbortSignal,
): AsyncGenerator<SignalBlock, void, undefined> {
  const handle = await open(path);
  try {
    const samplesInBlock = Math.floor(chunkBytes / 2 / leadCount);
    for (let fromSample = 0; fromSample < lengthSamples; fromSample += samplesInBlock) {
      abort?.throwIfAborted();
      const length = Math.min(samplesInBlock, lengthSamples - fromSample);
      const bytes = Buffer.alloc(2 * length * leadCount);
      const at = dataOffset + 2 * fromSample * leadCount;
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, at);
      if (bytesRead < bytes.length)
        throw new FormatError({
          ...{ file, where: `byte ${grouped(at + bytesRead)}`, kind: 'truncated' },
          rule: 'the file became shorter while it was read; import it again',
        });
      const leads = Array.from({ length: leadCount }, () => new Int32Array(length));
      for (let i = 0; i < length; i++)
        for (let l = 0; l < leadCount; l++) leads[l][i] = bytes.readInt16LE(2 * (i * leadCount + l));
      yield { fromSample, leads };
    }
  } finally {
    await handle.close();
  }
}
