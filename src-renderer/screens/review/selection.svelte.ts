import type { BeatClass } from '../../../src-main/domain/beat-class.ts';
import type { BeatTable } from '../../../src-main/domain/beat.ts';
import type { BeatId } from '../../../src-main/domain/record.ts';
import { beatAround, firstBeatFrom } from '../../ui/paper/beat-search.ts';
import type { Session } from '../../state/session.svelte.ts';
import type { Viewport } from '../../state/viewport.svelte.ts';
import type { SelectMode } from '../../ui/waveform/paper-scene.ts';
import { beatsShown, classOf, nextBeat, type Step } from './beat-order.ts';
import { BeatPlaces } from './beat-places.ts';

/** What the selection needs of the session, which shares it with the other screens. */
export type SharedSelection = Pick<Session, 'selected' | 'filter' | 'selectBeats' | 'setFilter'>;

/** Beats that the keys act on. The one chosen last is the current one, of which the inspector tells. */
export class Selection {
  readonly #shared: SharedSelection;
  readonly #read: () => BeatTable | undefined;
  /** Where a range starts. */
  #anchor: BeatId | undefined;
  /** The last current beat's sample: from where keys go on when none is selected. */
  #lastSample = 0;

  /** The class that was looked for last. */
  #sought: BeatClass = 'V';

  readonly ids: ReadonlySet<number> = $derived.by(() => new Set(this.#shared.selected));
  readonly #places: BeatPlaces = $derived.by(() => new BeatPlaces(this.#read()?.beatId ?? new Int32Array(0)));
  /** The selected beats that there are, in order of time. */
  readonly indices: readonly number[] = $derived.by(() =>
    this.#shared.selected
      .map((beatId) => this.indexOf(beatId))
      .filter((index) => index >= 0)
      .sort((a, b) => a - b),
  );
  readonly current: BeatId | undefined = $derived.by(() =>
    this.#shared.selected.findLast((beatId) => this.has(beatId)),
  );
  /** -1 where no beat is selected. */
  readonly currentIndex: number = $derived.by(() => (this.current === undefined ? -1 : this.indexOf(this.current)));
  /** Indices of the beats that the filter shows, in order of time. */
  readonly shown: Int32Array = $derived.by(() => {
    const beats = this.#read();
    return beats ? beatsShown(beats, this.#shared.filter) : new Int32Array(0);
  });

  constructor(shared: SharedSelection, read: () => BeatTable | undefined) {
    this.#shared = shared;
    this.#read = read;
  }

  get count() {
    return this.indices.length;
  }
  /** Index of a beat among all of the record; -1 where it is gone. */
  indexOf = (beatId: BeatId): number => this.#places.of(beatId);
  has = (beatId: BeatId): boolean => this.indexOf(beatId) >= 0;
  get filter() {
    return this.#shared.filter;
  }
  toggleClass = (beatClass: BeatClass) => {
    const { filter } = this.#shared;
    this.#shared.setFilter(
      filter.includes(beatClass) ? filter.filter((other) => other !== beatClass) : [...filter, beatClass],
    );
  };
  showAllClasses = () => this.#shared.setFilter([]);

  /** Makes these the selection; the last is the current one. */
  set = (beatIds: readonly BeatId[]) => {
    this.#shared.selectBeats(beatIds);
    this.#anchor = beatIds.at(-1);
    const beats = this.#read();
    const index = this.#anchor === undefined ? -1 : this.indexOf(this.#anchor);
    if (beats && index >= 0) this.#lastSample = beats.atSample[index];
  };
  /** A selection to begin with: what is selected already, else the first beat from a sample on. */
  start = (fromSample: number) => {
    const beats = this.#read();
    if (!beats || this.count > 0) return;
    const index = Math.min(firstBeatFrom(beats.atSample, fromSample), beats.beatId.length - 1);
    if (index >= 0) this.set([beats.beatId[index] as BeatId]);
  };
  selectAt = (sample: number) => {
    const beats = this.#read();
    const index = beats ? beatAround(beats.atSample, sample) : -1;
    if (beats && index >= 0) this.set([beats.beatId[index] as BeatId]);
  };
  none = () => this.#shared.selectBeats([]);

  /** As a click chooses: this beat alone, all that the filter shows up to it, or it beside the others. */
  choose = (beatId: BeatId, mode: SelectMode) => {
    if (mode === 'one') return this.set([beatId]);
    const others = this.#shared.selected.filter((other) => other !== beatId);
    if (mode === 'toggle') {
      const isIn = others.length < this.#shared.selected.length;
      return this.set(isIn ? others : [...others, beatId]);
    }
    const beats = this.#read();
    const [from, to] = [this.#anchor === undefined ? -1 : this.indexOf(this.#anchor), this.indexOf(beatId)];
    if (!beats || from < 0 || to < 0) return this.set([beatId]);
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const range = Array.from(
      this.shown.filter((index) => index >= first && index <= last),
      (index) => beats.beatId[index],
    );
    this.#shared.selectBeats([...range.filter((other) => other !== beatId), beatId] as BeatId[]);
  };
  /** All beats of a stretch, half-open. */
  chooseStretch = (fromSample: number, toSample: number) => {
    const beats = this.#read();
    if (!beats) return;
    const [first, end] = [firstBeatFrom(beats.atSample, fromSample), firstBeatFrom(beats.atSample, toSample)];
    if (end > first) this.set(Array.from(beats.beatId.subarray(first, end)) as BeatId[]);
  };
  /** All that the filter shows. */
  chooseShown = () => {
    const beats = this.#read();
    const { current } = this;
    if (!beats) return;
    const ids = Array.from(this.shown, (index) => beats.beatId[index] as BeatId);
    const isCurrentIn = current !== undefined && ids.includes(current);
    this.#shared.selectBeats(isCurrentIn ? [...ids.filter((beatId) => beatId !== current), current] : ids);
  };

  /** The next beat that the filter shows, from the current one; the first or last of them beyond the ends. */
  step = (step: Step): BeatId | undefined => {
    const { filter } = this.#shared;
    return this.#next(step, (index, beats) => filter.length === 0 || filter.includes(classOf(beats, index)!));
  };
  /** The next beat of a class; of the one looked for last unless given. */
  stepOfClass = (step: Step, beatClass = this.#sought): BeatId | undefined => {
    this.#sought = beatClass;
    return this.#next(step, (index, beats) => classOf(beats, index) === beatClass);
  };
  /** The next beat among some, given by rising index. */
  stepAmong = (indices: readonly number[], step: Step): BeatId | undefined => {
    const among = new Set(indices);
    return this.#next(step, (index) => among.has(index));
  };
  #next(step: Step, holds: (index: number, beats: BeatTable) => boolean): BeatId | undefined {
    const beats = this.#read();
    if (!beats) return undefined;
    const from = this.currentIndex >= 0 ? this.currentIndex : this.#besideLast(beats, step);
    const index = nextBeat(beats.beatId.length, from, step, (i) => holds(i, beats));
    return index === undefined ? undefined : (beats.beatId[index] as BeatId);
  }
  #besideLast(beats: BeatTable, step: Step): number {
    return step > 0
      ? firstBeatFrom(beats.atSample, this.#lastSample + 1) - 1
      : firstBeatFrom(beats.atSample, this.#lastSample);
  }

  /** Moves the paper only where the current beat is out of sight. */
  reveal = (viewport: Pick<Viewport, 'reveal'>) => {
    const beats = this.#read();
    if (beats && this.currentIndex >= 0) viewport.reveal(beats.atSample[this.currentIndex]);
  };
}
