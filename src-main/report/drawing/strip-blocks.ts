import { beatClasses } from '../../domain/beat-class.ts';
import { labelOrigins } from '../../domain/beat.ts';
import type { Primitive } from '../../domain/drawing.ts';
import type { ReportInput } from '../report-input.ts';
import type { ReportFacts } from '../report-model.ts';
import { beatAtOrAfter } from '../statistics/interval-rows.ts';
import { isArtifactBeat } from '../statistics/rr-series.ts';
import type { StripChoice, StripReason, StripSubject } from '../statistics/strip-choice.ts';
import { gainText, recordClock, undefinedFigure, withUnit } from './figures.ts';
import { artifactMark, beatMark, colors, lines, originMarkMm, page, styles, text } from './ink.ts';
import { paper, traces } from './strip-paper.ts';
import type { StripLayout, StripRow } from './strip-layout.ts';
import { gainStepsMmPerMv, gutterMm, layStrip, speedMmPerS } from './strip-layout.ts';
import type { Block } from './summary-blocks.ts';
import { shortenText, textWidthMm } from './text-measure.ts';

const titleLineMm = 3.5;
const subjectLineMm = 2.6;
const markRowMm = originMarkMm + 0.8;
const rrLaneMm = 4.2;
const gapMm = 3.5;
const traceLeftMm = page.leftMm + gutterMm;

const classAdjectives = {
  N: 'Normal',
  S: 'Supraventricular ectopic',
  V: 'Ventricular ectopic',
  F: 'Fusion',
  Q: 'Paced or unclassifiable',
};

function reasonText(reason: StripReason, over: number): string {
  switch (reason.kind) {
    case 'requested':
      return reason.title;
    case 'class':
      return `${classAdjectives[reason.beatClass]} beat (${reason.beatClass})`;
    case 'run': {
      const { beats, perMin } = reason.run;
      const kind = reason.beatClass === 'V' ? 'ventricular' : 'supraventricular';
      const rate = withUnit(perMin, '/min');
      return beats === 2 ? `Fastest ${kind} couplet, ${rate}` : `Longest ${kind} run, ${beats} beats, ${rate}`;
    }
    case 'fastest':
    case 'slowest':
      return `${reason.kind === 'fastest' ? 'Fastest' : 'Slowest'} rate, ${withUnit(reason.perMin, '/min')}, ${over} RR`;
    case 'longest-rr':
      return `Longest RR interval, ${withUnit(reason.rrMs / 1000, 's', 2)}`;
    case 'start':
      return 'Start of the record';
  }
}

/** The rows of a strip, each a block: title, marks with RR intervals, all leads at 25 mm/s on millimetre paper. */
export function stripBlocks(input: ReportInput, facts: ReportFacts, strip: StripChoice): Block[] {
  const layout = layStrip(input, strip);
  return layout.rows.map((row, rowIndex) => {
    const beats = beatsIn(input, row);
    const levels = markLevels(beats.map((beat) => xOf(input, row, input.beats.atSample[beat])));
    const subjects = strip.subjects.flatMap((subject, i) =>
      subject.fromSample < row.toSample && subject.toSample > row.fromSample
        ? [{ ...subject, letter: strip.subjects.length > 1 ? String.fromCharCode(97 + i) : '' }]
        : [],
    );
    const titlesMm = titleLineMm * Math.max(1, subjects.length) + 1;
    const subjectsMm = subjectLineMm * subjects.length + 0.6;
    const marksMm = markRowMm * (1 + Math.max(0, ...levels));
    const lanesMm = layout.lanes.reduce((sum, lane) => sum + lane.heightMm, 0);
    return {
      heightMm: titlesMm + subjectsMm + marksMm + 1 + lanesMm + rrLaneMm + gapMm,
      draw: (top) => {
        const marksTop = top + titlesMm + subjectsMm;
        const paperTop = marksTop + marksMm + 1;
        const beatRow = { input, facts, row, beats };
        return [
          ...titles(input, subjects, rowIndex, layout, top),
          ...subjectBars(input, subjects, row, top + titlesMm),
          ...paper(layout.lanes, paperTop),
          ...traces(input, layout.lanes, row, paperTop),
          ...beatMarks(beatRow, levels, marksTop, paperTop),
          ...rrTexts(beatRow, paperTop + lanesMm + 3),
        ];
      },
    };
  });
}

const xOf = ({ record }: ReportInput, row: StripRow, sample: number) =>
  traceLeftMm + ((sample - row.fromSample) / record.samplingHz) * speedMmPerS;

function beatsIn({ beats }: ReportInput, row: StripRow): number[] {
  const first = beatAtOrAfter(beats.atSample, row.fromSample);
  return Array.from({ length: beatAtOrAfter(beats.atSample, row.toSample) - first }, (_, i) => first + i);
}

/** Marks nearer than their own width take turns on two levels. */
function markLevels(xs: readonly number[]): number[] {
  const levels: number[] = [];
  xs.forEach((x, i) => levels.push(i > 0 && x - xs[i - 1] < originMarkMm + 0.3 && levels[i - 1] === 0 ? 1 : 0));
  return levels;
}

/** A subject that a row shows, with its letter where the strip has several. */
interface LetteredSubject extends StripSubject {
  readonly letter: string;
}

function titles(
  input: ReportInput,
  subjects: readonly LetteredSubject[],
  rowIndex: number,
  layout: StripLayout,
  top: number,
): Primitive[] {
  const clock = recordClock(input.record);
  const row = layout.rows[rowIndex];
  const time = `${clock.at(row.fromSample, 1)} to ${clock.at(row.toSample, 1)}`;
  const scale = `${time} · ${speedMmPerS}\u2009mm/s · ${gainWords(layout)} · unfiltered`;
  const room = page.rightMm - page.leftMm - textWidthMm(scale, styles.small) - 4;
  const part = layout.rows.length > 1 ? ` (row ${rowIndex + 1} of ${layout.rows.length})` : '';
  return [
    text(page.rightMm, top + 2.6, scale, styles.small, 'end'),
    ...subjects.map(({ reason, fromSample, letter }, i) => {
      const reasonWords = reasonText(reason, input.limits.rateOverIntervals);
      const words = `${letter}${letter && '  '}${reasonWords}, at ${clock.at(fromSample, 1)}${part}`;
      return text(page.leftMm, top + 2.6 + i * titleLineMm, shortenText(words, styles.word, room), styles.word);
    }),
  ];
}

/** The scale in words; where it was reduced it says so. */
function gainWords({ lanes }: StripLayout): string {
  const gains = [...new Set(lanes.flatMap((lane) => lane.gainMmPerMv ?? []))];
  if (gains.length === 0) return 'units unknown';
  if (gains.length > 1) return 'gain beside each lead';
  return gains[0] === gainStepsMmPerMv[0] ? gainText(gains[0]) : `${gainText(gains[0])} (reduced)`;
}

/** A bar over the beats that each title speaks of; without an end tick where it goes on in another row. */
function subjectBars(
  input: ReportInput,
  subjects: readonly LetteredSubject[],
  row: StripRow,
  top: number,
): Primitive[] {
  return subjects.flatMap((subject, i) => {
    if (subject.reason.kind === 'start') return [];
    const y = top + subjectLineMm * i + 1.7;
    const beginsHere = subject.fromSample >= row.fromSample;
    const endsHere = subject.toSample <= row.toSample;
    const half = originMarkMm / 2;
    const from = beginsHere ? xOf(input, row, subject.fromSample) - half : traceLeftMm;
    const end = xOf(input, row, row.toSample);
    const to = endsHere ? Math.min(end, xOf(input, row, subject.toSample - 1) + half) : end;
    const beginTick = beginsHere ? [from, y, from, y + 0.9] : [];
    const endTick = endsHere ? [to, y, to, y + 0.9] : [];
    const bar = lines([from, y, to, y, ...beginTick, ...endTick], { color: colors.ink, widthMm: 0.3 }, 'subject');
    return subject.letter === '' ? [bar] : [bar, text(from - 0.8, y + 0.7, subject.letter, styles.smallStrong, 'end')];
  });
}

interface BeatRow {
  readonly input: ReportInput;
  readonly facts: ReportFacts;
  readonly row: StripRow;
  readonly beats: readonly number[];
}

function beatMarks(
  { input, row, beats }: BeatRow,
  levels: readonly number[],
  top: number,
  paperTop: number,
): Primitive[] {
  const lowest = Math.max(0, ...levels);
  return beats.flatMap((beat, i) => {
    const x = xOf(input, row, input.beats.atSample[beat]);
    const y = top + originMarkMm / 2 + (lowest - levels[i]) * markRowMm;
    const stem = lines([x, y + originMarkMm / 2, x, paperTop], { color: colors.rule, widthMm: 0.15 });
    if (isArtifactBeat(input.beats, beat)) return [stem, artifactMark(x, y)];
    return [stem, ...beatMark(x, y, labelOrigins[input.beats.origin[beat]], beatClasses[input.beats.label[beat]])];
  });
}

/** RR intervals in ms under the paper, midway between their beats; one with no room for its figure has none. */
function rrTexts({ input, facts, row, beats }: BeatRow, y: number): Primitive[] {
  return beats.slice(1).flatMap((beat) => {
    const [from, to] = [beat - 1, beat].map((index) => xOf(input, row, input.beats.atSample[index]));
    const words = Number.isNaN(facts.rrMs[beat]) ? undefinedFigure : facts.rrMs[beat].toFixed(0);
    return textWidthMm(words, styles.small) + 0.6 > to - from
      ? []
      : [text((from + to) / 2, y, words, styles.small, 'middle')];
  });
}
