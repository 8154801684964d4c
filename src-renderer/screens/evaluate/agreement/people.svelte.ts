import type { AgreementAnswer, AgreementRequest, AnnotatorView } from '../../../../src-main/contract/evaluation.ts';
import type { RecordId } from '../../../../src-main/domain/record.ts';
import { Refresh } from '../../../state/refresh.ts';
import { evaluateText as text } from '../../../text/evaluate.ts';
import { type EvaluateParts, sideOf } from '../parts.ts';

/** People whose labels are set side by side, how far they agree, and what they leave to decide. */
export class People {
  readonly #parts: EvaluateParts;
  readonly #annotators: () => readonly AnnotatorView[];
  readonly #read: Refresh;
  #leftOut = $state.raw<readonly string[]>([]);
  #answer = $state.raw<AgreementAnswer>();

  /** References count as people: somebody made them. */
  readonly all: readonly AnnotatorView[] = $derived.by(() =>
    this.#annotators().filter(({ kind }) => kind === 'reference' || kind === 'person'),
  );
  readonly chosen: readonly AnnotatorView[] = $derived(this.all.filter(({ key }) => !this.#leftOut.includes(key)));
  readonly request: AgreementRequest | undefined = $derived.by(() => {
    const recordIds = [...new Set<RecordId>(this.chosen.flatMap(({ records }) => records.map((one) => one.recordId)))];
    if (this.chosen.length < 2 || recordIds.length === 0) return undefined;
    return { recordIds, annotators: this.chosen.map(({ key }) => key), map: 'literature' };
  });
  /** How many beats wait for a decision. */
  readonly waiting = $derived.by(() => (this.#answer ? this.#answer.differing - this.#answer.adjudicated : 0));

  constructor(parts: EvaluateParts, annotators: () => readonly AnnotatorView[]) {
    this.#parts = parts;
    this.#annotators = annotators;
    this.#read = new Refresh(async () => {
      const { request } = this;
      this.#answer = request && (await parts.messages.attempt(() => parts.api.evaluation.agreement(request)));
    });
  }

  get answer() {
    return this.#answer;
  }
  isChosen = (key: string) => !this.#leftOut.includes(key);
  choose = (key: string, isChosen: boolean) => {
    const others = this.#leftOut.filter((other) => other !== key);
    this.#leftOut = isChosen ? others : [...others, key];
    void this.refresh();
  };
  refresh = () => this.#read.now();
  nameOf = (key: string) => {
    const one = this.all.find((other) => other.key === key);
    return one ? text.shortName(one) : key;
  };

  /** Goes through the beats on which they differ; each label is asked for its reason. */
  adjudicate = async () => {
    const { request, chosen } = this;
    if (!request) return;
    const { api, session, messages } = this.#parts;
    const beats = await messages.attempt(() => api.evaluation.disagreements(request));
    if (!beats) return;
    session.reviewBeats({
      title: text.adjudication(chosen.map(text.shortName)),
      sides: chosen.map(sideOf),
      beats,
      asksWhy: true,
    });
  };
}
