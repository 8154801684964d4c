import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Annotation } from '../../domain/annotation.ts';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import type { SignalBlock } from '../signal-block.ts';

/** A recording of one file whose format is read as a whole. */
export interface WholeRecord {
  /** Notes may hold patient data. */
  readonly header: RecordHeader;
  readonly sourceFiles: readonly string[];
  readonly annotations: readonly Annotation[];
  blocks(abort?: AbortSignal): AsyncGenerator<SignalBlock, void, undefined>;
}

/** All bytes of a file. @throws {FormatError} where it is absent or larger than `mostBytes`. */
export async function readWholeFile(path: string, mostBytes: number): Promise<Uint8Array> {
  const file = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new FormatError({ file, where: '', rule: 'there is no such file', kind: 'missing-file' });
  if (found.size > mostBytes)
    throw new FormatError({
      ...{ file, where: '', kind: 'bad-header' },
      rule: `the file has ${grouped(found.size)} bytes, and files of this format are read up to ${grouped(mostBytes)}`,
    });
  return readFile(path);
}

/** Samples of one lead from some time on; leads with the same name, scale and no overlap are one. */
export interface Piece {
  readonly lead: Lead;
  readonly fromSample: number;
  readonly samples: Int32Array;
}

/** Gaps between pieces may make a record so many times longer than its samples; short ones may be longer. */
const maxGapShare = 8;
const alwaysFits = 1 << 24;

/**
 * Pieces of leads as one recording; what no piece holds is a gap.
 * @throws {FormatError} where the pieces are no recording.
 */
function joinPieces(pieces: readonly Piece[], file: string): { leads: Lead[]; samples: Int32Array[] } {
  const refuse = (rule: string): never => {
    throw new FormatError({ file, where: '', rule, kind: 'bad-header' });
  };
  const lengthSamples = pieces.reduce(
    (most, { fromSample, samples }) => Math.max(most, fromSample + samples.length),
    0,
  );
  if (lengthSamples === 0) refuse('it holds not one sample');
  const rows: { lead: Lead; pieces: Piece[] }[] = [];
  for (const piece of [...pieces].sort((a, b) => a.fromSample - b.fromSample)) {
    const row = rows.find(({ lead, pieces: before }) => {
      const last = before[before.length - 1];
      return isSameScale(lead, piece.lead) && last.fromSample + last.samples.length <= piece.fromSample;
    });
    if (row) row.pieces.push(piece);
    else rows.push({ lead: piece.lead, pieces: [piece] });
  }
  const stored = pieces.reduce((sum, { samples }) => sum + samples.length, 0);
  if (lengthSamples * rows.length > Math.max(alwaysFits, maxGapShare * stored))
    refuse(`its parts lie ${grouped(lengthSamples)} samples apart, which is no recording of ${rows.length} leads`);
  const samples = rows.map(({ pieces: own }) => {
    if (own.length === 1 && own[0].samples.length === lengthSamples) return own[0].samples;
    const all = new Int32Array(lengthSamples).fill(gapSample);
    for (const { fromSample, samples: part } of own) all.set(part, fromSample);
    return all;
  });
  const names = new Map<string, number>();
  const leads = rows.map(({ lead }) => {
    const count = (names.get(lead.name) ?? 0) + 1;
    names.set(lead.name, count);
    return count === 1 ? lead : { ...lead, name: `${lead.name} ${count}` };
  });
  return { leads, samples };
}

/**
 * The recording that pieces of leads make up.
 * @throws {FormatError} as `joinPieces` does.
 */
export function recordOfPieces(
  path: string,
  pieces: readonly Piece[],
  { name, samplingHz, notes }: Pick<RecordHeader, 'name' | 'samplingHz' | 'notes'>,
): WholeRecord {
  const { leads, samples } = joinPieces(pieces, basename(path));
  return {
    header: { name, samplingHz, lengthSamples: samples[0].length, leads, notes },
    sourceFiles: [path],
    annotations: [],
    blocks: (abort) => blocksOfSamples(samples, abort),
  };
}

const isSameScale = (a: Lead, b: Lead): boolean =>
  a.name === b.name && a.unit === b.unit && a.gain === b.gain && a.baseline === b.baseline;

const blockSamples = 1 << 16;

/** Samples that are in memory, in blocks. */
async function* blocksOfSamples(
  samples: readonly Int32Array[],
  abort?: AbortSignal,
): AsyncGenerator<SignalBlock, void, undefined> {
  for (let fromSample = 0; fromSample < samples[0].length; fromSample += blockSamples) {
    abort?.throwIfAborted();
    yield { fromSample, leads: samples.map((lead) => lead.subarray(fromSample, fromSample + blockSamples)) };
  }
}

/** `sex: F`; undefined where nothing is known. */
export const note = (key: string, value: string | undefined): string[] =>
  value === undefined || value.trim() === '' ? [] : [`${key}: ${value.trim()}`];

/** `2002-11-22 09:10:00` for 20021122091000, as HL7 and DICOM write moments; `2002-11-22` for a date alone. */
export const dateWords = (moment: string | undefined): string | undefined =>
  moment?.replace(
    /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?.*$/,
    (_, year, month, day, hour, minute, second) =>
      hour === undefined ? `${year}-${month}-${day}` : `${year}-${month}-${day} ${hour}:${minute}:${second ?? '00'}`,
  );

/** A lead whose samples are `unitsPerStep` units each, with 0 at `origin` units; uncalibrated where that is no line. */
export function leadOfScale(name: string, unit: string, unitsPerStep: number, origin = 0): Lead {
  const isLine = Number.isFinite(1 / unitsPerStep) && unitsPerStep !== 0 && Number.isFinite(origin / unitsPerStep);
  return {
    name,
    unit: unit || 'NU',
    gain: isLine ? 1 / unitsPerStep : 1,
    baseline: isLine && origin !== 0 ? -origin / unitsPerStep : 0,
    isCalibrated: isLine && unit !== '',
  };
}
