import { nominalPxPerMm } from '../../ui/paper/scale.ts';

/** Things of a known length that lie on most desks, mm. */
export const objectLengthsMm = { ruler: 100, card: 85.6 } as const;
export type MeasuringObject = keyof typeof objectLengthsMm;

/** Lengths that no display in use lies beyond: a far projector to a phone, CSS px a millimetre. */
const leastPxPerMm = 1.5;
const mostPxPerMm = 20;

/** A bar on the screen that is made as long as a thing of known length. */
export class Measuring {
  #object = $state<MeasuringObject>('ruler');
  #lengthPx = $state(objectLengthsMm.ruler * nominalPxPerMm);
  readonly objectMm = $derived(objectLengthsMm[this.#object]);
  readonly pxPerMm = $derived(this.#lengthPx / this.objectMm);

  /** @param pxPerMm  what was measured before, where the bar then starts. */
  constructor(pxPerMm: number | null) {
    if (pxPerMm !== null) this.#lengthPx = objectLengthsMm.ruler * pxPerMm;
  }

  get object() {
    return this.#object;
  }
  get lengthPx() {
    return this.#lengthPx;
  }

  /** Holds another thing against the bar; its length follows, so that what was found stays. */
  choose = (object: MeasuringObject) => {
    const pxPerMm = this.pxPerMm;
    this.#object = object;
    this.#lengthPx = objectLengthsMm[object] * pxPerMm;
  };
  drawTo = (lengthPx: number) => {
    this.#lengthPx = Math.max(leastPxPerMm * this.objectMm, Math.min(lengthPx, mostPxPerMm * this.objectMm));
  };
}
