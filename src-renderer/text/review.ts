import type { EditRefusal, EpisodeRefusal } from '../../src-main/contract/review.ts';
import type { BeatClass } from '../../src-main/domain/beat-class.ts';
import type { LabelOrigin } from '../../src-main/domain/beat.ts';
import { countOf, missing, percentOf } from './numbers.ts';

const beatsOf = (count: number) => (count === 1 ? '1 beat' : `${countOf(count)} beats`);

/** A number with its unit; a dash where it is undefined. */
const measured = (value: number, unit: string, decimals = 0) =>
  Number.isFinite(value) ? `${value.toFixed(decimals)} ${unit}`.trim() : missing;

/** Sentences of the Review screen. */
export const reviewText = {
  name: 'Review',
  classNames: {
    N: 'Normal and bundle branch',
    S: 'Supraventricular',
    V: 'Ventricular',
    F: 'Fusion',
    Q: 'Paced or unclassifiable',
  } satisfies Record<BeatClass, string>,
  /** The class in words, and the exact symbol where a person gave another than the class's own. */
  labelWords: (beatClass: BeatClass, symbol: string): string =>
    symbol === '' || symbol === beatClass
      ? reviewText.classNames[beatClass]
      : `${reviewText.classNames[beatClass]}: ${symbol}${symbol in reviewText.symbolWords ? `, ${reviewText.symbolWords[symbol]}` : ''}`,
  noLabel: 'No label yet',
  origins: {
    none: 'Nobody has labelled it',
    model: 'Model label, not yet confirmed',
    confirmed: 'Confirmed by a person',
    changed: 'Changed by a person',
  } satisfies Record<LabelOrigin, string>,
  originsShort: { model: 'model', confirmed: 'confirmed', changed: 'changed', reference: 'reference' },
  referenceShort: 'Ref.',
  artifact: 'Artifact',
  forLater: 'Left for later',

  groups: { beats: 'Beats', labels: 'Labels', paper: 'Paper', lists: 'Queue and lists', panels: 'Panels' },
  commands: {
    nextBeat: 'Next beat',
    previousBeat: 'Previous beat',
    start: 'Start of the record',
    end: 'End of the record',
    queueNext: 'Next beat of the queue',
    queuePrevious: 'Previous beat of the queue',
    nextOf: (beatClass: BeatClass) => `Next ${beatClass}`,
    nextOfSame: 'Next of the class looked for',
    previousOfSame: 'Previous of the class looked for',
    nextDifference: 'Next label difference',
    previousDifference: 'Previous label difference',
    label: (symbol: string) => `Label ${symbol}`,
    symbol: (symbol: string, words: string) => `Label ${symbol}, ${words}`,
    confirmNext: 'Confirm and go to the next',
    confirm: 'Confirm',
    artifact: 'Artifact, or not',
    later: 'Leave for later, or take up again',
    remove: 'Delete: was no beat',
    add: 'Add a beat on the peak near the pointer, else midway to the next beat',
    moveLeft: 'Move the mark one sample to the left',
    moveRight: 'Move the mark one sample to the right',
    selectAll: 'Select all that the filter shows',
    selectNone: 'Select none',
    pageForward: 'Half a page forward',
    pageBack: 'Half a page back',
    wholeForward: 'Page forward',
    wholeBack: 'Page back',
    slower: 'Time scale down',
    faster: 'Time scale up',
    gainUp: 'Gain up',
    gainDown: 'Gain down',
    standard: 'Standard scale, 25 mm/s and 10 mm/mV',
    goTo: 'Go to a time or a beat',
    goBack: 'Go back to the place before',
    play: 'Play, pause',
    attribution: 'Attribution: relevance or attention',
    attributionOff: 'Attribution off',
    waves: 'Boundaries of P, QRS and T of the beat, on the paper or not',
    callipers: 'Callipers',
    march: 'March the callipers through',
    swapLegs: 'Other leg of the callipers',
    reference: 'Show or hide the reference labels',
    history: 'Show or hide the history',
    paperAlone: 'Paper alone on screen, or all panels',
  },
  symbolWords: {
    N: 'normal',
    L: 'left bundle branch block',
    R: 'right bundle branch block',
    A: 'atrial premature',
    a: 'aberrated atrial premature',
    J: 'nodal premature',
    V: 'premature ventricular',
    F: 'fusion of ventricular and normal',
    '/': 'paced',
  } as Readonly<Record<string, string>>,

  labelled: (symbol: string) => symbol,
  confirmed: 'Confirmed',
  markedArtifact: 'Artifact',
  unmarkedArtifact: 'No longer artifact',
  leftForLater: 'Left for later',
  takenUp: 'Taken up again',
  deleted: 'Deleted',
  movedBy: (samples: number) => `Moved by ${Math.abs(samples)} sample to the ${samples < 0 ? 'left' : 'right'}`,
  moved: (clock: string) => `Moved to ${clock}`,
  added: (clock: string) => `Beat added at ${clock}`,
  at: (clock: string) => `at ${clock}`,
  onBeats: (count: number, away: number) =>
    `on ${beatsOf(count)}${away > 0 ? `, ${countOf(away)} of them off screen` : ''}`,
  sentence: (sentence: string) => `${sentence}.`,
  rereading: (sentence: string) => `${sentence}; the model re-reads the recording.`,
  reread: (sentence: string, changes: readonly { readonly beatClass: BeatClass; readonly count: number }[]) =>
    changes.length === 0
      ? `${sentence}; no other beat reads differently.`
      : `${sentence}; ${changes
          .map(({ beatClass, count }, i) =>
            i === 0
              ? `${countOf(count)} more ${count === 1 ? 'beat now reads' : 'beats now read'} ${beatClass}`
              : `${countOf(count)} ${beatClass}`,
          )
          .join(', ')}.`,
  nothingChanged: 'Nothing to change: these beats read so already, or have no label to agree with.',
  notConnected: 'Not saved: the program does not answer. Editing waits until it does.',
  refusals: {
    'stale-revision': 'Not saved: these beats have changed meanwhile. They are shown as they are now; label again.',
    'no-such-beat': 'Not saved: the beat is no longer there.',
    'no-such-episode': 'Not saved: the episode is no longer there.',
    'beyond-record': 'Not saved: that place is outside of the record.',
    'beat-too-close': 'Not saved: there is a beat at that sample already.',
  } satisfies Record<EditRefusal | EpisodeRefusal, string>,

  saved: 'Saved',
  saving: 'Saving',
  notSaved: 'Last edit not saved',
  undo: 'Undo',
  redo: 'Redo',
  facts: (leads: string, samplingHz: number, length: string) => `${leads} · ${samplingHz} Hz · ${length}`,
  simulated: 'Simulated',
  filterName: 'Classes that the lists and the arrow keys show',
  showOnly: (beatClass: BeatClass, count: number) => `${reviewText.classNames[beatClass]}: ${beatsOf(count)}`,
  confirmedShare: (count: number, all: number) =>
    `${countOf(count)} of ${countOf(all)} · ${percentOf(all === 0 ? null : count / all)}`,
  confirmedBy: 'Labelled by a person',
  showAll: 'Show all',

  toolbar: {
    name: 'Paper and attribution',
    speed: 'Paper speed',
    speeds: (mmPerS: number) => {
      if (mmPerS >= 1) return `${mmPerS} mm/s`;
      const sPerMm = Math.round(1 / mmPerS);
      return sPerMm < 60 ? `${sPerMm} s/mm` : `${sPerMm / 60} min/mm`;
    },
    gain: 'Gain',
    gains: (mmPerMv: number) => `${mmPerMv} mm/mV`,
    standard: 'Standard',
    notStandard: 'Not standard',
    standardHint: 'Back to 25 mm/s and 10 mm/mV',
    leads: 'Leads',
    allLeads: (count: number) => `all ${count}`,
    oneLead: (name: string) => `${name} alone`,
    play: 'Play',
    pause: 'Pause',
    rate: 'Play speed',
    rates: (rate: number) => `${rate}×`,
    method: 'Attribution',
    kinds: { relevance: 'Relevance', attention: 'Attention', off: 'Off' },
    measured: 'Scale measured',
    notMeasured: 'Scale not measured',
    notMeasuredHint:
      'Grid and numbers are right in s and mV; millimetres are not known on this display. Go to Settings.',
    callipers: 'Callipers',
    reference: 'Show the reference labels',
    referenceShown: 'Hide the reference labels',
  },

  lists: {
    name: 'Beats to review',
    title: 'Review',
    originWords: { none: 'none', model: 'model', confirmed: 'confirmed', changed: 'changed' } satisfies Record<
      LabelOrigin,
      string
    >,
    differences: (count: number) => `${beatsOf(count)} ${count === 1 ? 'differs' : 'differ'} from the reference.`,
    tabs: { queue: 'Queue', beats: 'Beats', errors: 'Errors' },
    tabsName: 'Which beats to list',
    toReview: (count: number) => `${countOf(count)} to review`,
    sortName: 'Order of the beats',
    sortBy: { time: 'Sort by time', label: 'Sort by label', p: 'Sort by probability' },
    sortedWords: { ascending: 'rising; again: falling', descending: 'falling; again: rising' },
    arrows: { ascending: '\u2191', descending: '\u2193' },
    columns: {
      time: 'Time',
      label: '',
      sortLabel: 'L',
      p: 'p %',
      unc: 'Unc',
      dis: 'Dis',
      nov: 'Nov',
      origin: 'Origin',
      ref: 'Ref.',
    },
    hints: {
      unc: 'Uncertainty: how undecided the model is, among the beats of this record',
      dis: 'Disagreement: how far the model’s members, or the model and the labels, are apart, among the beats of this record',
      nov: 'Novelty: how far from every labelled beat and from the beats the model learned from, among the beats of this record',
    },
    bars: (unc: number, dis: number, nov: number, isForCoverage: boolean) =>
      `uncertainty ${Math.round(100 * unc)}, disagreement ${Math.round(100 * dis)}, novelty ${Math.round(100 * nov)} of 100${isForCoverage ? `, ${reviewText.lists.coverage}` : ''}`,
    coverage: 'stands for beats like it',
    beats: (count: number) => beatsOf(count),
    never: (classes: readonly string[]) =>
      classes.length === 5
        ? 'Nothing labelled in this recording by a person yet.'
        : `No ${classes.join(', ')} labelled in this recording by a person yet.`,
    tally: { toReview: 'to review', confirmed: 'confirmed', changed: 'changed', forLater: 'for later' },
    queueEmpty: (count: number) => `Nothing left in the queue; ${beatsOf(count)} not looked at.`,
    allReviewed: 'Every beat has been looked at by a person.',
    notClassified: 'The queue needs the model’s opinion of this record. Until then, the tab Beats lists all of them.',
    noModel: 'No model is in use, so that nothing can be put in order of need. The tab Beats lists all of them.',
    classifying: 'The model is reading the record. The queue follows.',
    classify: 'Classify now',
    reading: 'The beats are being put in order of need.',
    failed: 'The queue could not be made. Labelling works on.',
    retry: 'Try again',
    noneShown: 'No beat of these classes. ',
    showAll: 'Show all classes',
    noDifferences: 'No beat’s label differs from the reference.',
    missed: (count: number) => `${beatsOf(count)} of the reference ${count === 1 ? 'has' : 'have'} none here.`,
    unnamed: 'none',
  },

  inspector: {
    intervals: {
      title: (lead: string) => `Intervals in ${lead}`,
      ms: (value: number) => (Number.isFinite(value) ? `${value.toFixed(0)} ms` : 'not measured'),
      prHint: 'From the onset of P to the onset of QRS',
      qtcHint: 'QT corrected by Fridericia: QT divided by the cube root of the RR before it in seconds',
      automatic: 'Automatic, of this beat in this lead, read by nobody. QTc by Fridericia. D shows the boundaries.',
      measuring: 'Measuring this beat…',
    },
    name: 'Beat',
    beat: (ordinal: number) => `Beat ${countOf(ordinal)}`,
    of: (count: number) => `of ${countOf(count)}`,
    none: 'No beat selected',
    noneHint: 'Click a beat on the paper or in the list; arrow keys go from beat to beat.',
    confirm: 'Confirm',
    referenceShort: 'Ref.',
    artifact: 'Artifact',
    later: 'Later',
    probability: 'Probability',
    probabilityHint: 'of the model, moved by the labels people gave in this recording',
    noProbability: 'The model has not read this beat yet.',
    timing: 'Timing',
    rrBefore: 'RR before',
    rrAfter: 'RR after',
    toMean: '÷ local mean',
    rate: 'Rate',
    ms: (ms: number) => measured(ms, 'ms'),
    ratio: (ratio: number) => measured(ratio, '', 2),
    perMin: (rate: number) => measured(rate, '/min'),
    noRr: 'There is no RR interval beside an artifact or at the end of the record.',
    templates: 'Against this patient’s means',
    templatesOf: (lead: string, scale: string) => `${lead} · ${scale}`,
    templateSpeed: (mmPerS: number) => `${mmPerS} mm/s, units unknown`,
    templateScale: (mmPerS: number, mmPerMv: number) => `${mmPerS} mm/s, ${mmPerMv} mm/mV`,
    thisBeat: 'this beat',
    noMeans: 'No N and no V beat in this record yet.',
    mean: (beatClass: BeatClass, count: number) => `${beatClass} mean of ${countOf(count)}`,
    templatesLabel: (names: readonly string[]) =>
      `This beat over ${names.join(' and ') || 'no mean: no N or V beat yet'}`,
    templatesReading: 'Reading beats of this record',
    lineage: 'Lineage',
    signal: 'Signal',
    checksum: (files: string, isVerified: boolean) =>
      `${files}, ${isVerified ? 'checksum verified' : 'no checksum in the header'}`,
    position: 'Position',
    positionAt: (from: string, sample: number) => `${from}, sample ${countOf(sample)}`,
    label: 'Label',
    labelByModel: (model: string, hash: string, p: number) => `${model} (${hash}), ${percentOf(p)}`,
    labelNone: 'none',
    people: 'People',
    noPeople: 'none yet',
    training: 'Training',
    noTraining: 'in no training set',
    selected: (count: number) => `${beatsOf(count)} selected`,
    span: (from: string, to: string) => `${from} to ${to}`,
    offScreen: (count: number) => (count === 0 ? 'all on screen' : `${countOf(count)} off screen`),
    labelsShared: 'One label',
    labelsDiffering: 'Labels differ',
    originsShared: 'One origin',
    originsDiffering: 'Origins differ',
    confirmCount: (count: number) => `Confirm ${countOf(count)}`,
    rrRange: 'RR before',
    range: (low: number, high: number) =>
      Number.isFinite(low) ? `${Math.round(low)} to ${Math.round(high)} ms` : missing,
    lowestP: 'Least certain',
  },

  history: {
    name: 'History',
    summary: (count: number) =>
      `${count === 1 ? '1 step' : `${countOf(count)} steps`}. Every step can be undone, also after closing.`,
    columns: { when: 'When', who: 'Who', what: 'What', where: 'Record' },
    undone: 'undone',
    none: 'No step yet.',
    close: 'Close',
    otherRecord: 'other record',
    models: 'models',
  },

  walk: {
    name: 'List of beats',
    place: (at: number, count: number) => `${countOf(at)} of ${countOf(count)}`,
    where: (record: string, clock: string) => `${record} at ${clock}`,
    none: 'no beat',
    next: 'Next beat of the list',
    previous: 'Previous beat of the list',
    confirmNext: 'Confirm and go to the next of the list',
    leave: 'Leave the list',
    leaveShort: 'Leave',
    on: 'Next',
    back: 'Previous',
    decide: (symbol: string) => `Decide for ${symbol}, with a reason`,
    asksWhy: 'N S V F Q decides; the reason is asked for.',
    because: (symbol: string) => `${symbol}, because`,
    why: 'Reason',
    save: 'Save',
    cancel: 'Cancel',
    last: 'That is the last beat of the list.',
    first: 'That is the first beat of the list.',
  },
  goTo: {
    title: 'Go to',
    label: 'Time or beat',
    hint: '2:44.1 is a time, 1:02:44 with hours, 281 a beat, s59075 a sample.',
    go: 'Go',
    unknown: 'That is no time and no beat of this record.',
  },
  unblind: {
    title: 'Show the reference labels?',
    sentence:
      'Until now this record was reviewed blind. That you have looked is recorded with your initials and the time, and the record counts as unblinded from now on.',
    keep: 'Stay blinded',
    show: 'Show them',
    none: 'This record came without reference labels.',
  },

  hints: {
    beat: 'beat',
    queue: 'queue',
    label: 'label',
    confirm: 'confirm, next',
    next: 'next V',
    add: 'add',
    remove: 'delete',
    artifact: 'artifact',
    time: 'time',
    gain: 'gain',
    keys: 'all keys',
  },
  legend: 'Marks',
  cursor: (clock: string, lead: string | undefined, mv: number | undefined) =>
    [
      clock,
      lead === undefined
        ? undefined
        : mv === undefined
          ? `${lead} ${missing}`
          : `${lead} ${mv.toFixed(2).replace('-', '−')} mV`,
    ]
      .filter(Boolean)
      .join(' · '),

  empty: {
    noRecord: 'No record is open',
    noRecordHint: 'Choose a record in the library; Enter opens it here.',
    library: 'Go to the library',
    reading: (name: string) => `Reading ${name}`,
    failed: 'The record could not be read',
    failedHint: 'What was saved is safe. The line below says what went wrong.',
    retry: 'Try again',
    noBeats: 'No beats have been looked for in this record yet.',
    noBeatsLeft: 'This record has no beats. A double-click on the paper adds one.',
    detect: 'Detect beats',
    detecting: 'Beats are being looked for. They appear as soon as they are found.',
    classifying: 'The model is reading this record; labels follow.',
  },
};
