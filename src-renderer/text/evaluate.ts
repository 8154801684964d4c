import type { AnnotatorView } from '../../src-main/contract/evaluation.ts';
import type { ClassMapName } from '../../src-main/domain/beat-class.ts';
import { countOf, missing } from './numbers.ts';

const beatsOf = (count: number) => (count === 1 ? '1 beat' : `${countOf(count)} beats`);
const recordsOf = (count: number) => (count === 1 ? '1 record' : `${countOf(count)} records`);

/** Names of figures, in the order of tables. */
export const figureNames: Readonly<Record<string, string>> = {
  qrsSe: 'QRS Se',
  qrsPpv: 'QRS +P',
  vebSe: 'VEB Se',
  vebPpv: 'VEB +P',
  vebFpr: 'VEB FPR',
  svebSe: 'SVEB Se',
  svebPpv: 'SVEB +P',
  missed: 'Missed in shutdown',
};
export const runFigureNames: Readonly<Record<string, string>> = {
  coupletSe: 'Couplet Se',
  coupletPpv: 'Couplet +P',
  shortRunSe: 'Short run Se',
  shortRunPpv: 'Short run +P',
  longRunSe: 'Long run Se',
  longRunPpv: 'Long run +P',
};

/** Sentences of the Evaluate screen. */
export const evaluateText = {
  name: 'Evaluate',
  group: 'Evaluate',
  views: { comparison: 'Comparison', agreement: 'Agreement' },
  viewsName: 'What to evaluate',
  mapNames: { ec57: 'EC57', literature: 'Literature' } satisfies Record<ClassMapName, string>,
  mapName: 'Class map',
  annotator: ({ kind, name }: Pick<AnnotatorView, 'kind' | 'name'>): string =>
    ({
      reference: `${name} (reference)`,
      person: `${name} (person)`,
      program: `${name} (detector)`,
      model: `${name} (model alone)`,
      shown: 'As Review shows now',
    })[kind],
  shortName: ({ kind, name }: Pick<AnnotatorView, 'kind' | 'name'>): string =>
    ({ reference: name, person: name, program: 'detector', model: 'model', shown: 'shown' })[kind],
  labels: (labels: number, records: number) => `${countOf(labels)} labels, ${recordsOf(records)}`,

  sides: 'Who is compared',
  reference: 'Reference',
  test: 'Test',
  swap: 'Swap',
  settings: 'How',
  start: 'Start',
  startHint: 'Seconds or minutes:seconds that the test may learn from; 5:00 by EC57',
  startError: 'A time such as 5:00.',
  window: 'Match window',
  windowError: 'A time such as 0.15, above 0.',
  paced: 'Include records with paced beats',
  pacedHint: 'EC57 leaves them out of the aggregate.',
  standard: 'Back to EC57',
  records: 'Records',
  recordOf: (name: string) => `Compare ${name}`,
  all: 'All',
  none: 'None',
  reading: 'Comparing',
  warnings: 'Departs from EC57',
  isStandard: 'By EC57: window, start, class map and records.',
  warning: {
    map: 'The class map is the literature’s: e, j and n count as N.',
    paced: 'Records with paced beats are in the aggregate.',
    leftOut: (names: readonly string[]) => `Left out by hand: ${names.join(', ')}.`,
    fewLabels: (name: string) => `${name} has labelled only some beats: the others count as missed.`,
    noReference: 'The reference is no expert’s file but labels of this program or its readers.',
    detector: 'A detector finds beats and gives no class: its beats count as Q.',
    samePlaces:
      'The test’s beats lie where the reference’s do, for they were taken from it: QRS figures say nothing of detection.',
    learned: (sentences: readonly string[]) =>
      `Figures on recordings that the model has learned from are no measure of it. ${sentences.join(' ')}`,
    other: (phrase: string) => `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`,
  },
  pacedOut: (names: readonly string[]) => `Paced, left out as EC57 asks: ${names.join(', ')}.`,

  matrix: (reference: string, test: string) => `${reference} in rows, ${test} in columns`,
  matrixTitle: 'Beat by beat',
  matrixHint:
    'A cell opens its beats in Review. o: only the reference has the beat; O: only the test; x, X: shut down.',
  cell: (row: string, column: string, count: number) =>
    Number.isNaN(count) ? `${row}${column}: cannot occur` : `reference ${row}, test ${column}: ${countOf(count)}`,
  cellEmpty: (cell: string) => `No beat is in ${cell}.`,
  cellTitle: (row: string, column: string, reference: string, test: string) => {
    const said = (label: string) => (/[ox]/i.test(label) ? 'no beat' : label.toUpperCase());
    return `${said(row)} in ${reference}, ${said(column)} in ${test}`;
  },
  figures: 'Figures',
  figuresHint: (records: number, beats: number) => `${recordsOf(records)}, ${beatsOf(beats)}`,
  gross: 'Gross',
  average: 'Average',
  median: 'Median',
  interval: '95 % of gross',
  intervalHint: 'Over 1,000 draws of records, never of beats',
  counts: 'Counts',
  figure: 'Figure',
  rrError: 'RMS RR error',
  ms: (ms: number | null) => (ms === null ? missing : `${ms.toFixed(2)} ms`),
  svebNote:
    'Gross and average SVEB +P leave fusion beats called S out, as sumstats does; the figure of a record counts them.',
  runs: 'Run by run',
  runKinds: { VE: 'Ventricular', SVE: 'Supraventricular' },
  maps: 'Both class maps',
  mapsReason: (
    differences: readonly { symbol: string; ec57: string; literature: string; inReference: number; inTest: number }[],
  ) =>
    differences.length === 0
      ? 'No symbol here is in another class by the other map: both give the same figures.'
      : `They part where ${differences
          .map(
            ({ symbol, ec57, literature, inReference, inTest }) =>
              `${symbol} is ${ec57} by EC57 and ${literature} in the literature (${countOf(inReference)} in the reference, ${countOf(inTest)} in the test)`,
          )
          .join('; ')}.`,
  modelMap:
    'The model learned the literature’s classes: what EC57 counts as escape beats in S it was taught to call N.',
  byRecord: 'By record',
  columns: { name: 'Record', beats: 'Beats', rr: 'RR ms', shutdown: 'Shutdown s' },
  leftOutMark: 'paced, left out',

  exportCsv: 'Export tables as CSV',
  exported: (file: string) => `Exported ${file}.`,

  people: 'People',
  peopleHint: 'Imported reference annotators count as people. A person’s labels are their own, whoever labelled since.',
  kappa: 'Kappa',
  kappaTitle: 'Agreement beyond chance',
  kappaHint: 'Over the beats that each of them labelled. The interval is over resampled records.',
  between: 'Between',
  beats: 'Beats',
  observed: 'Agree',
  cohen: (names: readonly string[]) => names.join(' and '),
  fleiss: (count: number) => `All ${count} (Fleiss)`,
  oneRecord: 'One record has no interval.',
  kappaUndefined: 'Kappa is undefined where all labels are of one class.',
  disagreements: 'Disagreements',
  differing: (differing: number, adjudicated: number) =>
    differing === 0
      ? 'They differ on no beat.'
      : `They differ on ${beatsOf(differing)}; ${countOf(adjudicated)} decided.`,
  adjudicate: (count: number) => `Decide ${beatsOf(count)}`,
  adjudication: (names: readonly string[]) => `${names.join(', ')} differ`,
  adjudicateHint: 'Each label is asked for its reason, which is kept with it. Every decision can be undone.',
  needTwo: 'Choose two people or more.',
  noPeople: 'Nobody but one has labelled yet',
  noPeopleHint:
    'Label beats in Review under your initials, or import a record with the annotation files of two readers.',

  repeat: {
    title: 'Blinded repeat',
    hint: 'Labels some of your own beats again, without your first label and without the model’s. Classes take turns in the sample.',
    size: 'Beats',
    sizeError: 'A whole number from 1 to 500.',
    seed: 'Seed',
    seedError: 'A whole number.',
    start: 'Start the repeat',
    goOn: (answered: number, all: number) => `Go on, ${countOf(answered)} of ${countOf(all)}`,
    keep: (count: number) => `Keep ${countOf(count)}`,
    none: (reader: string) => `${reader || 'You'} labelled no beat of these records yet. Label some in Review first.`,
    kept: 'Kept. The labels of the records stay as they are.',
    earlier: 'Repeats so far',
    noneYet: 'None yet.',
    reader: 'Reader',
    when: 'When',
    changed: 'Changed',
    place: (at: number, count: number) => `Beat ${countOf(at)} of ${countOf(count)}`,
    answered: (count: number) => `${countOf(count)} answered`,
    ask: 'Which class is the marked beat?',
    said: (label: string) => `You said ${label}`,
    back: 'Previous',
    on: 'Next',
    leave: 'Leave',
    finish: 'Keep the answers',
    blinded: 'Labels and predictions are hidden.',
    commands: {
      answer: (label: string) => `Answer ${label} and go to the next`,
      next: 'Next beat of the repeat',
      previous: 'Previous beat of the repeat',
      finish: 'Keep the answers of the repeat',
      leave: 'Leave the repeat; answers stay until the window closes',
    },
  },

  commands: {
    comparison: 'Compare two annotators',
    agreement: 'Agreement of people',
    swap: 'Swap reference and test',
    otherMap: 'Other class map',
    standard: 'Compare by EC57',
    exportCsv: 'Export the tables as CSV',
    adjudicate: 'Decide the beats on which people differ',
    repeat: 'Start or go on with the blinded repeat',
  },
  empty: {
    title: 'Nothing to compare yet',
    oneSide:
      'Two annotators of the same records are needed. Import a record with its annotation file, or classify one.',
    noCommon: 'These two have no record in common. Choose another reference or test.',
    noRecords: 'No record is chosen. Choose some on the left.',
    library: 'Go to the library',
    failed: 'The comparison could not be made.',
    retry: 'Try again',
  },
  hints: { map: 'other map', swap: 'swap', export: 'CSV', review: 'review', view: 'views' },
};
