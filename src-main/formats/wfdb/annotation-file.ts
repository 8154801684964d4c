import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Annotation } from '../../domain/annotation.ts';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { isAha, parseAhaAnnotations } from './aha-annotations.ts';
import { codeTable, isUnusedCode, maxCode, type CodeTable, type CustomType } from './annotation-codes.ts';
import { textOf } from './text.ts';

/*
 * Annotation files in WFDB format (`RECORD.ANNOTATOR`), as annot(5) of the WFDB Applications Guide has them.
 * A file is a row of 16-bit words, low byte first; the upper 6 bits are a code, the lower 10 bits its data:
 *
 *   file        = { annotation } 0
 *   annotation  = { SKIP } ( CODE ticks since the annotation before ) { SUB | CHN | NUM | AUX }
 *   SKIP  59    two more words, the high one first: ticks to add, up to 2^31 - 1, or below 0
 *   NUM   60    the `num` of this annotation and of all after it
 *   SUB   61    the subtype of this annotation alone
 *   CHN   62    the channel of this annotation and of all after it
 *   AUX   63    data is a number of bytes; they follow, with one more where the number is odd
 *
 * A tick is a frame of the record, unless the file begins with a note `## time resolution: HZ`. Notes from
 * `## annotation type definitions` to `## end of definitions`, each `CODE SYMBOL DESCRIPTION`, give symbols to codes.
 * Older files give symbols by such notes alone, without the notes around them; they are heeded for codes that have no
 * meaning of their own. After either stands an empty annotation (SKIP -1, code 0), which is no annotation. All of these are kept
 * apart from the annotations. Old files end aux texts with a zero byte, which is no part of them.
 */

export const pseudoCode = { skip: 59, num: 60, sub: 61, chn: 62, aux: 63 } as const;
export const noteCode = 22;
export const resolutionNote = '## time resolution: ';
export const definitionsNote = '## annotation type definitions';
export const endOfDefinitionsNote = '## end of definitions';

/** What turns ticks into samples of a record. */
export interface RecordClock {
  readonly samplingHz: number;
  /** Below `samplingHz` where signals have several samples per frame; ticks are frames. */
  readonly framesPerSecond: number;
  readonly lengthSamples: number;
}

/** How an annotation file says what it says; a file written with the same is equal to the one read. */
export interface AnnotationStyle {
  /** Ticks per second of `atSample`; undefined where they are frames of the record. */
  readonly ticksPerSecond?: number;
  readonly customTypes?: readonly CustomType[];
  /** Whether symbols are given by notes alone, as in old files. */
  readonly hasBareTypes?: boolean;
  /** Whether aux texts end with a zero byte, as in old files. */
  readonly auxEndsWithZero?: boolean;
  /** Samples of the annotations whose aux text lacks it nevertheless. */
  readonly auxWithoutZeroAt?: readonly number[];
}

export interface AnnotationFile extends AnnotationStyle {
  /** In the order of the file, which is that of time in all but damaged files. */
  readonly annotations: readonly Annotation[];
}

/** No annotation file is larger: 16 MiB are eight million beats. */
const maxBytes = 16 << 20;

/**
 * Reads an annotation file.
 * @param record  where given, ticks become samples of this record, and an annotation after its end is refused.
 * @throws {FormatError} `missing-file`, `truncated` or `bad-annotation`.
 */
export async function readAnnotationFile(path: string, record?: RecordClock): Promise<AnnotationFile> {
  const file = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new FormatError({ file, where: '', rule: 'there is no such annotation file', kind: 'missing-file' });
  if (found.size > maxBytes)
    throw new FormatError({
      file,
      where: '',
      rule: `the file has ${grouped(found.size)} bytes, and no annotation file is larger than ${grouped(maxBytes)}`,
      kind: 'bad-annotation',
    });
  const parsed = parseAnnotations(await readFile(path), file);
  return record === undefined ? parsed : { ...parsed, ...inSamples(parsed, record, file) };
}

function inSamples(
  { annotations, ticksPerSecond }: AnnotationFile,
  { samplingHz, framesPerSecond, lengthSamples }: RecordClock,
  file: string,
): Pick<AnnotationFile, 'annotations' | 'ticksPerSecond'> {
  const perTick = samplingHz / (ticksPerSecond ?? framesPerSecond);
  const moved =
    perTick === 1 ? annotations : annotations.map((a) => ({ ...a, atSample: Math.round(a.atSample * perTick) }));
  const late = moved.findIndex(({ atSample }) => atSample >= lengthSamples);
  if (late >= 0)
    throw new FormatError({
      file,
      where: `annotation ${grouped(late + 1)}`,
      rule:
        `it is at sample ${grouped(moved[late].atSample)} and the record has ${grouped(lengthSamples)}; ` +
        'the annotations belong to another record or the record was cut',
      kind: 'bad-annotation',
    });
  return { annotations: moved, ticksPerSecond: undefined };
}

/**
 * @param bytes  the whole file, in this form or the older one of the AHA.
 * @param file   its name, for messages.
 * @throws {FormatError} `truncated` where the end mark is missing, `bad-annotation` for everything else.
 */
export function parseAnnotations(bytes: Uint8Array, file: string): AnnotationFile {
  if (isAha(bytes)) return { annotations: parseAhaAnnotations(bytes, file) };
  const refuse = (at: number, rule: string, kind: 'truncated' | 'bad-annotation' = 'bad-annotation'): never => {
    throw new FormatError({ file, where: `byte ${grouped(at)}`, rule, kind });
  };
  const style = new StyleNotes();
  let symbolOf: CodeTable['symbolOf'] | undefined;
  const annotations: Annotation[] = [];
  const auxWithoutZeroAt: number[] = [];
  let auxEndsWithZero = false;
  const end = readWords(bytes, refuse, (code, atTick, subtype, channel, num, aux, atByte) => {
    if (symbolOf === undefined) {
      if (style.takes(code, atTick, aux)) return;
      ({ symbolOf } = codeTable(style.customTypes));
    }
    if (code === 0) return;
    if (code > maxCode)
      refuse(atByte, `the annotation code is ${code}, and codes go up to ${maxCode}; this is no annotation file`);
    if (atTick < 0) refuse(atByte, `the annotation is ${grouped(-atTick)} samples before the record begins`);
    const isZeroEnded = aux?.at(-1) === 0;
    if (isZeroEnded) auxEndsWithZero = true;
    else if (aux && aux.length > 0) auxWithoutZeroAt.push(atTick);
    const text = aux ? textOf(isZeroEnded ? aux.subarray(0, -1) : aux) : '';
    annotations.push({ atSample: atTick, symbol: symbolOf(code), subtype, channel, num, aux: text });
  });
  if (end < bytes.length)
    refuse(
      end,
      `the annotations end here and ${grouped(bytes.length - end)} more bytes follow; this is no annotation file`,
    );
  return {
    annotations,
    ...style.found(),
    ...(auxEndsWithZero ? { auxEndsWithZero } : {}),
    ...(auxEndsWithZero && auxWithoutZeroAt.length > 0 ? { auxWithoutZeroAt } : {}),
  };
}

/** Told each annotation as it stands, style notes and empty ones too. */
type TakeWord = (
  code: number,
  atTick: number,
  subtype: number,
  channel: number,
  num: number,
  aux: Uint8Array | undefined,
  atByte: number,
) => void;

/** Reads up to the end mark; gives the byte after it. */
function readWords(
  bytes: Uint8Array,
  refuse: (at: number, rule: string, kind?: 'truncated') => never,
  take: TakeWord,
): number {
  const cut = (at: number): never =>
    refuse(
      at,
      'the file ends here without its end mark, so annotations are missing; copy it again from its source',
      'truncated',
    );
  const word = (at: number): number => (at + 2 <= bytes.length ? bytes[at] | (bytes[at + 1] << 8) : cut(bytes.length));
  const signedByte = (data: number): number => (data << 24) >> 24;
  let at = 0;
  let atTick = 0; // SKIP moves it before the annotation that it belongs to begins
  let [code, fromTick, subtype, channel, num, fromByte] = [-1, 0, 0, 0, 0, 0];
  let aux: Uint8Array | undefined;
  for (;;) {
    const atByte = at;
    const read = word(at);
    at += 2;
    const kind = read >> 10;
    const data = read & 1023;
    if (kind < pseudoCode.skip) {
      if (code >= 0) take(code, fromTick, subtype, channel, num, aux, fromByte);
      if (read === 0) return at;
      atTick += data;
      code = kind;
      fromTick = atTick;
      fromByte = atByte;
      subtype = 0;
      aux = undefined;
    } else if (kind === pseudoCode.skip) {
      atTick += (word(at) << 16) | word(at + 2);
      at += 4;
    } else if (code < 0) refuse(atByte, 'the first word belongs to an annotation and there is none before it');
    else if (kind === pseudoCode.num) num = signedByte(data);
    else if (kind === pseudoCode.sub) subtype = signedByte(data);
    else if (kind === pseudoCode.chn)
      channel = (data << 22) >> 22; // -1 in old files: no channel in particular
    else {
      if (at + data > bytes.length) cut(bytes.length);
      aux = bytes.subarray(at, at + data);
      at += data + (data & 1);
    }
  }
}

/** The notes at the beginning that say how the file is written. */
class StyleNotes {
  readonly customTypes: CustomType[] = [];
  #ticksPerSecond: number | undefined;
  #hasBareTypes = false;
  #isInDefinitions = false;

  /** Whether the next annotation is one of them; the first that is none ends them. */
  takes(code: number, atTick: number, aux: Uint8Array | undefined): boolean {
    if (atTick !== 0 || (code !== 0 && code !== noteCode)) return false;
    if (code === 0) return true;
    const note = textOf(aux ?? new Uint8Array()).replace(/\0$/, '');
    const [, typeCode, symbol, description = ''] = /^(\d+) (\S+)(?: ([^]*))?$/.exec(note) ?? [];
    const type = typeCode === undefined ? undefined : { code: Number(typeCode), symbol, description };
    if (this.#isInDefinitions) {
      if (type) this.customTypes.push(type);
      this.#isInDefinitions = note !== endOfDefinitionsNote;
    } else if (note.startsWith(resolutionNote)) {
      const ticks = Number(note.slice(resolutionNote.length));
      if (ticks > 0 && Number.isFinite(ticks)) this.#ticksPerSecond = ticks;
    } else if (note === definitionsNote) this.#isInDefinitions = true;
    else if (type && isUnusedCode(type.code) && (this.customTypes.length === 0 || this.#hasBareTypes)) {
      this.customTypes.push(type);
      this.#hasBareTypes = true;
    } else return false;
    return true;
  }

  found(): AnnotationStyle {
    return {
      ...(this.#ticksPerSecond === undefined ? {} : { ticksPerSecond: this.#ticksPerSecond }),
      ...(this.customTypes.length > 0 ? { customTypes: this.customTypes } : {}),
      ...(this.#hasBareTypes ? { hasBareTypes: true } : {}),
    };
  }
}
