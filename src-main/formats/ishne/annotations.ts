import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Annotation } from '../../domain/annotation.ts';
import { grouped } from '../../domain/grouped.ts';
import { ByteReader } from '../whole/byte-reader.ts';
import { readWholeFile } from '../whole/whole-file.ts';
import { ishneMagic, parseIshneHeader } from './header.ts';

/*
 * ISHNE annotation files (Badilini, "ISHNE annotation file"): the header of the recording with `ANN  1.0`, then
 *
 *   sample of the first beat 4, then for each beat after it: label 1 · internal use 1 · samples since the one before 2
 *
 * After a label `!` (a pause without annotations) where the beats lie is not known any more.
 */
const symbols: Readonly<Record<string, string>> = {
  ...{ N: 'N', V: 'V', S: 'S', B: 'B', P: '/', X: '|', U: 'Q', C: '"', '!': '"' },
};
const auxes: Readonly<Record<string, string>> = { C: 'calibration pulse', '!': 'annotations pause' };
const maxBytes = 64 << 20;
const entryBytes = 4;

/** The annotations of the file beside a recording; none where there is no such file. */
export async function annotationsBeside(
  path: string,
  lengthSamples: number,
): Promise<{ files: readonly string[]; annotations: readonly Annotation[] }> {
  const stem = path.replace(/\.[^./\\]+$/, '');
  for (const beside of [`${stem}.ann`, `${stem}.ANN`])
    if ((await stat(beside).catch(() => undefined))?.isFile())
      return {
        files: [beside],
        annotations: parseIshneAnnotations(await readWholeFile(beside, maxBytes), basename(beside), lengthSamples),
      };
  return { files: [], annotations: [] };
}

/** @throws {FormatError} for a damaged file, or a beat beyond the recording. */
export function parseIshneAnnotations(bytes: Uint8Array, file: string, lengthSamples: number): Annotation[] {
  const { dataOffset } = parseIshneHeader(bytes, file, ishneMagic.annotations);
  const reader = new ByteReader(bytes, file);
  let atSample = reader.u32(dataOffset, 'the first beat');
  const annotations: Annotation[] = [];
  if ((bytes.length - dataOffset) % entryBytes !== 0)
    reader.refuse(bytes.length, 'the file ends within an annotation; copy it again from its source', 'truncated');
  for (let at = dataOffset + 4; at < bytes.length; at += entryBytes) {
    const label = String.fromCharCode(reader.u8(at, 'an annotation'));
    atSample += reader.u16(at + 2, 'an annotation');
    if (symbols[label] === undefined) reader.refuse(at, `\`${label}\` is no label of ISHNE`, 'bad-annotation');
    if (label !== '!' && atSample >= lengthSamples)
      reader.refuse(
        at,
        `a beat is at sample ${grouped(atSample)} and the recording has ${grouped(lengthSamples)}`,
        'bad-annotation',
      );
    const mark = { symbol: symbols[label], subtype: 0, channel: 0, num: 0, aux: auxes[label] ?? '' };
    annotations.push({ atSample: Math.min(atSample, lengthSamples - 1), ...mark });
    if (label === '!') break;
  }
  return annotations;
}
