import type { BeatExplanation } from '../../../../src-main/contract/review.ts';
import type { BeatId } from '../../../../src-main/domain/record.ts';
import { firstBeatFrom } from '../../../ui/paper/beat-search.ts';
import type { BeatAttribution } from '../../../ui/waveform/paper-scene.ts';
import type { ReviewedRecord } from '../reviewed-record.ts';

export const attributionMethods = ['relevance', 'attention', 'off'] as const;
export type AttributionMethod = (typeof attributionMethods)[number];
/** A head by its place, or the mean of all. */
export type HeadChoice = number | 'mean';

/** So often the beats in sight are asked for while the paper moves. */
const paceMs = 150;
/** Beats in one request, so that the first appear soon. */
const batch = 16;

/** Where the network looked at the beats on screen; asked for as they come into sight, never twice. */
export class Attribution {
  readonly #review: ReviewedRecord;
  #method = $state<AttributionMethod>('relevance');
  #head = $state<HeadChoice>('mean');
  #explained = $state.raw<ReadonlyMap<number, BeatExplanation>>(new Map());
  #failure = $state('');
  #isAsking = $state(false);
  #explainedFor = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = false;

  constructor(review: ReviewedRecord) {
    this.#review = review;
  }

  get method() {
    return this.#method;
  }
  get head() {
    return this.#head;
  }
  get isAsking() {
    return this.#isAsking;
  }
  get failure() {
    return this.#failure;
  }
  choose = (method: AttributionMethod) => {
    this.#method = method;
  };
  chooseHead = (head: HeadChoice) => {
    this.#head = head;
  };
  /** Relevance, attention, relevance, … */
  next = () => this.choose(this.#method === 'relevance' ? 'attention' : 'relevance');

  of = (beatId: BeatId | undefined): BeatExplanation | undefined =>
    beatId === undefined ? undefined : this.#explained.get(beatId);
  /** Heads that there are to choose from. */
  readonly heads: number = $derived.by(() => this.#explained.values().next().value?.attention.flat().length ?? 0);

  /** What the paper draws under the beats; undefined: no band. */
  readonly onPaper: ReadonlyMap<number, BeatAttribution> | undefined = $derived.by(() => {
    if (this.#method === 'off' || !this.#review.isClassified) return undefined;
    return new Map(
      Array.from(this.#explained, ([beatId, explanation]) => [
        beatId,
        {
          fromOffset: explanation.fromOffset,
          samplesPerBar: explanation.samplesPerBar,
          weights:
            this.#method === 'relevance'
              ? explanation.relevance
              : headWeights(explanation.attention.flat(), this.#head),
          // How faithful attention is was not measured, and nothing is claimed of it.
          isFaithful: this.#method === 'attention' || explanation.isFaithful,
        },
      ]),
    );
  });

  /** Explains the beats in sight and the current one, soon; called as often as they change. */
  look = () => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, paceMs);
  };
  stop = () => clearTimeout(this.#timer);

  async #ask(): Promise<void> {
    if (this.#isRunning || this.#method === 'off' || !this.#review.isClassified) return;
    this.#forgetOther();
    const missing = this.#wanted().filter((beatId) => !this.#explained.has(beatId));
    if (missing.length === 0 || this.#failure) return;
    this.#isRunning = true;
    this.#isAsking = true;
    const { api } = this.#review.parts;
    const explainedFor = this.#explainedFor;
    try {
      const answers = await api.review.explain({
        recordId: this.#review.recordId,
        beatIds: missing.slice(0, batch),
      });
      if (explainedFor === this.#explainedFor && answers.length > 0)
        this.#explained = new Map([...this.#explained, ...answers.map((one) => [one.beatId, one] as const)]);
      else if (answers.length === 0) this.#failure = ' ';
    } catch (cause) {
      // Told in the inspector: reviewing goes on without reasons.
      this.#failure = cause instanceof Error ? cause.message : String(cause);
    }
    this.#isRunning = false;
    this.#isAsking = false;
    await this.#ask();
  }

  /** The current beat first, then those in sight. */
  #wanted(): BeatId[] {
    const { beats, selection, parts } = this.#review;
    if (!beats) return [];
    const { viewport } = parts;
    const first = firstBeatFrom(beats.atSample, viewport.fromSample);
    const end = firstBeatFrom(beats.atSample, viewport.toSample);
    const ids = Array.from(beats.beatId.subarray(first, Math.min(end, first + 200))) as BeatId[];
    return selection.current === undefined ? ids : [selection.current, ...ids.filter((id) => id !== selection.current)];
  }

  /** Reasons hold for one model and one set of positions: another beat beside it is another rhythm. */
  #forgetOther() {
    const { beats, parts } = this.#review;
    const now = `${parts.session.record?.modelHash} ${beats!.atSample.length} ${positionSum(beats!.atSample)}`;
    if (now === this.#explainedFor) return;
    this.#explainedFor = now;
    this.#explained = new Map();
    this.#failure = '';
  }
}

/** Tells apart the positions of one record before and after an edit. */
function positionSum(samples: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum = (Math.imul(sum, 31) + samples[i]) | 0;
  return sum;
}

/** One head's weights, or the mean of all heads, in [0, 1] of the largest. */
export function headWeights(heads: readonly Float32Array[], choice: HeadChoice): Float32Array {
  if (choice !== 'mean') return heads[choice] ?? new Float32Array(0);
  const mean = new Float32Array(heads[0]?.length ?? 0);
  for (const head of heads) for (let i = 0; i < mean.length; i++) mean[i] += head[i] / heads.length;
  const largest = mean.reduce((most, weight) => Math.max(most, weight), 0);
  return largest > 0 ? mean.map((weight) => weight / largest) : mean;
}
