import { createContext } from 'svelte';
import type { listenToHost } from '../api/host-events.ts';
import type { Api } from '../../src-main/contract/api.ts';
import type { HostEvent } from '../../src-main/contract/events.ts';
import type { RecordSummary } from '../../src-main/contract/records.ts';
import type { ReviewView, StepOutcome } from '../../src-main/contract/review.ts';
import type { ProgramFacts, Settings } from '../../src-main/contract/settings.ts';
import type { ModelView } from '../../src-main/contract/training.ts';
import type { BeatClass } from '../../src-main/domain/beat-class.ts';
import { replacedSentence } from '../../src-main/domain/device.ts';
import type { BeatId, RecordId } from '../../src-main/domain/record.ts';
import type { Result } from '../../src-main/domain/result.ts';
import { shellText } from '../text/shell.ts';
import { Jobs } from './jobs.svelte.ts';
import type { Messages } from './messages.svelte.ts';
import { Refresh } from './refresh.ts';
import { type BeatList, ReviewWalk } from './review-walk.svelte.ts';

export type Place = 'library' | 'review' | 'train' | 'evaluate' | 'report' | 'settings';
/** In working order; Alt with a digit goes to each but the last. */
export const places: readonly Place[] = ['library', 'review', 'train', 'evaluate', 'report', 'settings'];

/** What the host announces, and that it answers again after a break: what was missed must be asked for. */
export type SessionEvent = HostEvent | { readonly event: 'onReconnected' };

/** Where Review should go: a beat to look at, or the view in which an undone step was made. */
export interface Destination {
  readonly recordId: RecordId;
  readonly beatIds: readonly BeatId[];
  readonly view: ReviewView | null;
  /** What to look at where the record has no beat. */
  readonly atSample?: number;
  /** Of the beats after the reader's own step that leads here: what is labelled next is labelled on it. */
  readonly revision?: number;
}

/** The facts every screen shares: what the host holds, and the current record, selection and filter. */
export class Session {
  readonly jobs: Jobs;
  /** Beats that are reviewed in a given order, while there is such a list. */
  readonly walk: ReviewWalk<Place>;
  readonly #api: Api;
  readonly #messages: Messages;
  readonly #onSettings: (settings: Settings) => void;
  #listeners: readonly ((event: SessionEvent) => void)[] = [];

  #connection = $state<'starting' | 'open' | 'lost'>('starting');
  #records = $state.raw<readonly RecordSummary[]>([]);
  #hasRecords = $state(false);
  #models = $state.raw<readonly ModelView[]>([]);
  #settings = $state.raw<Settings>();
  #program = $state.raw<ProgramFacts>();
  #place = $state<Place>('library');
  #recordId = $state<RecordId>();
  #selected = $state.raw<readonly BeatId[]>([]);
  #filter = $state.raw<readonly BeatClass[]>([]);

  #destination: Destination | undefined;
  #onDestination: ((destination: Destination) => void) | undefined;
  #steps: Promise<void> = Promise.resolve();

  /** The current record; undefined only while there is none. */
  readonly record: RecordSummary | undefined = $derived(
    this.#records.find((record) => record.recordId === this.#recordId),
  );
  readonly modelInUse: ModelView | undefined = $derived(
    this.#models.find((model) => model.isInUse && model.family === 'record'),
  );

  readonly #recordsRefresh: Refresh;
  readonly #modelsRefresh: Refresh;

  /** @param onSettings  called with the reader's settings when they are known and whenever they change. */
  constructor(api: Api, messages: Messages, onSettings: (settings: Settings) => void) {
    this.#api = api;
    this.#messages = messages;
    this.#onSettings = onSettings;
    this.jobs = new Jobs(api, messages);
    this.walk = new ReviewWalk(this);
    this.#recordsRefresh = new Refresh(async () => {
      const records = await messages.attempt(() => api.records.list({}));
      if (!records) return;
      this.#records = records;
      this.#hasRecords = true;
      // There is always a current record while there are any; a removed one gives way to the first.
      if (!this.record && records.length > 0) this.openRecord(records[0].recordId);
    });
    this.#modelsRefresh = new Refresh(async () => {
      const models = await messages.attempt(() => api.training.models({}));
      if (models) this.#models = models;
    });
  }

  /** `lost` while the host does not answer: nothing can be saved then. */
  get connection() {
    return this.#connection;
  }
  get records() {
    return this.#records;
  }
  /** Whether the list of records was read: an empty library differs from an unread one. */
  get hasRecords() {
    return this.#hasRecords;
  }
  get models() {
    return this.#models;
  }
  /** Undefined until they are read. */
  get settings() {
    return this.#settings;
  }
  get program() {
    return this.#program;
  }
  get place() {
    return this.#place;
  }
  get recordId() {
    return this.#recordId;
  }
  /** Selected beats of the current record; the last is the one that was chosen last. */
  get selected() {
    return this.#selected;
  }
  /** Classes that are shown; empty: all. */
  get filter() {
    return this.#filter;
  }

  goTo = (place: Place) => {
    this.#place = place;
  };
  /** Makes a record the current one; selection and filter of another record end. */
  openRecord = (recordId: RecordId) => {
    if (recordId === this.#recordId) return;
    this.#recordId = recordId;
    this.#selected = [];
    this.#filter = [];
  };
  selectBeats = (beatIds: readonly BeatId[]) => {
    this.#selected = beatIds;
  };
  setFilter = (classes: readonly BeatClass[]) => {
    this.#filter = classes;
  };

  /** Shows one beat in Review, from wherever it was found. */
  selectBeat = (recordId: RecordId, beatId: BeatId) => this.goToReview({ recordId, beatIds: [beatId], view: null });
  /** Reviews these beats in their order, from the first on; leaving the list leads back to where it was opened. */
  reviewBeats = (list: BeatList) => this.walk.start(list);
  /** Goes to Review, to a beat or a view; Review follows as soon as it is there. */
  goToReview = (destination: Destination) => {
    this.openRecord(destination.recordId);
    this.#selected = destination.beatIds;
    if (this.#onDestination) this.#onDestination(destination);
    else this.#destination = destination;
    this.#place = 'review';
  };
  /**
   * Review is told where to go, at once where it was sent before it was there: `onMount(() => session.followDestination(…))`.
   * @returns the act that ends it.
   */
  followDestination = (onDestination: (destination: Destination) => void): (() => void) => {
    this.#onDestination = onDestination;
    const waiting = this.#destination;
    this.#destination = undefined;
    if (waiting) onDestination(waiting);
    return () => {
      if (this.#onDestination === onDestination) this.#onDestination = undefined;
    };
  };

  /** Takes back the last step, wherever it was made, and goes there. Steps pressed quickly keep their order. */
  undo = () => this.#step(() => this.#api.review.undo({}), shellText.nothingToUndo);
  redo = () => this.#step(() => this.#api.review.redo({}), shellText.nothingToRedo);

  changeSettings = async (change: Partial<Settings>) => {
    const settings = await this.#messages.attempt(() => this.#api.settings.change(change));
    if (settings) this.#takeSettings(settings);
  };

  refreshRecords = () => this.#recordsRefresh.now();

  /** Tells a screen what the host announces. @returns the act that ends it. */
  onEvent = (listener: (event: SessionEvent) => void): (() => void) => {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  };

  /** Reads what there is and listens for as long as the signal allows. */
  connect = (listen: typeof listenToHost, signal: AbortSignal) =>
    listen(
      this.#take,
      () => void this.#readAll(),
      () => {
        this.#connection = 'lost';
      },
      signal,
    );

  async #readAll() {
    const isAgain = this.#connection === 'lost';
    const answered = await this.#messages.attempt(() => this.#api.settings.get({}));
    if (!answered) return;
    this.#connection = 'open';
    this.#program = answered.program;
    this.#takeSettings(answered.settings);
    await Promise.all([this.#recordsRefresh.now(), this.#modelsRefresh.now(), this.jobs.refresh()]);
    if (isAgain) this.#tell({ event: 'onReconnected' });
  }

  #take = (event: HostEvent) => {
    if (event.event === 'onJobChanged') this.jobs.take(event.job);
    else if (event.event === 'onRecordsChanged') void this.#recordsRefresh.soon(50);
    // Counts in the library may lag behind a reader who labels two beats a second.
    else if (event.event === 'onBeatsChanged') void this.#recordsRefresh.soon(1000);
    else if (event.event === 'onModelsChanged') void this.#modelsRefresh.now();
    else if (event.event === 'onDeviceReplaced') this.#messages.fail(replacedSentence(event.replaced));
    this.#tell(event);
  };

  #tell(event: SessionEvent) {
    for (const listener of this.#listeners) listener(event);
  }

  #takeSettings(settings: Settings) {
    this.#settings = settings;
    this.#onSettings(settings);
  }

  #step(ask: () => Promise<Result<StepOutcome, string>>, nothing: string): Promise<void> {
    this.#steps = this.#steps.then(async () => {
      const answer = await this.#messages.attempt(ask);
      if (!answer) return;
      if (!answer.ok) return this.#messages.say(nothing);
      const { recordId, title, view, revision } = answer.value;
      if (recordId === null) this.#place = 'train';
      else this.goToReview({ recordId, beatIds: (view?.selected ?? []) as readonly BeatId[], view, revision });
      this.#messages.say(title);
    });
    return this.#steps;
  }
}

export const [useSession, provideSession] = createContext<Session>();
