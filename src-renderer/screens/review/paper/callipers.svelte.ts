import type { Callipers as CalliperLegs } from '../../../ui/waveform/paper-scene.ts';
import type { ReviewedRecord } from '../reviewed-record.ts';

/** Two legs on the time axis: placed on an RR interval, moved, marched; arithmetic, never a claim about the rhythm. */
export class Callipers {
  readonly #review: ReviewedRecord;
  #legs = $state.raw<CalliperLegs>();

  constructor(review: ReviewedRecord) {
    this.#review = review;
  }

  /** Undefined while they are put away. */
  get legs() {
    return this.#legs;
  }

  /** Takes them out on the RR interval before the current beat, or puts them away. */
  toggle = () => {
    if (this.#legs) return this.putAway();
    const { beats, selection, header } = this.#review;
    if (!beats || !header || beats.atSample.length < 2) return;
    const to = Math.max(1, selection.currentIndex);
    this.#legs = {
      ...{ fromSample: beats.atSample[to - 1], toSample: beats.atSample[to], active: 'to', isMarching: false },
      leadIndex: this.#review.leads[0] ?? 0,
    };
  };
  putAway = () => {
    this.#legs = undefined;
  };
  swap = () => this.#change(({ active }) => ({ active: active === 'from' ? 'to' : 'from' }));
  march = () => this.#change(({ isMarching }) => ({ isMarching: !isMarching }));
  /** Moves a leg to a sample, as by the pointer. */
  place = (leg: 'from' | 'to', sample: number) =>
    this.#change(() => (leg === 'from' ? { fromSample: sample, active: leg } : { toSample: sample, active: leg }));
  /** Moves the active leg. @returns whether there are callipers to move. */
  moveBy = (samples: number): boolean => {
    const legs = this.#legs;
    if (!legs) return false;
    this.place(legs.active, (legs.active === 'from' ? legs.fromSample : legs.toSample) + samples);
    return true;
  };

  #change(change: (legs: CalliperLegs) => Partial<CalliperLegs>): void {
    if (this.#legs) this.#legs = { ...this.#legs, ...change(this.#legs) };
  }
}
