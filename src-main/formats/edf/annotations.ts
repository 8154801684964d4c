import { isBeatSymbol, type Annotation } from '../../domain/annotation.ts';

/*
 * Annotations of EDF+ (edfplus.html, section 2.2): the bytes of the signals called `EDF Annotations` are lists
 *
 *   list   = ONSET [ 21 DURATION ] 20 { TEXT 20 } 0        ONSET: "+" or "-" and seconds; texts in UTF-8
 *
 * and zeros to the end of the data record. The first list of a record has an empty first text: it says when the record
 * begins. Beats and other marks have no form of their own in EDF+; this program writes them as the texts
 * `QRS SYMBOL` and `mark SYMBOL NOTE` and reads them so; every other text is a note.
 */

/** One text of an EDF+ file, in seconds from the start time of its header. */
export interface EdfEvent {
  readonly onsetS: number;
  readonly durationS: number | undefined;
  readonly text: string;
}

/** What one data record's annotation bytes say. */
export interface RecordEvents {
  /** When the record begins, in seconds; undefined where it does not say. */
  readonly startS: number | undefined;
  readonly events: readonly EdfEvent[];
}

const list = /^([+-]\d+(?:\.\d*)?)(?:\x15(\d+(?:\.\d*)?))?\x14([^]*)\x14$/;

/**
 * @param bytes   the annotation bytes of one data record.
 * @param refuse  called with the byte at which a list is malformed.
 */
export function parseRecordEvents(bytes: Uint8Array, refuse: (at: number, rule: string) => never): RecordEvents {
  const events: EdfEvent[] = [];
  let startS: number | undefined;
  for (let at = 0, end: number; at < bytes.length && bytes[at] !== 0; at = end + 1) {
    end = bytes.indexOf(0, at);
    if (end < 0) end = bytes.length;
    const found = list.exec(Buffer.from(bytes.subarray(at, end)).toString('utf8'));
    if (found === null) refuse(at, 'this is no annotation list of EDF+: an onset and texts were expected');
    else {
      const [, onset, duration, texts] = found;
      const onsetS = Number(onset);
      const durationS = duration === undefined ? undefined : Number(duration);
      const [first, ...others] = texts.split('\x14');
      if (first === '' && startS === undefined && at === 0) startS = onsetS;
      else if (first !== '') events.push({ onsetS, durationS, text: first });
      for (const text of others) if (text !== '') events.push({ onsetS, durationS, text });
    }
  }
  return { startS, events };
}

/** The bytes of one data record's lists, not yet filled up with zeros. */
export function formatRecordEvents({ startS, events }: RecordEvents): Uint8Array {
  const lists = [
    ...(startS === undefined ? [] : [`${seconds(startS)}\x14\x14\0`]),
    ...events.map(
      ({ onsetS, durationS, text }) =>
        `${seconds(onsetS)}${durationS === undefined ? '' : `\x15${seconds(durationS).slice(1)}`}\x14${plain(text)}\x14\0`,
    ),
  ];
  return Buffer.from(lists.join(''), 'utf8');
}

/** Decimals that tell the samples of any recorder apart. */
const seconds = (value: number): string => {
  const text = Number(Math.abs(value).toFixed(7)).toString();
  return `${value < 0 ? '-' : '+'}${text.includes('e') ? Math.abs(value).toFixed(7) : text}`;
};

/** Texts hold no separators. */
const plain = (text: string): string => text.replace(/[\0\x14\x15]/g, ' ');

const noteSymbol = '"';

export const textOfAnnotation = ({ symbol, aux }: Annotation): string =>
  symbol === noteSymbol && aux !== ''
    ? aux
    : `${isBeatSymbol(symbol) ? 'QRS' : 'mark'} ${symbol}${aux === '' ? '' : ` ${aux}`}`;

export function annotationOfEvent({ text }: EdfEvent, atSample: number): Annotation {
  const [, symbol, aux = ''] = /^(?:QRS|mark) (\S+)(?: ([^]*))?$/.exec(text) ?? ['', noteSymbol, text];
  return { atSample, symbol, aux, subtype: 0, channel: 0, num: 0 };
}
