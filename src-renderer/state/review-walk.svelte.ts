import type { ListedBeat } from '../../src-main/contract/review.ts';
import type { BeatId, RecordId } from '../../src-main/domain/record.ts';

/** One whose labels are shown, and how they stand on the paper. */
export interface BeatListSide {
  readonly name: string;
  readonly shape: 'reference' | 'second' | 'model';
}

/** Beats to review in this order, from wherever they were found: a confusion cell, a gate, an adjudication. */
export interface BeatList {
  /** What they have in common, such as `V in atr, n in the model`. */
  readonly title: string;
  /** Names of those whose labels are shown, from top to bottom. */
  readonly sides: readonly BeatListSide[];
  readonly beats: readonly ListedBeat[];
  /** Set where each label needs a reason, which is asked for before the label is saved. */
  readonly asksWhy?: boolean;
}

/** What a walk needs of the session. */
interface WalkSession<Place> {
  readonly place: Place;
  readonly goTo: (place: Place) => void;
  readonly goToReview: (destination: {
    readonly recordId: RecordId;
    readonly beatIds: readonly BeatId[];
    readonly view: null;
    readonly atSample: number;
  }) => void;
}

/** A list of beats that Review goes through, and where in it the reader is. */
export class ReviewWalk<Place> {
  readonly #session: WalkSession<Place>;
  #list = $state.raw<BeatList>();
  #at = $state(0);
  #from: Place | undefined;

  readonly current: ListedBeat | undefined = $derived.by(() => this.#list?.beats[this.#at]);

  constructor(session: WalkSession<Place>) {
    this.#session = session;
  }

  /** Undefined while no list is reviewed. */
  get list() {
    return this.#list;
  }
  /** Index of the beat that is looked at. */
  get at() {
    return this.#at;
  }

  /** Opens a list at its first beat; an empty one is not opened. */
  start = (list: BeatList) => {
    if (list.beats.length === 0) return;
    if (!this.#list) this.#from = this.#session.place;
    this.#list = list;
    this.show(0);
  };
  /** Goes on by one; at either end it stays. @returns whether there was one more. */
  step = (step: 1 | -1): boolean => {
    const next = this.#at + step;
    if (!this.#list || next < 0 || next >= this.#list.beats.length) return false;
    this.show(next);
    return true;
  };
  /** Goes to one beat of the list, in its record. */
  show = (at: number) => {
    const beat = this.#list?.beats[at];
    if (!beat) return;
    this.#at = at;
    const { recordId, beatId, atSample } = beat;
    this.#session.goToReview({ recordId, beatIds: beatId === null ? [] : [beatId], view: null, atSample });
  };
  /** Goes back to where the list was opened. */
  leave = () => {
    if (!this.#list) return;
    this.#list = undefined;
    this.#at = 0;
    if (this.#from !== undefined) this.#session.goTo(this.#from);
  };
}
