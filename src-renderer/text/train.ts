import type { GatePartName, ModelState } from '../../src-main/contract/training.ts';
import type { BeatClass, ClassMapName } from '../../src-main/domain/beat-class.ts';
import { countOf, dateTimeOf, durationOf, shortHash } from './numbers.ts';

const beats = (count: number) => (count === 1 ? '1 beat' : `${countOf(count)} beats`);
const records = (count: number) => (count === 1 ? '1 record' : `${countOf(count)} records`);

export const mapNames: Readonly<Record<ClassMapName, string>> = {
  literature: 'Literature map (de Chazal 2004)',
  ec57: 'EC57 map (ANSI/AAMI EC57)',
};

export const trainText = {
  group: 'Retrain',
  screenName: 'Retrain',

  corrections: 'Corrections to learn from',
  columns: { record: 'Record', confirmed: 'Confirmed', changed: 'Changed' },
  learnFrom: (name: string) => `Learn from ${name}`,
  learnFromAll: 'Learn from all records',
  total: (count: number) => records(count),
  noCorrections: 'No person has labelled a beat yet: there is nothing to learn from.',
  toReview: 'Review some beats',
  simulated: 'Simulated',

  guards: 'Guards',
  guardsPassed: 'Passed',
  guardsFailed: 'Failed',
  guardsRemark: 'Remark',
  noPlan: 'Choose at least one record.',
  neverLabelled: (classes: readonly BeatClass[]) =>
    `No ${classes.join(' or ')} labelled here: like beats may be denied ${classes.length === 1 ? 'it' : 'them'}.`,

  doubtful: {
    title: 'Labels to look at again',
    checking: 'Asking the model about each label…',
    none: 'Every label agrees with the model or with like labels.',
    found: (count: number) =>
      `${count === 1 ? '1 label looks' : `${countOf(count)} labels look`} wrong to the model and to the other labels. You may be right all the same.`,
    row: (at: string, label: string, expected: string) => `${at}: ${label}, expected ${expected}`,
    more: (count: number) => `and ${countOf(count)} more`,
    review: (count: number) => `Review ${count === 1 ? 'it' : `all ${countOf(count)}`}`,
    listTitle: 'Labels that look wrong',
    person: 'person',
    expected: 'expected',
  },

  gate: {
    title: 'Before and after',
    parts: {
      later: 'Later beats of these patients',
      others: 'Other patients',
      reference: 'Reference set',
    } satisfies Record<GatePartName, string>,
    measuredOn: 'Measured on',
    beats: 'Beats',
    macroF1: 'Macro-F1 %',
    before: 'Before',
    after: 'After',
    change: 'Change',
    interval: '95 % by record',
    better: 'Better',
    worse: 'Worse',
    show: (part: string) => `Show ${part}`,
    review: (count: number, which: string, part: string) => `Review ${countOf(count)} beats, ${which}: ${part}`,
    notMeasured: (why: string) => `Not measured: ${why}.`,
    fewRecords: 'fewer than 3 records',
    noInterval: 'no interval of fewer than 3 records',
    listTitle: { better: 'Better after', worse: 'Worse after' },
    cellTitle: (row: string, column: string, when: string) => `Reference ${row}, called ${column} ${when}`,
    reference: 'reference',
    old: (version: string) => `before, ${version}`,
    now: (version: string) => `after, ${version}`,
  },

  settings: 'Settings',
  seed: 'Random seed',
  seedHint: 'The same seed gives the same weights.',
  steps: 'Training steps',
  seedError: 'A whole number, 0 to 999 999 999.',
  stepsError: 'A whole number, 1 to 2000.',
  startFrom: 'Start from',

  willUse: (training: number, evaluation: number, evaluationRecords: readonly string[]) =>
    `Learns from ${beats(training)}; measured on ${beats(evaluation)} of ${
      evaluationRecords.length > 6 ? records(evaluationRecords.length) : evaluationRecords.join(', ') || 'no record'
    }.`,
  train: 'Train',
  training: 'Training',
  disabled: {
    running: 'A training runs already.',
    lost: 'The program does not answer.',
    nothing: 'Nothing is chosen to learn from.',
    guard: (remedy: string) => remedy,
    settings: 'A setting is no number that can be used.',
  },
  refusals: {
    'no-corrections': 'These records hold no label by a person. Confirm or change some beats in Review.',
    'training-already': 'A training runs already. Cancel it or wait until it has ended.',
    'guard-failed': 'A guard has failed meanwhile. Its remedy stands beside it.',
    'not-a-candidate': 'This version is no candidate any more: somebody decided about it. Nothing was changed.',
    'reason-needed': 'The gate advises against this version: accepting it takes a reason. Nothing was changed.',
    'in-use-already': 'This version is in use already. Nothing was changed.',
    'not-usable': 'Only a version that was accepted once can be used again. Nothing was changed.',
  },
  started: 'Training has started. The model in use keeps labelling meanwhile.',

  run: {
    none: 'No training yet',
    noneHint: 'A training starts from the model in use and makes a candidate. Nothing changes until you accept it.',
    running: 'Candidate, training',
    finished: (at: number, seconds: number) => `Finished ${dateTimeOf(at)} after ${durationOf(seconds)}`,
    failed: (failure: string) => `Failed: ${failure || 'the reason was not told'}`,
    cancelled: 'Cancelled. No candidate was made.',
    noRun: 'This version was not trained in this workspace.',
    cancel: 'Cancel',
    used: (training: number, replay: number, seed: number, executor: string, snapshot: string | null) =>
      [
        `${countOf(training)} corrected and ${countOf(replay)} earlier beats`,
        snapshot === null ? '' : `snapshot ${shortHash(snapshot)}`,
        `seed ${seed}`,
        executor,
      ]
        .filter(Boolean)
        .join(' · '),
    lossName: 'Loss',
    f1Name: 'Macro-F1 on inner validation',
    step: 'Step',
    trainLoss: 'train',
    validationLoss: 'valid.',
    macroF1: 'macro-F1',
    noPoints: 'The first point comes after the first steps.',
    noInner: 'No inner validation in this run.',
  },

  matrices: {
    before: 'Before',
    after: 'After',
    named: (when: string, model: string) => `${when}: ${model}`,
    rowsColumns: 'rows reference, columns the model',
    differences: 'difference in each cell',
    notYet: 'Measured once training ends. Held-out data is not touched before.',
    notMeasured: 'Not measured.',
    cell: (row: string, column: string, count: number) => `reference ${row}, called ${column}: ${count}`,
  },
  measured: {
    title: 'Beat classes, before and after',
    on: (beatCount: number, recordCount: number, map: string) =>
      `${beats(beatCount)} of ${records(recordCount)}, ${map}`,
    reference: (reference: string) => `Reference: ${reference}.`,
    recordsName: 'Measured on',
    undefinedHint: '– is undefined: no such beat in the reference, or none called so.',
    class: 'Class',
    sensitivity: 'Sensitivity Se %',
    predictivity: 'Positive predictivity +P %',
    f1: 'F1 %',
    before: 'Before',
    after: 'After',
    change: 'Change',
    interval: '95 %',
    accuracy: ({ before, after, change }: { before: string; after: string; change: string }) =>
      `Accuracy ${before} % before, ${after} % after (${change}).`,
    macroF1: 'Macro-F1',
    detector: 'QRS detection is not changed by this: the detector was not retrained.',
  },
  classWords: { N: 'Normal', S: 'SVEB', V: 'VEB', F: 'Fusion', Q: 'Unclassifiable' } satisfies Record<
    BeatClass,
    string
  >,

  versions: 'Model versions',
  noVersions: 'No model version yet. Import one, or train one on the command line.',
  states: {
    candidate: 'Candidate, waiting for your decision',
    accepted: 'Accepted',
    rejected: 'Rejected',
    retired: 'Retired',
  } satisfies Record<ModelState, string>,
  inUse: 'In use',
  familyRow: 'For rows of single beats: scores row files and is exported. Review and Retrain cannot use it.',
  from: (parent: string) => `from ${parent}`,
  learnedFrom: (names: readonly string[]) =>
    `Learned from ${names.length > 6 ? records(names.length) : names.join(', ')}`,
  figure: (part: GatePartName, before: string, after: string) =>
    `${{ later: 'Later beats', others: 'Other patients', reference: 'Reference set' }[part]}: macro-F1 ${before} to ${after}`,
  decided: { candidate: 'Candidate again', accepted: 'Accepted', rejected: 'Rejected', retired: 'Retired' },
  decidedBy: (what: string, who: string, at: number) => `${what} by ${who}, ${dateTimeOf(at)}`,
  bundled: 'bundled',
  reason: (reason: string) => `Reason: ${reason}`,
  card: 'Card',
  export: 'Export',
  useAgain: 'Use this version',
  useAgainHint: 'Labels with this version from now on. No version is deleted; predictions are computed anew.',
  newer: (model: string, isTrainedHere: boolean) =>
    `${model} came with this program and is newer than ${isTrainedHere ? 'the one that yours learned from. What yours has learned is not in it.' : 'the one in use.'}`,
  showNewer: (version: string) => `Show ${version}`,
  cardTitle: (model: string) => `Model card, ${model}`,
  close: 'Close',
  exported: (files: readonly string[]) => `Written: ${files.join(', ')}`,
  exporting: 'Writing weights, card and ONNX graph.',

  cellTitle: (row: string, column: string) => `Reference ${row}, called ${column}`,
  cellNone: 'Choose a cell of a matrix to read it here.',
  cellBefore: 'Before',
  cellAfter: 'After',
  cellShare: (row: string) => `Share of reference ${row}`,
  cellReview: (count: number, when: string) => `Review ${countOf(count)}, ${when.toLowerCase()}`,

  decision: {
    name: 'Decision',
    nothing: (model: string) => `Nothing changes until you accept. ${model} keeps labelling.`,
    rulesMet: (met: number, all: number) => `${met} of ${all} acceptance rules met`,
    noModel: 'No model is in use: nothing labels beats yet.',
    notMeasured: 'This candidate was not measured.',
    met: 'met',
    missed: 'missed',
    accept: 'Accept',
    acceptDespite: 'Accept despite this…',
    reject: 'Reject',
    reasonTitle: 'Accept although a rule is missed',
    reasonAsk: 'Why is this version better all the same? The reason is stored and printed on the model card.',
    reasonLabel: 'Reason',
    cancel: 'Cancel',
    accepted: (model: string) => `${model} accepted. Predictions are computed anew; labels by people stay.`,
    rejected: (model: string) => `${model} rejected. It stays among the versions.`,
    rolledBack: (model: string) => `Back to ${model}. Predictions are computed anew; labels by people stay.`,
  },
  hints: { train: 'train', undo: 'undo', region: 'next region', commands: 'any command', keys: 'all keys' },
  commands: {
    train: 'Train on the chosen corrections',
    cancel: 'Cancel the training',
    accept: 'Accept the candidate',
    reject: 'Reject the candidate',
    card: 'Read the model card of the version shown',
    export: 'Export the version shown',
    useAgain: 'Use the version shown',
  },
};

/** A model as people name it: `RhythmAttention 1.3.0 (b27d04a)`. */
export const modelWords = ({ name, version, hash }: { name: string; version: string; hash: string }): string =>
  `${name} ${version} (${shortHash(hash)})`;
