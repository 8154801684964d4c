import type { BeatId } from '../../../../src-main/domain/record.ts';
import type { QueueEntry, ReviewQueue } from '../../../../src-main/contract/review.ts';
import { HostFault } from '../../../api/client.ts';
import { Refresh } from '../../../state/refresh.ts';
import type { Step } from '../beat-order.ts';
import type { ReviewedRecord } from '../reviewed-record.ts';
import { QueueWalk } from './queue-walk.ts';

const limit = 200;

/** The beats that most need a human, best first, as the host orders them after every label. */
export class Queue {
  readonly #review: ReviewedRecord;
  readonly #refresh: Refresh;
  readonly #walk = new QueueWalk();
  #answer = $state.raw<ReviewQueue>();
  #failure = $state('');
  /** The entry that was current last, and where it stood: it stays there until the selection leaves it. */
  #held = $state.raw<{ readonly entry: QueueEntry; readonly place: number }>();

  readonly entries: readonly QueueEntry[] = $derived.by(() =>
    withHeld(this.#answer?.entries ?? [], this.#held, this.#review.selection.current),
  );

  constructor(review: ReviewedRecord) {
    this.#review = review;
    this.#refresh = new Refresh(async () => {
      const { reads } = review.parts;
      if (!review.isClassified) {
        this.#answer = undefined;
        return;
      }
      try {
        const answer = await reads.review.queue({ recordId: review.recordId, limit });
        this.#keepPlace(answer);
        this.#answer = answer;
        this.#failure = '';
      } catch (cause) {
        const kind = cause instanceof HostFault ? cause.fault.kind : '';
        // The record waits for its first prediction; the panel says so.
        this.#failure = kind === 'not-classified' ? '' : cause instanceof Error ? cause.message : String(cause);
        this.#answer = undefined;
      }
    });
  }

  /** Undefined while the record is not classified or the queue was not read yet. */
  get answer() {
    return this.#answer;
  }
  /** Why there is no queue, where that is unexpected. */
  get failure() {
    return this.#failure;
  }
  refresh = () => this.#refresh.now();

  /** Whether the reader is in the queue: at one of its beats, or at one that they came by. */
  get hasCurrent() {
    const { current } = this.#review.selection;
    return current !== undefined && (current === this.#walk.here || this.#ids.includes(current));
  }
  /** The next beat of the queue from where the reader is in it; the best one where they are not. */
  step = (step: Step): BeatId | undefined => {
    const { current, has } = this.#review.selection;
    const next = this.#walk.step(this.#ids, current, step, has);
    if (next !== undefined) this.#hold(next);
    return next;
  };
  /** The reader has turned to this beat of the queue: they go on from its place. */
  visit = (beatId: BeatId) => {
    this.#walk.visit(this.#ids, beatId);
    this.#hold(beatId);
  };
  get #ids() {
    return this.entries.map(({ beatId }) => beatId);
  }
  #hold(beatId: BeatId) {
    const place = this.entries.findIndex((entry) => entry.beatId === beatId);
    this.#held = place < 0 ? undefined : { entry: this.entries[place], place };
  }
  /** The beat that is being looked at stays below what stays above it, whatever the new order. */
  #keepPlace(answer: ReviewQueue) {
    const { current } = this.#review.selection;
    const place = this.entries.findIndex(({ beatId }) => beatId === current);
    if (this.#held?.entry.beatId !== current || place < 0) return;
    const left = new Set(answer.entries.map(({ beatId }) => beatId));
    const above = this.entries.slice(0, place).filter(({ beatId }) => left.has(beatId));
    this.#held = { entry: this.entries[place], place: above.length };
  }
}

/** The queue with the beat that is being looked at kept where it stood, though it may need nobody any more. */
export function withHeld(
  entries: readonly QueueEntry[],
  held: { readonly entry: QueueEntry; readonly place: number } | undefined,
  current: BeatId | undefined,
): readonly QueueEntry[] {
  if (!held || held.entry.beatId !== current) return entries;
  const others = entries.filter(({ beatId }) => beatId !== current);
  return others.toSpliced(held.place, 0, held.entry);
}
