import type { Primitive } from '../../domain/drawing.ts';
import type { SignalEpisode } from '../../domain/signal-episode.ts';
import type { ReportInput, ReportLead } from '../report-input.ts';
import type { ReportFacts } from '../report-model.ts';
import {
  countWithShare,
  durationText,
  numberText,
  percentText,
  recordClock,
  undefinedFigure,
  withUnit,
} from './figures.ts';
import { across, colors, contentWidthMm, notedText, page, rect, strokes, styles, text } from './ink.ts';
import type { NoteName, Notes } from './notes.ts';
import { classMapTitles } from './notes.ts';
import { textWidthMm, wrapText } from './text-measure.ts';

/** A part of a page that is never split: its height, and its primitives once its top is known. */
export interface Block {
  readonly heightMm: number;
  draw(topMm: number): Primitive[];
  /** A heading: the next block begins on the same page. */
  readonly keepsWithNext?: boolean;
}

const rowMm = 3.8;
const columnGapMm = 7;
const columnMm = (contentWidthMm - 2 * columnGapMm) / 3;

/** Heading with a rule below it. */
export const headingMm = 6.2;
export const heading = (
  title: string,
  topMm: number,
  { note = '', leftMm = page.leftMm as number, rightMm = page.rightMm as number } = {},
): Primitive[] => [
  ...notedText(leftMm, topMm + 3.4, title, note, styles.heading),
  across(topMm + 4.9, strokes.rule, leftMm, rightMm),
];

/** What a draft still waits for, in one sentence; empty for a final report. */
export function draftSentence(facts: ReportFacts): string {
  if (!facts.isDraft) return '';
  const remaining = facts.review.toConfirm;
  if (remaining === 0)
    return facts.review.beats === 0 ? 'No beats to confirm' : 'Nothing left to confirm; not yet signed';
  return `${numberText(remaining)} of ${numberText(facts.review.beats)} beats still to be confirmed by a person`;
}

/** Boxed words at the right edge; gives the left edge of the box too. */
function stamp(words: string, rightMm: number, topMm: number): { primitives: Primitive[]; leftMm: number } {
  const width = textWidthMm(words, styles.heading) + 5;
  const box = rect(rightMm - width, topMm, width, 5.4, { stroke: { color: colors.ink, widthMm: 0.4 } }, 'stamp');
  return {
    primitives: [box, text(rightMm - width / 2, topMm + 3.8, words, styles.heading, 'middle')],
    leftMm: rightMm - width,
  };
}

export function titleBlock(input: ReportInput, facts: ReportFacts): Block {
  const { record, patient } = input;
  const leads = `${record.leads.length} ${record.leads.length === 1 ? 'lead' : 'leads'}`;
  const subject = `Record ${record.name} · patient ${patient.pseudonym} · ${leads} · ${durationText(facts.durationS)}`;
  const sentence = facts.isDraft ? draftSentence(facts) : 'All S, V, F and Q beats confirmed by a person';
  const subjectLines = wrapText(subject, styles.body, contentWidthMm - textWidthMm(sentence, styles.word) - 6);
  return {
    heightMm: 14.5 + (subjectLines.length - 1) * 3.6,
    draw: (top) => {
      const status = stamp(facts.isDraft ? 'DRAFT' : 'FINAL', page.rightMm, top);
      const simulated = record.isSimulated ? stamp('SIMULATED', status.leftMm - 2, top).primitives : [];
      return [
        text(page.leftMm, top + 4.6, 'ECG beat report', styles.title),
        ...status.primitives,
        ...simulated,
        ...subjectLines.map((line, i) => text(page.leftMm, top + 9.6 + i * 3.6, line, styles.body)),
        text(page.rightMm, top + 9.6, sentence, styles.word, 'end'),
        across(top + 11.8 + (subjectLines.length - 1) * 3.6, strokes.rule),
      ];
    },
  };
}

interface Row {
  readonly label: string;
  readonly value: string;
  readonly notes?: readonly NoteName[];
  /** Words, set in proportional figures. */
  readonly isWords?: boolean;
}

/** Three columns of labels and values. */
export function summaryBlock(input: ReportInput, facts: ReportFacts, notes: Notes): Block {
  const columns = [
    { title: 'Recording', rows: recordingRows(input, facts) },
    { title: 'Beats and rate', rows: rateRows(input, facts) },
    { title: 'How the labels came about', rows: labelRows(input, facts) },
  ].map(({ title, rows }) => ({ title, rows: rows.map((row) => layRow(row, notes)) }));
  const heights = columns.map(({ rows }) => rows.reduce((sum, row) => sum + row.heightMm, 0));
  return {
    heightMm: headingMm + Math.max(...heights) + 2,
    draw: (top) =>
      columns.flatMap(({ title, rows }, i) => {
        const left = page.leftMm + i * (columnMm + columnGapMm);
        let y = top + headingMm;
        return [
          ...heading(title, top, { leftMm: left, rightMm: left + columnMm }),
          ...rows.flatMap((row) => {
            const drawn = row.draw(left, y);
            y += row.heightMm;
            return drawn;
          }),
        ];
      }),
  };
}

function layRow(row: Row, notes: Notes) {
  const note = notes.mark(...(row.notes ?? []));
  const valueStyle = row.isWords ? styles.word : styles.value;
  const labelMm = textWidthMm(row.label, styles.body) + textWidthMm(note, styles.superscript) + 3;
  const values = wrapText(row.value, valueStyle, columnMm - labelMm);
  return {
    heightMm: rowMm + (values.length - 1) * 3.3,
    draw: (left: number, top: number): Primitive[] => [
      ...notedText(left, top + 2.7, row.label, note, styles.body),
      ...values.map((value, i) => text(left + columnMm, top + 2.7 + i * 3.3, value, valueStyle, 'end')),
    ],
  };
}

/** More different gains than this are told by their range. */
const mostGains = 3;

function gainText(leads: readonly ReportLead[]): string {
  const byGain = Map.groupBy(leads, (lead) => lead.stepsPerMv);
  const steps = (gain: number) => numberText(gain, Number.isInteger(gain) ? 0 : 1);
  const namesOf = (gain: number | null) => (byGain.get(gain) ?? []).map((lead) => lead.name).join(', ');
  const known = [...byGain.keys()].filter((gain) => gain !== null).toSorted((a, b) => a - b);
  const words =
    known.length > mostGains
      ? [`${steps(known[0])} to ${steps(known[known.length - 1])}\u00a0steps/mV`]
      : known.map((gain) => `${byGain.size > 1 ? `${namesOf(gain)}: ` : ''}${steps(gain)}\u00a0steps/mV`);
  if (byGain.has(null)) words.push(`${byGain.size > 1 ? `${namesOf(null)}: ` : ''}units\u00a0unknown`);
  return words.join('; ') || undefinedFigure;
}

function recordingRows({ record, patient, readerInitials, madeAt }: ReportInput, facts: ReportFacts): Row[] {
  const clock = recordClock(record);
  const start = [record.startDate, clock.isClockTime ? clock.at(0) : null].filter((part) => part !== null).join(', ');
  const checksum = { matches: 'matches the samples', differs: 'DIFFERS', none: 'none in the source' }[record.checksum];
  return [
    { label: 'Patient', value: patient.pseudonym, isWords: true },
    { label: 'Record', value: record.name, isWords: true },
    { label: 'Start', value: start || 'not stated', isWords: true },
    { label: 'Recorded', value: durationText(facts.durationS) },
    {
      label: 'Gaps',
      value: percentText(facts.durationS > 0 ? (100 * facts.gapS) / facts.durationS : null),
      notes: ['gap'],
    },
    {
      label: 'Unreadable, left out',
      value: record.episodes
        ? percentText(facts.durationS > 0 ? (100 * facts.unreadableS) / facts.durationS : null)
        : 'not assessed',
      notes: ['unreadable'],
      isWords: !record.episodes,
    },
    { label: 'Noise confirmed / found', value: episodeCounts(record) },
    { label: 'Leads', value: record.leads.map((lead) => lead.name).join(', ') || undefinedFigure, isWords: true },
    { label: 'Sampling', value: withUnit(record.samplingHz, 'Hz', Number.isInteger(record.samplingHz) ? 0 : 2) },
    { label: 'Gain', value: gainText(record.leads) },
    { label: 'Source file', value: record.sourceFile, isWords: true },
    { label: 'Checksum', value: checksum, isWords: true },
    { label: 'Reader', value: readerInitials || undefinedFigure, isWords: true },
    { label: 'Made', value: madeAt.replace('T', ', '), isWords: true },
  ];
}

/** Episodes that a reader confirmed, and those that nobody has read yet. */
function episodeCounts({ episodes }: ReportInput['record']): string {
  if (!episodes) return undefinedFigure;
  const count = (state: SignalEpisode['state']) => episodes.filter((episode) => episode.state === state).length;
  return `${numberText(count('confirmed'))} / ${numberText(count('found'))}`;
}

function rateRows({ record, beats, limits }: ReportInput, facts: ReportFacts): Row[] {
  const clock = recordClock(record);
  const { rate, nn, review, areBeatsAssessed } = facts;
  const perMinAt = (window: ReportFacts['rate']['slowest']) =>
    window ? `${numberText(window.perMin)}\u2009/min at ${clock.at(beats.atSample[window.fromBeat])}` : undefinedFigure;
  const longest = rate.longestRr;
  const longestText = longest
    ? `${numberText(longest.rrMs / 1000, 2)}\u2009s at ${clock.at(beats.atSample[longest.fromBeat])}`
    : undefinedFigure;
  const over = limits.rateOverIntervals;
  return [
    { label: 'Beats', value: areBeatsAssessed ? numberText(review.beats) : 'not assessed', isWords: !areBeatsAssessed },
    {
      label: 'Artifact beats left out',
      value: areBeatsAssessed ? numberText(review.artifacts) : undefinedFigure,
      notes: ['artifact'],
    },
    { label: 'Mean rate', value: withUnit(rate.meanPerMin, '/min'), notes: ['meanRate'] },
    { label: `Slowest, ${over} RR`, value: perMinAt(rate.slowest), notes: ['extremeRate'] },
    { label: `Fastest, ${over} RR`, value: perMinAt(rate.fastest), notes: ['extremeRate'] },
    { label: 'Longest RR', value: longestText },
    {
      label: `Pauses over ${numberText(limits.pauseOverS, 1)}\u2009s`,
      value: rate.rrIntervals > 0 ? numberText(rate.pauses.length) : undefinedFigure,
      notes: ['pause'],
    },
    { label: 'N-N intervals', value: numberText(nn?.intervals ?? null), notes: ['nn'] },
    { label: 'Mean N-N', value: withUnit(nn?.meanMs ?? null, 'ms') },
    { label: 'SDNN', value: withUnit(nn?.sdnnMs ?? null, 'ms') },
    { label: 'RMSSD', value: withUnit(nn?.rmssdMs ?? null, 'ms') },
    { label: 'pNN50', value: percentText(nn?.pnn50Percent ?? null) },
  ];
}

function labelRows(input: ReportInput, facts: ReportFacts): Row[] {
  const { model, detector, classMap } = input;
  const { review } = facts;
  const share = (count: number) =>
    review.beats > 0 ? countWithShare(count, (100 * count) / review.beats) : undefinedFigure;
  const figures: Row[] = (model?.cardFigures ?? []).map(({ name, sePercent, ppvPercent }) => ({
    label: `${name} Se / +P of the model`,
    value: `${numberText(sePercent, 1)} / ${numberText(ppvPercent, 1)}\u2009%`,
    notes: ['figures'],
  }));
  return [
    { label: 'Beats found by', value: detector ?? 'nobody', isWords: true },
    { label: 'Model', value: model ? `${model.name} ${model.version}` : 'none', isWords: true },
    { label: 'Model hash', value: model ? model.hash.slice(0, 8) : undefinedFigure, isWords: true },
    { label: 'Class map', value: classMapTitles[classMap], notes: ['classMap'], isWords: true },
    { label: 'Labeled by a person', value: share(review.byPerson), notes: ['byPerson'] },
    { label: 'of these changed', value: review.beats > 0 ? numberText(review.changed) : undefinedFigure },
    { label: 'By the model only', value: share(review.modelOnly) },
    { label: 'Without a label', value: share(review.unlabeled) },
    { label: 'Left for later', value: review.beats > 0 ? numberText(review.forLater) : undefinedFigure },
    {
      label: 'To be confirmed',
      value: review.beats > 0 ? numberText(review.toConfirm) : undefinedFigure,
      notes: ['toConfirm'],
    },
    ...figures,
  ];
}
