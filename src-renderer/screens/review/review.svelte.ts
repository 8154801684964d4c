import { createContext } from 'svelte';
import type { RecordSource } from '../../../src-main/contract/records.ts';
import type { ReviewView } from '../../../src-main/contract/review.ts';
import type { BeatTable } from '../../../src-main/domain/beat.ts';
import type { BeatId, RecordHeader, RecordId } from '../../../src-main/domain/record.ts';
import { Refresh } from '../../state/refresh.ts';
import type { Destination, SessionEvent } from '../../state/session.svelte.ts';
import type { SelectMode } from '../../ui/waveform/paper-scene.ts';
import { Attribution } from './paper/attribution.svelte.ts';
import { Callipers } from './paper/callipers.svelte.ts';
import { Editing } from './editing.svelte.ts';
import { Episodes } from './episodes/episodes.svelte.ts';
import { MeanShapes } from './inspector/mean-shapes.svelte.ts';
import { Queue } from './queue/queue.svelte.ts';
import { Reference } from './reference/reference.svelte.ts';
import type { ReviewedRecord, ReviewParts } from './reviewed-record.ts';
import { Waves } from './waves.svelte.ts';
import { Selection } from './selection.svelte.ts';
import { SignalTiles } from './signal-tiles.ts';

/** Where each record was last read, for as long as the window is open. */
const readPositions = new Map<RecordId, number>();

/** One record under review: its beats as the host holds them, and all that reads or changes them. */
export class Review implements ReviewedRecord {
  readonly recordId: RecordId;
  readonly parts: ReviewParts;
  readonly tiles: SignalTiles;
  readonly selection: Selection;
  readonly editing: Editing;
  readonly queue: Queue;
  readonly attribution: Attribution;
  readonly reference: Reference;
  readonly shapes: MeanShapes;
  readonly callipers: Callipers;
  readonly waves: Waves;
  readonly episodes: Episodes;

  #header = $state.raw<RecordHeader>();
  #source = $state.raw<RecordSource>();
  #beats = $state.raw<BeatTable>();
  #hasFailed = $state(false);
  #playRate = $state(1);
  #leads = $state.raw<readonly number[]>([]);
  /** Where to go once the record's beats are here. */
  #awaited: Destination | undefined;
  /** Places left for others, newest last. */
  #left: readonly ReviewView[] = [];
  readonly #beatsRefresh: Refresh;

  /** Whether the model's opinion of this record is known. */
  readonly isClassified = $derived.by(() => this.#beats?.probabilities.some((p) => !Number.isNaN(p)) ?? false);

  constructor(recordId: RecordId, parts: ReviewParts) {
    this.recordId = recordId;
    this.parts = parts;
    this.tiles = new SignalTiles(parts.reads, recordId);
    this.selection = new Selection(parts.session, () => this.#beats);
    this.editing = new Editing(this);
    this.queue = new Queue(this);
    this.attribution = new Attribution(this);
    this.reference = new Reference(this);
    this.shapes = new MeanShapes(this, this.tiles);
    this.callipers = new Callipers(this);
    this.waves = new Waves(this);
    this.episodes = new Episodes(this, this.editing);
    this.#beatsRefresh = new Refresh(async () => {
      const beats = await parts.messages.attempt(() => parts.reads.review.beats({ recordId }));
      if (beats) this.#beats = beats;
    });
  }

  /** Undefined until it is read. */
  get header() {
    return this.#header;
  }
  get source() {
    return this.#source;
  }
  get beats() {
    return this.#beats;
  }
  /** Whether the record could not be read; the message says why. */
  get hasFailed() {
    return this.#hasFailed;
  }

  /**
   * Reads the record and shows it where it was last read: the trace at once, its beats as soon as they are here. Where
   * somebody is sent to a beat, both come together.
   */
  load = async () => {
    const { reads, messages, viewport } = this.parts;
    const { recordId } = this;
    this.#hasFailed = false;
    const beats = this.#beatsRefresh.now();
    const read = await messages.attempt(() => reads.records.header({ recordId }));
    const show = () => {
      if (!read || this.#header) return;
      this.#source = read.source;
      this.#header = read.header;
      viewport.open(read.header, readPositions.get(recordId) ?? 0);
    };
    if (!this.#awaited) show();
    await beats;
    if (!read || !this.#beats) {
      this.#hasFailed = true;
      return;
    }
    show();
    if (this.#awaited) this.goTo(this.#awaited);
    else {
      this.selection.start(viewport.fromSample);
      // A record that begins without a signal is shown from its first beat.
      if (!readPositions.has(recordId)) this.selection.reveal(viewport);
    }
    void this.queue.refresh();
    void this.episodes.refresh();
    this.shapes.refresh();
  };
  /** Leaves the record; it opens again where it was left. */
  leave = () => {
    if (this.#header) readPositions.set(this.recordId, this.parts.viewport.fromSample);
    this.parts.viewport.pause();
    this.attribution.stop();
  };

  /** Goes to a beat, or to the view in which a step was made. */
  goTo = (destination: Destination) => {
    if (!this.#header || !this.#beats) {
      this.#awaited = destination;
      return;
    }
    this.#awaited = undefined;
    const { beatIds, view, atSample, revision } = destination;
    if (revision !== undefined) this.editing.takeRevision(revision);
    this.remember();
    this.selection.set(beatIds);
    if (view) this.#restore(view);
    else if (atSample !== undefined && beatIds.length === 0) this.parts.viewport.centerOn(atSample);
    else this.selection.reveal(this.parts.viewport);
  };
  #restore({ fromSample, mmPerS, mmPerMv }: ReviewView) {
    const { viewport } = this.parts;
    viewport.setSpeed(mmPerS);
    viewport.setGain(mmPerMv);
    viewport.panTo(fromSample);
  }

  /** Keeps the present place, to come back to. */
  remember = () => {
    const place = this.view();
    if (this.#left.at(-1)?.fromSample !== place.fromSample) this.#left = [...this.#left.slice(-99), place];
  };
  /** Goes back to the place before the last jump, and to the beats that were selected there; the scale stays. */
  goBack = () => {
    const place = this.#left.at(-1);
    if (place === undefined) return;
    this.#left = this.#left.slice(0, -1);
    this.parts.viewport.panTo(place.fromSample);
    this.selection.set(place.selected);
  };
  /** Shows a time, and selects the beat there. */
  jumpTo = (sample: number) => {
    this.remember();
    this.parts.viewport.centerOn(sample);
    this.selection.selectAt(sample);
  };
  /** Shows a beat and selects it alone. @param isFar  whether the place left is worth coming back to. */
  show = (beatId: BeatId, isFar = false) => {
    if (isFar) this.remember();
    this.selection.set([beatId]);
    this.selection.reveal(this.parts.viewport);
  };

  /** Sample of the current beat where it is in sight: zooming leaves it in its place. */
  inSight = (): number | undefined => {
    const at = this.#beats?.atSample[this.selection.currentIndex];
    return at !== undefined && this.parts.viewport.isVisible(at) ? at : undefined;
  };

  /** Chooses a beat as a click in a list does. */
  choose = (beatId: BeatId, mode: SelectMode) => {
    this.remember();
    this.selection.choose(beatId, mode);
    this.selection.reveal(this.parts.viewport);
  };

  get playRate() {
    return this.#playRate;
  }
  /** Plays at this rate from now on. @param rate  times real time. */
  choosePlayRate = (rate: number) => {
    this.#playRate = rate;
    if (this.parts.viewport.isPlaying) this.parts.viewport.play(rate);
  };
  togglePlay = () => {
    const { viewport } = this.parts;
    if (viewport.isPlaying) viewport.pause();
    else viewport.play(this.#playRate);
  };

  /** Leads that the paper shows, by index in the header; empty: all. */
  get leads() {
    return this.#leads;
  }
  showLeads = (leads: readonly number[]) => {
    this.#leads = leads;
    this.shapes.refresh();
  };

  /** What an edit is made on. */
  view = (): ReviewView => {
    const { viewport, session } = this.parts;
    return {
      fromSample: viewport.fromSample,
      mmPerS: viewport.speedMmPerS,
      mmPerMv: viewport.gainMmPerMv,
      selected: [...session.selected],
    };
  };

  /** Reads the beats again: view, zoom, filter and selection stay. */
  refresh = () => this.#beatsRefresh.now();

  /** Follows what the host announces of this record. */
  take = (event: SessionEvent) => {
    if (event.event === 'onBeatsChanged' && event.recordId === this.recordId) {
      if (event.cause === 'edit') this.editing.noticeRevision(event.revision);
      void this.#changed(event.cause === 'edit' ? undefined : event.revision);
    } else if (event.event === 'onEpisodesChanged') {
      if (event.recordId === this.recordId) void this.episodes.refresh();
    } else if (event.event === 'onReconnected') {
      void this.#changed();
      void this.episodes.refresh();
    } else if (event.event === 'onModelsChanged') this.attribution.refreshFigures();
    // A record that just got its beats.
    else if (event.event === 'onJobChanged' && event.job.recordId === this.recordId && event.job.state === 'done')
      void this.#changed();
  };
  async #changed(rereadRevision?: number) {
    if (!this.#header || !this.#beats) return;
    const hadBeats = this.#beats.beatId.length > 0;
    await this.refresh();
    if (!hadBeats) this.selection.start(this.parts.viewport.fromSample);
    if (rereadRevision !== undefined) this.editing.tellReread(rereadRevision);
    void this.queue.refresh();
    this.shapes.refresh();
  }
}

export const [useReview, provideReview] = createContext<Review>();
