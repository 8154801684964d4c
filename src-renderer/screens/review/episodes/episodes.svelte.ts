import type { RecordQuality } from '../../../../src-main/contract/review.ts';
import type { EpisodeId, EpisodeState, SignalEpisode } from '../../../../src-main/domain/signal-episode.ts';
import { clockOfSample } from '../../../../src-main/domain/time.ts';
import { episodeText } from '../../../text/episodes.ts';
import { Refresh } from '../../../state/refresh.ts';
import type { Step } from '../beat-order.ts';
import type { Editing } from '../editing.svelte.ts';
import type { ReviewedRecord } from '../reviewed-record.ts';

/** Where the signal is bad: what was found, and what the reader says of it. */
export class Episodes {
  readonly #review: ReviewedRecord;
  readonly #editing: Editing;
  readonly #refresh: Refresh;
  #quality = $state.raw<RecordQuality>();
  #current = $state<EpisodeId>();

  constructor(review: ReviewedRecord, editing: Editing) {
    this.#review = review;
    this.#editing = editing;
    this.#refresh = new Refresh(async () => {
      const { reads, messages } = review.parts;
      const quality = await messages.attempt(() => reads.review.quality({ recordId: review.recordId }));
      if (quality) this.#quality = quality;
    });
  }

  refresh = () => this.#refresh.now();
  /** By rising sample; rejected ones too. */
  get list(): readonly SignalEpisode[] {
    return this.#quality?.episodes ?? [];
  }
  /** What paper and overview show. */
  readonly shown = $derived.by(() => this.list.filter(({ state }) => state !== 'rejected'));
  /** Of each lead, how much of it is bad; empty where it was not measured. */
  get shares() {
    return this.#quality?.shares ?? [];
  }
  get isMeasured() {
    return this.shares.length > 0;
  }
  get current(): SignalEpisode | undefined {
    return this.list.find(({ episodeId }) => episodeId === this.#current);
  }

  /** Shows an episode from a little before its start. */
  choose = ({ episodeId, fromSample, toSample }: SignalEpisode) => {
    const { viewport } = this.#review.parts;
    this.#current = episodeId;
    const isWhole = toSample - fromSample <= viewport.widthSamples;
    if (isWhole) viewport.centerOn((fromSample + toSample) / 2);
    else viewport.panTo(fromSample - viewport.widthSamples / 4);
  };
  /** The next one from the current, or from what is in sight. */
  step = (step: Step) => {
    const { viewport } = this.#review.parts;
    const at = this.list.findIndex(({ episodeId }) => episodeId === this.#current);
    const after = this.list.findIndex(({ toSample }) => toSample > viewport.fromSample);
    const before = this.list.findLastIndex(({ fromSample }) => fromSample < viewport.toSample);
    const next = at >= 0 ? at + step : step > 0 ? after : before;
    const episode = this.list[next];
    if (episode) this.choose(episode);
    else this.#review.parts.messages.say(this.list.length === 0 ? episodeText.none : episodeText.last);
  };
  /** Says of the current one that it is so, or not; said again, it is as it was found. */
  decide = (said: Exclude<EpisodeState, 'found'>) => {
    const { current } = this;
    if (!current) return this.#review.parts.messages.say(episodeText.choose);
    const { episodeId, ...before } = current;
    this.change(episodeId, { ...before, state: said });
  };
  /** Those that nobody has looked at. */
  get foundCount() {
    return this.list.filter(({ state }) => state === 'found').length;
  }
  /** Says of all that nobody has looked at that they are so; one undo takes it back. */
  confirmAll = () => {
    const { api } = this.#review.parts;
    if (this.foundCount > 0)
      this.#editing.editEpisode(episodeText.saidAll(this.foundCount), (frame) => api.review.confirmEpisodes(frame));
  };
  /** @param episodeId  null: a new one. */
  change = (episodeId: EpisodeId | null, after: Omit<SignalEpisode, 'episodeId'>) => {
    const { api } = this.#review.parts;
    const clock = clockOfSample(after.fromSample, this.#review.header!.samplingHz, 0);
    const known = this.list.find((one) => one.episodeId === episodeId);
    const verb = !known ? 'added' : known.state === after.state ? 'changed' : after.state;
    this.#editing.editEpisode(episodeText.said(after.kind, verb, clock), (frame) =>
      api.review.editEpisode({ ...frame, episodeId, after: { ...after, leads: [...after.leads] } }),
    );
  };
}
