import type { Annotation } from '../../../domain/annotation.ts';
import { classOfSymbol, type BeatClass, type ClassMapName } from '../../../domain/beat-class.ts';

/** A time that never comes. Not Infinity: never minus never must be 0. */
export const never = 2 ** 52;

/**
 * What a beat counts as: an AAMI class; `O` no beat; `X` no beat, for the analysis was shut down;
 * `*` nothing to be compared; empty before the first beat.
 */
export type BeatLabel = BeatClass | 'O' | 'X' | '*' | '';

export interface LabeledBeat {
  readonly atSample: number;
  readonly label: BeatLabel;
}

/** A stretch of shutdown or of ventricular flutter; -1 for a bound that was never given. */
interface Episode {
  startSample: number;
  endSample: number;
}

/** The last two episodes of a kind; older ones are forgotten, as bxb does. */
class Episodes {
  before: Episode = { startSample: -1, endSample: -1 };
  last: Episode = { startSample: -1, endSample: -1 };

  /** Until it is given its own end, an episode carries the end of the one before it: an oddity of bxb. */
  begin(atSample: number): void {
    this.before = this.last;
    this.last = { startSample: atSample, endSample: this.last.endSample };
  }

  contain(atSample: number): boolean {
    const isWithin = ({ startSample, endSample }: Episode) =>
      startSample !== -1 && startSample <= atSample && atSample <= endSample;
    const { startSample, endSample } = this.last;
    return (
      isWithin(this.before) ||
      isWithin(this.last) ||
      (startSample !== -1 && endSample === -1 && startSample <= atSample)
    );
  }

  beginWithin(fromSample: number, toSample: number): boolean {
    const last = this.last.startSample;
    const before = this.before.startSample;
    return (fromSample <= last && last < toSample) || (fromSample <= before && before < toSample);
  }
}

/** Whether the annotation says that the signal cannot be analyzed from here on (bits 4 and 5 of a noise mark). */
export const startsShutdown = ({ symbol, subtype }: Annotation): boolean => symbol === '~' && (subtype & 0x30) === 0x30;

/** The label of an annotation; undefined for what is no beat. A flutter wave `!` is read as a beat without a class. */
function beatLabel(symbol: string, map: ClassMapName): BeatLabel | undefined {
  return symbol === '!' ? 'O' : classOfSymbol(symbol, map);
}

/** One of the two compared annotation files, read beat by beat with one beat of look-ahead. */
export class BeatSide {
  now: LabeledBeat = { atSample: 0, label: '' };
  next: LabeledBeat = { atSample: 0, label: '' };
  /** RR interval before the present beat; 0 where it is unknown or spans an episode. */
  rrSamples = 0;
  readonly shutdowns = new Episodes();
  readonly flutters = new Episodes();
  /** Sum of all shutdowns read so far. */
  shutdownSamples = 0;
  readonly #annotations: readonly Annotation[];
  readonly #map: ClassMapName;
  readonly #windowSamples: number;
  readonly #openShutdownEnd: number | 'as before';
  readonly #endSample: number;
  #position = 0;

  /**
   * @param annotations  by rising time.
   * @param role         bxb ends a shutdown that its file leaves open in the reference only.
   * @param endSample    end of the comparison, to which an open shutdown is timed; 0 where there is none.
   */
  constructor(
    annotations: readonly Annotation[],
    map: ClassMapName,
    windowSamples: number,
    role: 'reference' | 'test',
    endSample: number,
  ) {
    this.#annotations = annotations;
    this.#map = map;
    this.#windowSamples = windowSamples;
    this.#openShutdownEnd = role === 'reference' ? never : 'as before';
    this.#endSample = endSample;
  }

  /** Goes on by one beat. */
  advance(): void {
    const from = this.now.atSample;
    this.now = this.next;
    const to = this.now.atSample;
    const isUnknown =
      from === 0 || to === never || this.shutdowns.beginWithin(from, to) || this.flutters.beginWithin(from, to);
    this.rrSamples = isUnknown ? 0 : to - from;
    this.next = this.#readBeat();
  }

  #readBeat(): LabeledBeat {
    while (this.#position < this.#annotations.length) {
      const annotation = this.#annotations[this.#position++];
      const label = beatLabel(annotation.symbol, this.#map);
      if (label !== undefined) return { atSample: annotation.atSample, label };
      if (annotation.symbol === '[') this.#skipFlutter(annotation.atSample);
      else if (startsShutdown(annotation)) this.#readShutdown(annotation.atSample);
    }
    return { atSample: never, label: '*' };
  }

  /** Throws away all up to the end of the flutter, beats too: EC57 compares no beats there. */
  #skipFlutter(startSample: number): void {
    this.flutters.begin(startSample);
    while (this.#position < this.#annotations.length) {
      const { symbol, atSample } = this.#annotations[this.#position++];
      if (symbol !== ']') continue;
      this.flutters.last.endSample = atSample;
      return;
    }
  }

  #readShutdown(startSample: number): void {
    this.shutdowns.begin(startSample);
    const shutdown = this.shutdowns.last;
    const following = this.#annotations.at(this.#position);
    if (following === undefined) {
      if (this.#openShutdownEnd !== 'as before') shutdown.endSample = this.#openShutdownEnd;
      this.shutdownSamples += Math.max(0, this.#endSample - startSample);
      return;
    }
    if (following.symbol === '~' && !startsShutdown(following)) {
      shutdown.endSample = following.atSample;
      this.#position++;
    } else {
      // The AHA custom: one mark in the middle of a gap, which then lasts from the beat before to the one after.
      const gapFrom = Math.max(this.flutters.last.endSample, this.now.atSample);
      shutdown.endSample = following.atSample - this.#windowSamples;
      shutdown.startSample = Math.min(gapFrom + this.#windowSamples, shutdown.endSample);
    }
    this.shutdownSamples += shutdown.endSample - shutdown.startSample;
  }
}
