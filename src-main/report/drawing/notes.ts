import { beatSymbols } from '../../domain/annotation.ts';
import type { ClassMapName } from '../../domain/beat-class.ts';
import { beatClasses, classOfSymbol } from '../../domain/beat-class.ts';
import type { ReportInput } from '../report-input.ts';
import { shortestGapS } from '../statistics/gap-stretches.ts';
import { withUnit } from './figures.ts';

export const classMapTitles: Readonly<Record<ClassMapName, string>> = { literature: 'Literature', ec57: 'EC57' };

const symbolsOf = (map: ClassMapName) =>
  beatClasses
    .map((c) => `${c}\u00a0=\u00a0${beatSymbols.filter((symbol) => classOfSymbol(symbol, map) === c).join('\u00a0')}`)
    .join(', ');

/** What each kind of figure means; every limit stands with the number that it governs. */
const definitions = {
  gap: () =>
    `Time without a valid sample in any lead for ${withUnit(shortestGapS, 's', 1)} or longer; no RR bridges it.`,
  unreadable: () =>
    'Where a reader confirmed noise, lead off or saturation in every lead: its beats count as artifacts, and no RR bridges it. Episodes in some leads alone and those that nobody confirmed change no figure.',
  artifact: () =>
    'Marked by a person as unusable, or where a person confirmed every lead to be unreadable: in no figure, and no RR bridges them.',
  meanRate: () => '60\u2009000 over the mean in ms of all RR intervals, of whatever classes.',
  extremeRate: ({ limits }) =>
    `Mean of ${limits.rateOverIntervals} successive RR intervals; – where fewer follow each other.`,
  pause: ({ limits }) => `RR interval over ${withUnit(limits.pauseOverS, 's', 1)}, between beats of any class.`,
  nn: () =>
    'Between two successive N beats. SDNN: standard deviation (n\u00a0−\u00a01), grows with the length of the record. RMSSD, pNN50: of differences of successive N-N intervals; pNN50: share over 50\u2009ms. – where too few.',
  classMap: ({ classMap }) => `Class map ${classMapTitles[classMap]}, by annotation symbol: ${symbolsOf(classMap)}.`,
  byPerson: () => 'Label confirmed or changed by a person; of beats that are no artifact.',
  toConfirm: () =>
    'S, V, F and Q beats without a person’s word, beats without a label, beats left for later. Until none remains the report is a draft.',
  figures: ({ model }) =>
    `Se: sensitivity, +P: positive predictivity. ${model?.cardSource ?? ''}${model?.cardSource.endsWith('.') ? '' : '.'} Not measured on this record; – where undefined.`,
  burden: () =>
    'Of the beats that are no artifact. Not assessed is never 0: – stands where beats have no label, or where the model cannot give the class and no person labeled every beat.',
  unlabeled: () => 'Some beats have no label: counts by class are lower bounds, shares are not given.',
  runs: () =>
    'Single, couplet, run: 1, 2, 3 or more successive beats of the class; another class, an artifact beat or a gap ends it. Rate: mean of its intervals.',
  intervals: ({ intervals }) =>
    `Automatic, read by nobody: middle value and middle half of ${intervals?.beats.length ?? 0} of ${intervals?.candidates ?? 0} N beats that follow an N beat, evenly over the record, in lead ${intervals?.leadName ?? ''}; – where found in too few. QTc by Fridericia: QT over the cube root of the RR before it in s. Against manual boundaries (LUDB) the program’s have a standard deviation of 19 ms at the onset of P, 14 and 18 ms at onset and end of QRS, 24 ms at the end of T.`,
  trend: () => 'Interval before each beat, at the beat; one mark stands for all of its class that it would cover.',
  rows: () =>
    'What spans two rows counts where it begins. Rates as in the summary, of each row alone. – where a row has no assessed beat or too few intervals.',
} satisfies Record<string, (input: ReportInput) => string>;

export type NoteName = keyof typeof definitions;

/** Numbers the notes of a report in the order in which they are first called. */
export class Notes {
  readonly #input: ReportInput;
  readonly #used: NoteName[] = [];
  constructor(input: ReportInput) {
    this.#input = input;
  }
  /** The raised number, or nothing where definitions are not printed. */
  mark = (...names: readonly NoteName[]): string => {
    if (!this.#input.sections.definitions) return '';
    for (const name of names) if (!this.#used.includes(name)) this.#used.push(name);
    return names.map((name) => this.#used.indexOf(name) + 1).join(',');
  };
  /** Number and sentence of each note called so far. */
  list(): { number: string; sentence: string }[] {
    return this.#used.map((name, i) => ({ number: String(i + 1), sentence: definitions[name](this.#input) }));
  }
}
