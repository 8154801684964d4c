import { createContext } from 'svelte';
import type {
  AnnotatorView,
  CompareRequest,
  EvaluationAnswer,
  MapFigures,
} from '../../../src-main/contract/evaluation.ts';
import type { ClassMapName } from '../../../src-main/domain/beat-class.ts';
import type { RecordId } from '../../../src-main/domain/record.ts';
import { secondsOfClock } from '../../../src-main/domain/time.ts';
import { Refresh } from '../../state/refresh.ts';
import type { SessionEvent } from '../../state/session.svelte.ts';
import { evaluateText as text } from '../../text/evaluate.ts';
import { People } from './agreement/people.svelte.ts';
import { type EvaluateParts, sideOf } from './parts.ts';
import { Repeat } from './repeat/repeat.svelte.ts';

const standard = { start: '5:00', window: '0.15' } as const;

/** Two annotators side by side: who, on which records, how, and what came of it. */
export class Evaluation {
  readonly people: People;
  readonly repeat: Repeat;
  readonly #parts: EvaluateParts;
  readonly #read: Refresh;
  readonly #compare: Refresh;
  #annotators = $state.raw<readonly AnnotatorView[]>();
  #referenceKey = $state('');
  #testKey = $state('');
  #leftOut = $state.raw<readonly RecordId[]>([]);
  #answer = $state.raw<EvaluationAnswer>();
  #answerOf = $state('');
  #hasFailed = $state(false);
  #map = $state<ClassMapName>('ec57');
  view = $state<'comparison' | 'agreement'>('comparison');
  startText = $state<string>(standard.start);
  windowText = $state<string>(standard.window);
  isPacedIncluded = $state(false);

  readonly reference: AnnotatorView | undefined = $derived.by(() => this.#named(this.#referenceKey));
  readonly test: AnnotatorView | undefined = $derived.by(() => this.#named(this.#testKey));
  /** Records that both have labelled. */
  readonly common: readonly RecordId[] = $derived.by(() => {
    const ofTest = new Set(this.test?.records.map(({ recordId }) => recordId));
    return (this.reference?.records ?? []).map(({ recordId }) => recordId).filter((recordId) => ofTest.has(recordId));
  });
  readonly chosen: readonly RecordId[] = $derived(this.common.filter((recordId) => !this.#leftOut.includes(recordId)));
  readonly startS = $derived(secondsOfClock(this.startText));
  readonly windowS = $derived(secondsOfClock(this.windowText) || undefined);
  /** Undefined while something is missing or wrong. */
  readonly request: CompareRequest | undefined = $derived.by(() => {
    const { reference, test, chosen, startS, windowS } = this;
    if (!reference || !test || chosen.length === 0 || startS === undefined || windowS === undefined) return undefined;
    return {
      ...{ recordIds: [...chosen], reference: reference.key, test: test.key, fromS: startS, toS: null, windowS },
      paced: this.isPacedIncluded ? 'include' : 'leave-out',
    };
  });
  /** What the request came to by the chosen map; undefined while it is worked out. */
  readonly figures: MapFigures | undefined = $derived.by(() => this.answer?.maps[this.#map]);
  /** Where the settings depart from EC57, one sentence each. */
  readonly warnings: readonly string[] = $derived.by(() => {
    const { answer, reference, test } = this;
    if (!answer || !reference || !test) return [];
    const { warning } = text;
    const names = new Map(this.#parts.session.records.map(({ recordId, name }) => [recordId, name]));
    const leftOut = this.common.filter((recordId) => this.#leftOut.includes(recordId));
    const partly = [reference, test].filter(({ kind }) => kind === 'person');
    return [
      ...answer.nonstandard.map(warning.other),
      ...(this.#map === 'ec57' ? [] : [warning.map]),
      ...(this.isPacedIncluded ? [warning.paced] : []),
      ...(leftOut.length > 0 ? [warning.leftOut(leftOut.map((recordId) => names.get(recordId) ?? ''))] : []),
      ...(reference.kind === 'reference' ? [] : [warning.noReference]),
      ...partly.map((one) => warning.fewLabels(text.shortName(one))),
      ...([reference, test].some(({ kind }) => kind === 'program') ? [warning.detector] : []),
    ];
  });

  /** What a reader must know beside the standard, one sentence each. */
  readonly remarks: readonly string[] = $derived.by(() => {
    const { reference, test } = this;
    if (!reference || !test) return [];
    const ofReference = (recordId: RecordId) =>
      this.#parts.session.records.find((record) => record.recordId === recordId)?.positionsFrom === reference.name;
    const onRecordsBeats = test.kind === 'model' || test.kind === 'shown' || test.kind === 'person';
    return [
      ...(onRecordsBeats && this.chosen.some(ofReference) ? [text.warning.samePlaces] : []),
      ...(this.answer?.taughtModel.length ? [text.warning.learned(this.answer.taughtModel)] : []),
    ];
  });

  constructor(parts: EvaluateParts) {
    this.#parts = parts;
    this.people = new People(parts, () => this.#annotators ?? []);
    this.repeat = new Repeat(parts);
    this.#read = new Refresh(async () => {
      const annotators = await parts.messages.attempt(() => parts.api.evaluation.annotators({}));
      if (!annotators) return;
      this.#annotators = annotators;
      this.#chooseSides();
      this.refresh();
    });
    this.#compare = new Refresh(async () => {
      const { request } = this;
      if (!request) return;
      const answer = await parts.messages.attempt(() => parts.api.evaluation.compare(request));
      this.#hasFailed = answer === undefined;
      if (!answer) return;
      this.#answer = answer;
      this.#answerOf = JSON.stringify(request);
    });
  }

  /** Undefined until they are read. */
  get annotators() {
    return this.#annotators;
  }
  get map() {
    return this.#map;
  }
  /** What the present request came to; undefined while it is worked out. */
  get answer() {
    return this.#answerOf === JSON.stringify(this.request) ? this.#answer : undefined;
  }
  get hasFailed() {
    return this.#hasFailed;
  }
  isChosen = (recordId: RecordId) => !this.#leftOut.includes(recordId);

  readAll = () => this.#read.now();
  /** Compares as the fields say now. */
  recompare = () => void this.#compare.now();
  /** Works out all that is asked for now. */
  refresh = () => {
    void this.#compare.now();
    void this.people.refresh();
    void this.repeat.refresh();
  };
  take = (event: SessionEvent) => {
    if (event.event === 'onBeatsChanged' || event.event === 'onRecordsChanged' || event.event === 'onReconnected')
      void this.#read.soon(1000);
  };

  chooseReference = (key: string) => this.#change(() => (this.#referenceKey = key));
  chooseTest = (key: string) => this.#change(() => (this.#testKey = key));
  swap = () => this.#change(() => ([this.#referenceKey, this.#testKey] = [this.#testKey, this.#referenceKey]));
  chooseMap = (map: ClassMapName) => {
    this.#map = map;
  };
  otherMap = () => this.chooseMap(this.#map === 'ec57' ? 'literature' : 'ec57');
  choose = (recordId: RecordId, isChosen: boolean) =>
    this.#change(() => {
      const others = this.#leftOut.filter((other) => other !== recordId);
      this.#leftOut = isChosen ? others : [...others, recordId];
    });
  chooseAll = (isChosen: boolean) => this.#change(() => (this.#leftOut = isChosen ? [] : [...this.common]));
  includePaced = (isIncluded: boolean) => this.#change(() => (this.isPacedIncluded = isIncluded));
  /** Window, start, map and records as EC57 has them. */
  standardize = () =>
    this.#change(() => {
      this.startText = standard.start;
      this.windowText = standard.window;
      this.isPacedIncluded = false;
      this.#leftOut = [];
      this.#map = 'ec57';
    });

  /** Opens the beats of one cell in Review, in their order. */
  reviewCell = async (row: string, column: string) => {
    const { request, reference, test } = this;
    if (!request || !reference || !test) return;
    const { api, session, messages } = this.#parts;
    const { paced: _paced, ...sides } = request;
    const left = new Set(this.figures?.records.filter(({ isLeftOut }) => isLeftOut).map(({ recordId }) => recordId));
    const asked = {
      ...sides,
      recordIds: sides.recordIds.filter((recordId) => !left.has(recordId)),
      ...{ map: this.#map, cell: `${row}${column}` },
    };
    const beats = await messages.attempt(() => api.evaluation.beats(asked));
    if (!beats) return;
    if (beats.length === 0) return messages.say(text.cellEmpty(asked.cell));
    session.reviewBeats({
      title: text.cellTitle(row, column, text.shortName(reference), text.shortName(test)),
      sides: [reference, test].map(sideOf),
      beats,
    });
  };

  #change(change: () => unknown) {
    change();
    void this.#compare.now();
  }
  #named = (key: string) => this.#annotators?.find((one) => one.key === key);
  /** A reference against the model, unless the reader has chosen otherwise. */
  #chooseSides() {
    const all = this.#annotators ?? [];
    const first = (kinds: readonly string[], than = '') =>
      kinds.flatMap((kind) => all.filter((one) => one.kind === kind && one.key !== than))[0]?.key ?? '';
    if (!this.reference) this.#referenceKey = first(['reference', 'person', 'shown']);
    if (!this.test) this.#testKey = first(['model', 'person', 'reference', 'shown', 'program'], this.#referenceKey);
  }
}

/** Made once a window: who comes back from Review finds the same table. */
export const [useEvaluation, provideEvaluation] = createContext<Evaluation>();
