import { basename, dirname } from 'node:path';
import type { RecordHeader } from '../../domain/record.ts';
import type { RecordClock } from './annotation-file.ts';
import { readHeader, type WfdbHeader } from './header.ts';
import { openSegments } from './segments.ts';
import { openSignals, type OpenedSignals } from './signals.ts';
import type { SignalBlock } from '../signal-block.ts';

/** A record whose header was read and whose files were found to be there and long enough. */
export interface WfdbRecord {
  readonly header: RecordHeader;
  /** The header as the file has it: base time and date, checksums, storage. */
  readonly wfdb: WfdbHeader;
  /** What annotation files beside it count by. */
  readonly clock: RecordClock;
  /** Paths of header and signal files, to copy or hash. */
  readonly sourceFiles: readonly string[];
  /**
   * The samples, from the first to the last, in blocks of bounded size; may be asked for again.
   * @throws {FormatError} after the last block of a file where checksum or initial value of the header disagree:
   *         what was read must then be thrown away.
   */
  blocks(abort?: AbortSignal): AsyncGenerator<SignalBlock, void, undefined>;
}

/**
 * Opens a record.
 * @param path  the record's path without `.hea` (with it does as well).
 * @throws {FormatError} where header or signal files are missing, malformed, too short, or of an unknown format.
 */
export async function openWfdbRecord(path: string): Promise<WfdbRecord> {
  const stem = path.replace(/\.hea$/, '');
  const headerPath = `${stem}.hea`;
  const wfdb = await readHeader(headerPath);
  const place = { folder: dirname(headerPath), headerFile: basename(headerPath) };
  const opened: OpenedSignals = await (wfdb.segments.length > 0 ? openSegments(wfdb, place) : openSignals(wfdb, place));
  const { samplingHz, lengthSamples, leads, sourceFiles, blocks } = opened;
  return {
    header: { name: basename(stem), samplingHz, lengthSamples, leads, notes: wfdb.notes },
    wfdb,
    clock: { samplingHz, framesPerSecond: wfdb.framesPerSecond, lengthSamples },
    sourceFiles: [headerPath, ...sourceFiles],
    blocks,
  };
}
