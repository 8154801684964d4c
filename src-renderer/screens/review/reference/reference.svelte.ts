import type { AnnotatorMarks } from '../../../../src-main/contract/records.ts';
import { isBeatSymbol } from '../../../../src-main/domain/annotation.ts';
import { beatClasses, classOfSymbol, reviewClassMap } from '../../../../src-main/domain/beat-class.ts';
import { type BeatTable, noLabel } from '../../../../src-main/domain/beat.ts';
import { firstBeatFrom } from '../../../ui/paper/beat-search.ts';
import type { OtherLabels } from '../../../ui/waveform/paper-scene.ts';
import { reviewText } from '../../../text/review.ts';
import type { ReviewedRecord } from '../reviewed-record.ts';

/** Reference labels of one record: hidden until the reader has asked for them, which is recorded. */
export class Reference {
  readonly #review: ReviewedRecord;
  #labels = $state.raw<OtherLabels>();
  #isShown = $state(false);
  #isAsked = $state(false);
  #hasNone = $state(false);

  /** What the paper shows; undefined while the reader is blinded. */
  readonly shown: OtherLabels | undefined = $derived.by(() => (this.#isShown ? this.#labels : undefined));
  /** Beats that differ; undefined while the reader is blinded. */
  readonly differences: Differences | undefined = $derived.by(() => {
    const { beats, header } = this.#review;
    return this.shown && beats && header ? differencesOf(beats, this.shown, header.samplingHz) : undefined;
  });

  constructor(review: ReviewedRecord) {
    this.#review = review;
  }

  /** Whether the question before the first look is open. */
  get isAsked() {
    return this.#isAsked;
  }
  get isShown() {
    return this.#isShown;
  }
  /** Whether the record was looked for reference labels and has none. */
  get hasNone() {
    return this.#hasNone;
  }

  /** Shows or hides the labels; the first time in a record it asks. */
  toggle = () => {
    if (this.#isShown) this.#isShown = false;
    else if (this.#review.parts.session.record?.isUnblinded) void this.unblind();
    else this.#isAsked = true;
  };
  closeQuestion = () => {
    this.#isAsked = false;
  };
  unblind = async () => {
    this.#isAsked = false;
    const { api, messages } = this.#review.parts;
    const { recordId } = this.#review;
    const sets = this.#labels ? undefined : await messages.attempt(() => api.records.unblind({ recordId }));
    if (sets) {
      this.#labels = labelsOf(sets);
      this.#hasNone = this.#labels === undefined;
    }
    this.#isShown = this.#labels !== undefined;
  };
}

/** Beat marks of the first reference annotator, by rising sample. */
function labelsOf(sets: readonly AnnotatorMarks[]): OtherLabels | undefined {
  const marks = sets.find(({ kind }) => kind === 'reference')?.marks.filter(({ symbol }) => isBeatSymbol(symbol));
  if (!marks || marks.length === 0) return undefined;
  const label = marks.map(({ symbol }) => {
    const beatClass = classOfSymbol(symbol, reviewClassMap);
    return beatClass ? beatClasses.indexOf(beatClass) : noLabel;
  });
  return {
    name: reviewText.referenceShort,
    shape: 'reference',
    atSample: Int32Array.from(marks, (mark) => mark.atSample),
    label: Uint8Array.from(label),
  };
}

export interface Differences {
  /** Index of each beat whose label is not the reference's, or that the reference does not know. */
  readonly indices: readonly number[];
  /** By beat index: what the reference says, `noLabel` where it has no beat there. */
  readonly reference: ReadonlyMap<number, number>;
  /** Beats of the reference that this record has no beat for. */
  readonly missed: number;
}

/** Two marks within this belong to one beat (ANSI/AAMI EC57: 150 ms). */
const matchS = 0.15;

/** Compares labels beat by beat; a beat that nobody labelled yet differs from nothing. */
export function differencesOf(
  beats: Pick<BeatTable, 'atSample' | 'label'>,
  others: Pick<OtherLabels, 'atSample' | 'label'>,
  samplingHz: number,
): Differences {
  const reach = matchS * samplingHz;
  const matched = new Set<number>();
  const reference = new Map<number, number>();
  beats.atSample.forEach((at, index) => {
    const next = firstBeatFrom(others.atSample, at);
    const nearest = [next - 1, next]
      .filter((i) => i >= 0 && i < others.atSample.length && Math.abs(others.atSample[i] - at) <= reach)
      .sort((a, b) => Math.abs(others.atSample[a] - at) - Math.abs(others.atSample[b] - at))[0];
    if (nearest !== undefined) matched.add(nearest);
    const label = nearest === undefined ? noLabel : others.label[nearest];
    if (beats.label[index] !== noLabel && beats.label[index] !== label) reference.set(index, label);
  });
  return { indices: [...reference.keys()], reference, missed: others.atSample.length - matched.size };
}
