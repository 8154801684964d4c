import { basename } from 'node:path';
import { isBeatSymbol, type Annotation } from '../../domain/annotation.ts';
import { beatClasses, classOfSymbol } from '../../domain/beat-class.ts';
import { FormatError } from '../../domain/format-error.ts';
import { gapSample } from '../../domain/record.ts';
import { readAnnotationFile } from '../wfdb/annotation-file.ts';
import { openWfdbRecord } from '../wfdb/record.ts';
import { rowValues, type Rows } from './row.ts';

/** Rows made from a record, each with the sample of its beat. */
export interface RebuiltRows extends Rows {
  /** Sample of the R peak, one a row. */
  readonly atSample: Int32Array;
  /** The annotation's symbol, one a row. */
  readonly symbols: readonly string[];
}

/** Every third sample of 360 Hz: the 120 Hz of the published rows. */
const stride = 3;
/** How far a row reaches beyond the next annotation, as a share of the interval after that one. */
const reach = 0.2;

/**
 * Rebuilds the published rows from a record of the MIT-BIH Arrhythmia Database, value for value: a row runs from one
 * annotation, beat or not, past the next by a fifth of the interval that follows; every third sample is taken, scaled
 * to 0 … 1 and cut or filled with zeros to 187. Classes are those of the literature map.
 * @param signal       digital samples of the record's first lead at 360 Hz.
 * @param annotations  all reference annotations, also those that are no beats, in order of time.
 * @returns            one row for each beat that has a successor; beats over a gap or a flat line are left out.
 */
export function rebuildRows(signal: Int32Array, annotations: readonly Annotation[]): RebuiltRows {
  const values: Float32Array[] = [];
  const classIndex: number[] = [];
  const atSample: number[] = [];
  const symbols: string[] = [];
  for (let k = 0; k + 1 < annotations.length; k++) {
    if (!isBeatSymbol(annotations[k].symbol)) continue;
    const from = annotations[k].atSample;
    const next = annotations[k + 1].atSample;
    const afterNext = annotations[k + 2]?.atSample ?? next;
    const row = scaledRow(signal.subarray(from, next + Math.floor(reach * (afterNext - next))));
    if (row === undefined) continue;
    values.push(row);
    classIndex.push(beatClasses.indexOf(classOfSymbol(annotations[k].symbol, 'literature')!));
    atSample.push(from);
    symbols.push(annotations[k].symbol);
  }
  const table = new Float32Array(values.length * rowValues);
  values.forEach((row, r) => table.set(row, r * rowValues));
  return { values: table, classIndex: Uint8Array.from(classIndex), atSample: Int32Array.from(atSample), symbols };
}

function scaledRow(stretch: Int32Array): Float32Array | undefined {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let i = 0; i < stretch.length; i += stride) {
    if (stretch[i] === gapSample) return undefined;
    lowest = Math.min(lowest, stretch[i]);
    highest = Math.max(highest, stretch[i]);
  }
  if (!(highest > lowest)) return undefined;
  const row = new Float32Array(rowValues);
  for (let i = 0; i < rowValues && i * stride < stretch.length; i++)
    row[i] = (stretch[i * stride] - lowest) / (highest - lowest);
  return row;
}

/**
 * Rebuilds the rows of a WFDB record and its reference annotations.
 * @param path  the record's path without `.hea`.
 * @throws {FormatError} where record or annotations cannot be read, or the record has not 360 samples per second.
 */
export async function rebuildRowsOfRecord(
  path: string,
  abort?: AbortSignal,
  annotator = 'atr',
): Promise<RebuiltRows & { readonly record: string }> {
  const { header, clock, blocks } = await openWfdbRecord(path);
  const { annotations } = await readAnnotationFile(`${path}.${annotator}`, clock);
  if (header.samplingHz !== stride * 120)
    throw new FormatError({
      ...{ file: `${basename(path)}.hea`, where: '', kind: 'unsupported-format' },
      rule: `the record has ${header.samplingHz} samples per second; rows are made from ${stride * 120}`,
    });
  const signal = new Int32Array(header.lengthSamples);
  for await (const block of blocks(abort)) signal.set(block.leads[0], block.fromSample);
  return { record: basename(path), ...rebuildRows(signal, annotations) };
}
