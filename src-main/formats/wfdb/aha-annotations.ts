import type { Annotation } from '../../domain/annotation.ts';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { textOf } from './text.ts';

/*
 * Annotations in the older form of the American Heart Association's database (annot(5), "AHA format"), 16 bytes each:
 *
 *   annotation  = 0 · LETTER · tick, 32 bits, the high word first · serial number, 16 bits · subtype · WFDB code · aux, 6 bytes
 *
 * and bytes of 255 to the end of the last block. Words have their low byte first. The letters are those of the table
 * below; `O` is a note.
 */

const annotationBytes = 16;
const endByte = 0xff;
const symbolOfLetter: Readonly<Record<string, string>> = {
  ...{ N: 'N', V: 'V', F: 'F', R: 'r', E: 'E', P: '/', Q: 'Q' },
  ...{ U: '~', O: '"', '[': '[', ']': ']' },
};
/** Subtype of noise in which no beat can be read. */
const unreadable = -1;

/**
 * Whether these are annotations of the older form: they begin with a zero and a letter that begins no episode, at a tick
 * below 2^26. The WFDB library goes by the first two bytes alone, but a WFDB file that marks a systole at its first
 * sample has the same; the fourth byte is then the code of its next annotation, times four, and not below four.
 */
export const isAha = (bytes: Uint8Array): boolean =>
  bytes.length >= annotationBytes && bytes[0] === 0 && /[NVFREPQUO]/.test(letterAt(bytes, 0)) && bytes[3] < 4;

const letterAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(bytes[at + 1]);

/**
 * @param bytes  the whole file.
 * @throws {FormatError} `truncated` where the end is missing, `bad-annotation` for what is no annotation.
 */
export function parseAhaAnnotations(bytes: Uint8Array, file: string): Annotation[] {
  const refuse = (at: number, rule: string, kind: 'truncated' | 'bad-annotation' = 'bad-annotation'): never => {
    throw new FormatError({ file, where: `byte ${grouped(at)}`, rule, kind });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const annotations: Annotation[] = [];
  for (let at = 0; ; at += annotationBytes) {
    if (at === bytes.length || bytes[at] === endByte) {
      if (at === bytes.length)
        refuse(at, 'the file ends here without its end mark; copy it again from its source', 'truncated');
      return annotations;
    }
    if (at + annotationBytes > bytes.length)
      refuse(bytes.length, 'the file ends within an annotation; copy it again from its source', 'truncated');
    const letter = letterAt(bytes, at);
    const symbol = symbolOfLetter[letter] ?? refuse(at + 1, 'this byte is no letter of an AHA annotation');
    if (bytes[at] !== 0) refuse(at, 'an AHA annotation begins with a zero, and this byte is none');
    const atSample = view.getInt16(at + 2, true) * 65536 + view.getUint16(at + 4, true);
    if (atSample < 0) refuse(at + 2, `the annotation is ${grouped(-atSample)} samples before the record begins`);
    const subtype = view.getInt8(at + 8);
    const aux = bytes.subarray(at + 10, at + annotationBytes);
    const auxEnd = aux.indexOf(0);
    annotations.push({
      atSample,
      symbol,
      subtype: letter === 'U' && subtype === 0 ? unreadable : subtype,
      channel: 0,
      num: 0,
      aux: textOf(auxEnd < 0 ? aux : aux.subarray(0, auxEnd)),
    });
  }
}
