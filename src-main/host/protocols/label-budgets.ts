import { beatClasses } from '../../domain/beat-class.ts';
import { blend, type LabelledBeat } from '../../engine/blend/blend.ts';
import { doubtfulLabels } from '../../engine/blend/doubtful-labels.ts';
import { callsOf } from './calls.ts';
import { type AskedRecording, simulateLabels } from './simulated-labels.ts';

/** Where labels are drawn from; figures are of the same later beats whatever it is. */
export type LabelSource = 'whole-record' | 'first-5-min';

/** One column of the label table: how labels come to be, and how many. */
export interface Budget {
  readonly labels: number | 'all';
  readonly source: LabelSource;
  readonly queue: boolean;
  readonly wrongShare: number;
  /** The guard points labels out, and each of these is looked at once more and put right where it was wrong. */
  readonly isGuarded: boolean;
  readonly seed: number;
}

/** What one budget came to in one recording. */
export interface BudgetOutcome {
  /** Class of every beat, index into `beatClasses`. */
  readonly called: Uint8Array;
  readonly labelled: readonly LabelledBeat[];
  /** Labels that were planted wrong, those the guard points out, and those that are both. */
  readonly guard: { readonly wrong: number; readonly pointedOut: number; readonly both: number };
}

const sizes = [10, 20, 50];
const sources: readonly LabelSource[] = ['first-5-min', 'whole-record'];
const base: Budget = {
  ...{ labels: 0, source: 'whole-record', queue: true, wrongShare: 0, isGuarded: false, seed: 1 },
};
const randomSeeds = [1, 2];
const wrongSeeds = [1, 2];

/** The table: no label; the queue; every beat of the first five minutes; random beats; one label in ten wrong. */
export const budgets: readonly Budget[] = [
  base,
  ...sources.flatMap((source) => sizes.map((labels) => ({ ...base, labels, source }))),
  { ...base, labels: 'all', source: 'first-5-min', queue: false },
  ...sources.flatMap((source) =>
    sizes.flatMap((labels) => randomSeeds.map((seed) => ({ ...base, labels, source, queue: false, seed }))),
  ),
  ...[false, true].flatMap((isGuarded) =>
    sizes.flatMap((labels) => wrongSeeds.map((seed) => ({ ...base, labels, wrongShare: 0.1, isGuarded, seed }))),
  ),
];

/** Works all budgets out on one recording; those that differ in number alone share their labels. */
export function spendBudgets(
  recording: AskedRecording & { readonly name: string },
  wanted: readonly Budget[],
  isInFirstMinutes: (beat: number) => boolean,
): BudgetOutcome[] {
  const given = new Map<string, LabelledBeat[]>();
  const most = Math.max(...sizes);
  return wanted.map(({ labels, source, queue, wrongShare, seed, isGuarded }) => {
    const key = [source, queue, wrongShare, seed, labels === 'all'].join();
    const among = source === 'first-5-min' ? { among: isInFirstMinutes } : {};
    const order = queue ? ('queue' as const) : ('random' as const);
    const asking = { order, wrongShare, seed: seedOf(recording.name, seed), ...among };
    const inOrder =
      labels === 0
        ? []
        : (given.get(key) ?? simulateLabels(recording, asking, labels === 'all' ? recording.labels.length : most));
    if (labels !== 0) given.set(key, inOrder);
    let labelled = labels === 'all' ? inOrder : inOrder.slice(0, labels);
    const isWrong = ({ beat, label }: LabelledBeat) => recording.labels[beat] !== label;
    const doubtful = new Set(doubtfulLabels(recording.neighbourhood, recording.base, labelled).map(({ beat }) => beat));
    const wrong = labelled.filter(isWrong);
    const guard = {
      wrong: wrong.length,
      pointedOut: doubtful.size,
      both: wrong.filter(({ beat }) => doubtful.has(beat)).length,
    };
    if (isGuarded)
      labelled = labelled.map(({ beat, label }) => ({
        beat,
        label: doubtful.has(beat) ? recording.labels[beat] : label,
      }));
    const called = callsOf(blend(recording.neighbourhood, recording.base, labelled));
    return { called, labelled, guard };
  });
}

/** Chance falls differently in each recording, and the same way each time. */
const seedOf = (name: string, seed: number): number =>
  Array.from(name).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, seed);

/** Classes among a recording's counted beats that none of its labels shows, such as `S`. */
export function classesNotLabelled(labels: Uint8Array, labelled: readonly LabelledBeat[]): string[] {
  const shown = new Set(labelled.map(({ label }) => label));
  return beatClasses.filter((_, c) => !shown.has(c) && labels.includes(c));
}
