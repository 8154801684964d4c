import type { AttentionHead, BeatExplanation } from '../../../../src-main/contract/review.ts';
import {
  bestMethod,
  isExplaining,
  type ExplanationFigures,
  type ExplanationMethod,
} from '../../../../src-main/domain/explanation.ts';
import type { BeatId } from '../../../../src-main/domain/record.ts';
import { firstBeatFrom } from '../../../ui/paper/beat-search.ts';
import type { BeatAttribution } from '../../../ui/waveform/paper-scene.ts';
import type { ReviewedRecord } from '../reviewed-record.ts';

/** Whether the band says why, where the network looked, or nothing. */
export const attributionKinds = ['relevance', 'attention', 'off'] as const;
export type AttributionKind = (typeof attributionKinds)[number];
/** A head by its place, or the mean of all. */
export type HeadChoice = number | 'mean';

/** So long the paper has to rest before the beats in sight are asked for: computing would make it falter. */
const restMs = 250;
/** Beats in one request, so that the first appear soon: what the engine explains at once. */
const batch = 12;

/** Beats that are being explained by one method. */
interface Asking {
  method?: ExplanationMethod;
  beatIds: readonly BeatId[];
}

/** How much each moment of the beats on screen matters; asked for as they come into sight, never twice. */
export class Attribution {
  readonly #review: ReviewedRecord;
  #kind = $state<AttributionKind>('relevance');
  /** Undefined until the reader chooses: then the method that is best for the model. */
  #explaining = $state<ExplanationMethod>();
  #looking = $state<ExplanationMethod>('attention');
  #head = $state<HeadChoice>('mean');
  #figures = $state.raw<ExplanationFigures | null>(null);
  #explained = $state.raw<ReadonlyMap<string, BeatExplanation>>(new Map());
  #failure = $state('');
  #isAsking = $state(false);
  #explainedFor = '';
  /** The model whose figures are held; undefined where they must be read. */
  #figuresOf: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: Asking | undefined;
  /** What the host knows this view by. */
  readonly #view = crypto.getRandomValues(new Uint32Array(4)).join('-');

  constructor(review: ReviewedRecord) {
    this.#review = review;
  }

  get kind() {
    return this.#kind;
  }
  get head() {
    return this.#head;
  }
  /** How far each method can be relied on for the model; null where that was not checked. */
  get figures() {
    return this.#figures;
  }
  get isAsking() {
    return this.#isAsking;
  }
  get failure() {
    return this.#failure;
  }
  /** What the band shows; undefined while it is off. */
  readonly method: ExplanationMethod | undefined = $derived.by(() => {
    if (this.#kind === 'off') return undefined;
    return this.#kind === 'attention' ? this.#looking : (this.#explaining ?? bestMethod(this.#figures));
  });

  choose = (kind: AttributionKind) => {
    this.#kind = kind;
  };
  chooseMethod = (method: ExplanationMethod) => {
    if (isExplaining(method)) this.#explaining = method;
    else this.#looking = method;
    this.choose(isExplaining(method) ? 'relevance' : 'attention');
  };
  chooseHead = (head: HeadChoice) => {
    this.#head = head;
  };
  /** Relevance, attention, relevance, … */
  next = () => this.choose(this.#kind === 'relevance' ? 'attention' : 'relevance');

  of = (beatId: BeatId | undefined): BeatExplanation | undefined =>
    beatId === undefined ? undefined : this.#explained.get(`${this.method} ${beatId}`);
  /** Heads that there are to choose from. */
  readonly heads: readonly AttentionHead[] = $derived.by(
    () => this.#explained.values().find(({ method }) => method === 'attention')?.attention ?? [],
  );

  /** What the paper draws under the beats; undefined: no band. */
  readonly onPaper: ReadonlyMap<number, BeatAttribution> | undefined = $derived.by(() => {
    if (this.#kind === 'off' || !this.#review.isClassified) return undefined;
    const shown = this.#explained.values().filter(({ method }) => method === this.method);
    return new Map(
      shown.map((explanation) => [
        explanation.beatId,
        {
          fromOffset: explanation.fromOffset,
          samplesPerBar: explanation.samplesPerBar,
          weights: barsOf(explanation, this.#head),
          // Where the network looked claims nothing that could be unfaithful.
          isFaithful: this.#kind === 'attention' || explanation.isFaithful,
        },
      ]),
    );
  });

  /** Explains the beats in sight and the current one, once they rest; called as often as they change. */
  look = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, restMs);
  };
  stop = () => {
    clearTimeout(this.#timer);
    const method = this.#asking?.method;
    this.#asking = undefined;
    // The record is left: nobody waits for what is being worked out, nor for the answer to this.
    if (method) void this.#review.parts.api.review.explain(this.#request(method, [])).catch(() => undefined);
  };
  /** Reads the model's figures again: they may have been checked meanwhile. */
  refreshFigures = () => {
    this.#figuresOf = undefined;
    this.look();
  };

  /** Has the methods checked on the model in the background. @returns why not. */
  check = async (): Promise<'no-such-model' | 'no-abnormal-beats' | undefined> => {
    const { api, messages } = this.#review.parts;
    const modelHash = this.#modelHash();
    const answer = modelHash && (await messages.attempt(() => api.review.checkExplanations({ modelHash })));
    return answer && !answer.ok ? answer.refusal : undefined;
  };

  async #ask(): Promise<void> {
    if (this.#kind === 'off' || !this.#review.isClassified || this.#isStillWanted()) return;
    const left = this.#asking?.method;
    const asking: Asking = { beatIds: [] };
    this.#asking = asking;
    const { reads } = this.#review.parts;
    this.#forgetOther();
    let missing: BeatId[] = [];
    try {
      await this.#readFigures();
      const { method } = this;
      if (method && !this.#failure)
        missing = this.#wanted().filter((beatId) => !this.#explained.has(`${method} ${beatId}`));
      if (this.#asking === asking && method && missing.length > 0) {
        this.#isAsking = true;
        Object.assign(asking, { method, beatIds: missing.slice(0, batch) });
        const explainedFor = this.#explainedFor;
        const answers = await reads.review.explain(this.#request(method, asking.beatIds));
        if (explainedFor === this.#explainedFor && answers.length > 0)
          this.#explained = new Map([
            ...this.#explained,
            ...answers.map((one) => [`${one.method} ${one.beatId}`, one] as const),
          ]);
        else if (answers.length === 0 && this.#asking === asking) this.#failure = ' ';
      } else if (this.#asking === asking && left) await reads.review.explain(this.#request(left, []));
    } catch (cause) {
      if (this.#asking !== asking) return;
      // Told in the inspector: reviewing goes on without reasons.
      this.#failure = cause instanceof Error ? cause.message : String(cause);
      missing = [];
    }
    if (this.#asking !== asking) return; // a newer one has taken its place
    this.#asking = undefined;
    this.#isAsking = false;
    if (missing.length > 0 && this.#timer === undefined) await this.#ask();
  }

  /** A newer request of this view takes the place of the older one. */
  #request = (method: ExplanationMethod, beatIds: readonly BeatId[]) => ({
    ...{ recordId: this.#review.recordId, method, view: this.#view },
    beatIds: [...beatIds],
  });

  /** Whether what is being worked out is for the most part still in sight: what has left it is given up. */
  #isStillWanted(): boolean {
    if (!this.#asking) return false;
    const { method, beatIds } = this.#asking;
    if (method === undefined) return true; // it will look itself
    const wanted = new Set(this.#wanted());
    return method === this.method && 2 * beatIds.filter((beatId) => wanted.has(beatId)).length > beatIds.length;
  }

  #modelHash = () => this.#review.parts.session.record?.modelHash ?? undefined;

  async #readFigures() {
    const modelHash = this.#modelHash();
    if (modelHash === undefined || modelHash === this.#figuresOf) return;
    this.#figuresOf = modelHash;
    this.#figures = await this.#review.parts.reads.review.explanationFigures({ modelHash });
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
    const { beats } = this.#review;
    const now = `${this.#modelHash()} ${beats!.atSample.length} ${positionSum(beats!.atSample)}`;
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

/** What the band shows of one beat: of raw attention the chosen head, of every other method its relevance. */
export const barsOf = (
  { method, relevance, attention }: Pick<BeatExplanation, 'method' | 'relevance' | 'attention'>,
  head: HeadChoice,
): Float32Array =>
  method === 'attention' && head !== 'mean' ? (attention[head]?.weights ?? new Float32Array(0)) : relevance;
