import type { BeatWaves } from '../../../src-main/domain/waves.ts';
import type { BeatId } from '../../../src-main/domain/record.ts';
import { Refresh } from '../../state/refresh.ts';
import type { ReviewedRecord } from './reviewed-record.ts';

/** Where P, QRS and T of the current beat begin and end, found by the program in each lead. */
export class Waves {
  readonly #review: ReviewedRecord;
  readonly #refresh: Refresh;
  #isShown = $state(false);
  #measured = $state.raw<{ readonly beatId: BeatId; readonly leads: readonly BeatWaves[] }>();

  constructor(review: ReviewedRecord) {
    this.#review = review;
    const { parts, recordId } = review;
    this.#refresh = new Refresh(async () => {
      const beatId = review.selection.current;
      if (beatId === undefined) return;
      const leads = await parts.messages.attempt(() => parts.reads.review.waves({ recordId, beatId }));
      if (leads && review.selection.current === beatId) this.#measured = { beatId, leads };
    });
  }

  /** Whether the paper shows them. */
  get isShown() {
    return this.#isShown;
  }
  toggle = () => {
    this.#isShown = !this.#isShown;
  };
  /** By index of the lead in the header; undefined while they are measured. */
  get leads(): readonly BeatWaves[] | undefined {
    return this.#measured?.beatId === this.#review.selection.current ? this.#measured?.leads : undefined;
  }
  /** Measures the current beat; of beats that are passed quickly the last. */
  follow = () => this.#refresh.now();
}
