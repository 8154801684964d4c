import type { KeepRepeatRequest, RepeatView } from '../../../../src-main/contract/evaluation.ts';
import type { BeatClass } from '../../../../src-main/domain/beat-class.ts';
import { type BeatTable, noLabel } from '../../../../src-main/domain/beat.ts';
import type { BeatId, RecordId } from '../../../../src-main/domain/record.ts';
import { Refresh } from '../../../state/refresh.ts';
import { evaluateText } from '../../../text/evaluate.ts';
import type { EvaluateParts } from '../parts.ts';

const text = evaluateText.repeat;

interface AskedBeat {
  readonly recordId: RecordId;
  readonly beatId: BeatId;
  readonly atSample: number;
}

/** A blinded repeat: beats of the reader's own, labelled again without what was said of them. */
export class Repeat {
  readonly #parts: EvaluateParts;
  readonly #read: Refresh;
  #kept = $state.raw<readonly RepeatView[]>([]);
  #beats = $state.raw<readonly AskedBeat[]>([]);
  #seed = 0;
  #answers = $state.raw<ReadonlyMap<BeatId, BeatClass>>(new Map());
  #at = $state(0);
  /** Whether the beats are on screen; answers stay while they are not. */
  isOpen = $state(false);
  sizeText = $state('40');
  seedText = $state('1');

  readonly size = $derived(wholeNumber(this.sizeText, 1, 500));
  readonly seed = $derived(wholeNumber(this.seedText, 0, 999_999_999));
  readonly current: AskedBeat | undefined = $derived.by(() => this.#beats[this.#at]);

  constructor(parts: EvaluateParts) {
    this.#parts = parts;
    this.#read = new Refresh(async () => {
      const kept = await parts.messages.attempt(() => parts.api.evaluation.repeats({}));
      if (kept) this.#kept = kept;
    });
  }

  /** Repeats that were kept, newest first. */
  get kept() {
    return this.#kept;
  }
  get count() {
    return this.#beats.length;
  }
  get at() {
    return this.#at;
  }
  get answered() {
    return this.#answers.size;
  }
  /** What was said of the current beat in this repeat. */
  get said(): BeatClass | undefined {
    return this.current && this.#answers.get(this.current.beatId);
  }
  refresh = () => this.#read.now();

  /** Goes on with the repeat that is under way, else draws a new sample. */
  start = async () => {
    if (this.count > 0) {
      this.isOpen = true;
      return;
    }
    const { size, seed } = this;
    if (size === undefined || seed === undefined) return;
    const { api, session, messages } = this.#parts;
    const recordIds = session.records.map(({ recordId }) => recordId);
    if (recordIds.length === 0) return messages.say(text.none(''));
    const beats = await messages.attempt(() => api.evaluation.repeatSample({ recordIds, size, seed }));
    if (!beats) return;
    if (beats.length === 0) return messages.say(text.none(session.settings?.readerInitials ?? ''));
    this.#beats = beats;
    this.#seed = seed;
    this.#at = 0;
    this.isOpen = true;
  };
  answer = (beatClass: BeatClass) => {
    if (!this.current) return;
    this.#answers = new Map([...this.#answers, [this.current.beatId, beatClass]]);
    this.step(1);
  };
  step = (step: 1 | -1) => {
    this.#at = Math.max(0, Math.min(this.count - 1, this.#at + step));
  };
  leave = () => {
    this.isOpen = false;
  };
  /** Keeps what was answered; the repeat is over then. */
  keep = async () => {
    if (this.answered === 0) return;
    const { api, messages } = this.#parts;
    const answers: KeepRepeatRequest['answers'] = this.#beats.flatMap(({ recordId, beatId }) => {
      const symbol = this.#answers.get(beatId);
      return symbol ? [{ recordId, beatId, symbol }] : [];
    });
    const kept = await messages.attempt(() => api.evaluation.keepRepeat({ seed: this.#seed, answers }));
    if (!kept) return;
    this.#beats = [];
    this.#answers = new Map();
    this.isOpen = false;
    messages.say(text.kept);
    await this.refresh();
  };
}

/** A record's beats without anything that anyone has said of them. */
export const blinded = (beats: BeatTable): BeatTable => ({
  ...beats,
  label: new Uint8Array(beats.label.length).fill(noLabel),
  origin: new Uint8Array(beats.origin.length),
  symbols: ' '.repeat(beats.symbols.length),
  flags: new Uint8Array(beats.flags.length),
  probabilities: new Float32Array(beats.probabilities.length).fill(NaN),
});

function wholeNumber(words: string, least: number, most: number): number | undefined {
  const number = /^\d+$/.test(words.trim()) ? Number(words) : NaN;
  return number >= least && number <= most ? number : undefined;
}
