import type { Annotation } from '../../domain/annotation.ts';
import { codeTable } from './annotation-codes.ts';
import {
  definitionsNote,
  endOfDefinitionsNote,
  noteCode,
  pseudoCode,
  resolutionNote,
  type AnnotationStyle,
} from './annotation-file.ts';

/** The largest step that one SKIP can take. */
const maxSkip = 2 ** 31 - 1;
const maxAuxBytes = 255;

/**
 * The bytes of an annotation file (grammar in `annotation-file.ts`), each word where the WFDB library puts it.
 * @param annotations  in order of time.
 * @param style        as `parseAnnotations` gave it, to write back a file as it was; plain without it.
 * @throws {RangeError} for a value that the file cannot hold: a symbol without code, more than 255 bytes of aux text,
 *                      a subtype or num outside -128 … 127, a channel outside -512 … 511.
 */
export function writeAnnotations(annotations: readonly Annotation[], style: AnnotationStyle = {}): Uint8Array {
  const {
    ticksPerSecond,
    customTypes = [],
    hasBareTypes = false,
    auxEndsWithZero = false,
    auxWithoutZeroAt = [],
  } = style;
  const withoutZeroAt = new Set(auxWithoutZeroAt);
  const { codeOf } = codeTable(customTypes);
  const words: number[] = [];
  const write = (code: number, data: number) => words.push(data & 0xff, (code << 2) | ((data >> 8) & 3));
  const writeAux = (aux: Uint8Array) => {
    write(pseudoCode.aux, aux.length);
    words.push(...aux, ...(aux.length % 2 === 0 ? [] : [0]));
  };
  const skip = (ticks: number) => {
    write(pseudoCode.skip, 0);
    words.push((ticks >> 16) & 255, (ticks >> 24) & 255, ticks & 255, (ticks >> 8) & 255);
  };
  const note = (text: string) => {
    write(noteCode, 0);
    writeAux(auxBytes(text, false));
  };
  const emptyAnnotation = () => {
    skip(-1);
    write(0, 1);
  };

  if (ticksPerSecond !== undefined) {
    note(`${resolutionNote}${ticksPerSecond}`);
    emptyAnnotation();
  }
  if (customTypes.length > 0) {
    if (!hasBareTypes) note(definitionsNote);
    for (const { code, symbol, description } of customTypes)
      note(`${code} ${symbol}${description && ` ${description}`}`);
    if (!hasBareTypes) {
      note(endOfDefinitionsNote);
      emptyAnnotation();
    }
  }
  let before = { atSample: 0, channel: 0, num: 0 };
  for (const annotation of annotations) {
    refuseUnholdable(annotation);
    let ticks = annotation.atSample - before.atSample;
    for (; ticks > maxSkip; ticks -= maxSkip) skip(maxSkip);
    if (ticks < 0 || ticks > 1023) {
      skip(ticks);
      ticks = 0;
    }
    write(codeOf(annotation.symbol), ticks);
    if (annotation.subtype !== 0) write(pseudoCode.sub, annotation.subtype);
    if (annotation.channel !== before.channel) write(pseudoCode.chn, annotation.channel);
    if (annotation.num !== before.num) write(pseudoCode.num, annotation.num);
    if (annotation.aux !== '')
      writeAux(auxBytes(annotation.aux, auxEndsWithZero && !withoutZeroAt.has(annotation.atSample)));
    before = annotation;
  }
  words.push(0, 0);
  return Uint8Array.from(words);
}

function auxBytes(text: string, endsWithZero: boolean): Uint8Array {
  const bytes = Buffer.from(endsWithZero ? `${text}\0` : text, 'utf8');
  if (bytes.length > maxAuxBytes)
    throw new RangeError(`an aux text has ${bytes.length} bytes and annotation files hold ${maxAuxBytes}; shorten it`);
  return bytes;
}

function refuseUnholdable({ atSample, subtype, num, channel }: Annotation): void {
  const holds = (value: number, from: number, to: number) => Number.isInteger(value) && value >= from && value <= to;
  if (!holds(atSample, 0, Number.MAX_SAFE_INTEGER)) throw new RangeError(`an annotation is at sample ${atSample}`);
  if (!holds(subtype, -128, 127))
    throw new RangeError(`subtype ${subtype} at sample ${atSample} is outside -128 to 127`);
  if (!holds(num, -128, 127)) throw new RangeError(`num ${num} at sample ${atSample} is outside -128 to 127`);
  if (!holds(channel, -512, 511))
    throw new RangeError(`channel ${channel} at sample ${atSample} is outside -512 to 511`);
}
