import type { Annotation } from '../../../domain/annotation.ts';
import { classOfSymbol, type BeatClass, type ClassMapName } from '../../../domain/beat-class.ts';
import { startsShutdown } from '../beats/beat-side.ts';

/**
 * What an annotation means for runs: a beat's class, `[` and `]` around ventricular flutter, `{` and `}` around atrial
 * fibrillation or flutter, `U` where the signal becomes unreadable; undefined where it means nothing.
 */
export type RunLabel = BeatClass | '[' | ']' | '{' | '}' | 'U' | undefined;

/** One of the two compared annotation files in one pass over it. */
export class RunSide {
  /** The annotation last read. */
  held: Annotation;
  hasEnded = false;
  readonly #annotations: readonly Annotation[];
  readonly #map: ClassMapName;
  #position = 0;
  #isInAtrialFibrillation = false;
  #isInFlutter = false;
  #isUnreadable = false;

  /** @param held  what the pass before had read last: a search may look at it once more, as rxr's does. */
  constructor(annotations: readonly Annotation[], map: ClassMapName, held: Annotation) {
    this.#annotations = annotations;
    this.#map = map;
    this.held = held;
  }

  /** Reads the next annotation; false at the end of the file, where the last one stays held. */
  read(): boolean {
    if (this.#position >= this.#annotations.length) return false;
    this.held = this.#annotations[this.#position++];
    return true;
  }

  /** The label of the annotation held. Looking changes the rhythm that later beats are judged by, so look once. */
  look(): RunLabel {
    const { symbol, aux } = this.held;
    const beatClass = classOfSymbol(symbol, this.#map);
    // In atrial fibrillation a normal beat is as supraventricular as an ectopic one.
    if (beatClass !== undefined) return beatClass === 'N' && this.#isInAtrialFibrillation ? 'S' : beatClass;
    if (symbol === '~') return this.#noise();
    if (symbol === '[') return this.#flutterBegins();
    if (symbol === ']') return this.#flutterEnds();
    return symbol === '+' && aux !== '' ? this.#rhythm(aux) : undefined;
  }

  #noise(): RunLabel {
    const wasUnreadable = this.#isUnreadable;
    this.#isUnreadable = startsShutdown(this.held);
    return this.#isUnreadable && !wasUnreadable ? 'U' : undefined;
  }

  #rhythm(name: string): RunLabel {
    if (name.startsWith('(AF')) return this.#fibrillationBegins();
    if (name.startsWith('(VF')) return this.#flutterBegins();
    if (!this.#isInAtrialFibrillation) return this.#flutterEnds();
    this.#isInAtrialFibrillation = false;
    return '}';
  }

  #fibrillationBegins(): RunLabel {
    if (this.#isInAtrialFibrillation) return undefined;
    this.#isInAtrialFibrillation = true;
    this.#isInFlutter = false;
    return '{';
  }

  #flutterBegins(): RunLabel {
    if (this.#isInFlutter) return undefined;
    this.#isInAtrialFibrillation = false;
    this.#isInFlutter = true;
    return '[';
  }

  #flutterEnds(): RunLabel {
    if (!this.#isInFlutter) return undefined;
    this.#isInFlutter = false;
    return ']';
  }
}
