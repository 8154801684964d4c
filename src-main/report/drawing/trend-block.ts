import type { BeatClass } from '../../domain/beat-class.ts';
import { beatClasses } from '../../domain/beat-class.ts';
import type { Primitive } from '../../domain/drawing.ts';
import type { ReportInput } from '../report-input.ts';
import type { ReportFacts } from '../report-model.ts';
import { isArtifactBeat } from '../statistics/rr-series.ts';
import { numberText, recordClock, stepText, undefinedFigure, withUnit } from './figures.ts';
import { across, classColors, colors, lines, marks, page, plotShapes, rect, strokes, styles, text } from './ink.ts';
import type { Notes } from './notes.ts';
import type { Block } from './summary-blocks.ts';
import { heading, headingMm } from './summary-blocks.ts';
import { textWidthMm } from './text-measure.ts';

const plot = { leftMm: page.leftMm + 9, rightMm: page.rightMm - 15, heightMm: 26, laneMm: 5, axisMm: 5 } as const;
const plotWidthMm = plot.rightMm - plot.leftMm;
/** Marks of one class nearer than their own size are one mark: a page of 24 h stays small, and N is seen between V. */
const dotCellMm = 0.2;
const markMm = 1;
const markCellMm = 1.2;
const laneClasses: readonly BeatClass[] = ['V', 'S', 'F', 'Q'];
const mostBars = 100;
const mostTimeLabels = 9;
/** Steps that people count time in, in seconds. */
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800],
];
const stepFor = (durationS: number, most: number) =>
  timeSteps.find((step) => durationS / step <= most) ?? Math.ceil(durationS / most / 86_400) * 86_400;

const slotSeconds = (facts: ReportFacts) => stepFor(facts.durationS, mostBars);

/** Every RR interval of the record over time with rate beside it, and below it how dense each ectopic class is. */
export function trendBlock(input: ReportInput, facts: ReportFacts, notes: Notes): Block {
  const note = notes.mark('trend');
  return {
    heightMm: headingMm + plot.heightMm + 2 + laneClasses.length * plot.laneMm + plot.axisMm + 2,
    draw: (top) => {
      const plotTop = top + headingMm + 1;
      const lanesTop = plotTop + plot.heightMm + 2;
      const axisY = lanesTop + laneClasses.length * plot.laneMm;
      return [
        ...heading(`RR interval, and ectopic beats per ${stepText(slotSeconds(facts))}`, top, { note }),
        ...gapBands(input, plotTop, axisY),
        ...rrPlot(input, facts, plotTop, top),
        ...laneClasses.flatMap((beatClass, i) => lane(input, facts, beatClass, lanesTop + i * plot.laneMm)),
        ...timeAxis(input, facts, axisY),
      ];
    },
  };
}

const xOfSample = (input: ReportInput, sample: number) =>
  plot.leftMm + (plotWidthMm * sample) / Math.max(1, input.record.lengthSamples);

function gapBands(input: ReportInput, top: number, bottom: number): Primitive[] {
  return input.record.gaps.flatMap(({ fromSample, toSample }) => {
    const [from, to] = [xOfSample(input, fromSample), xOfSample(input, toSample)];
    return to - from < dotCellMm ? [] : [rect(from, top, to - from, bottom - top, { fill: '#e6e9ec' }, 'gap')];
  });
}

/** Ends of the RR axis with the step of its ticks, in seconds; longer intervals stand at the upper edge. */
const rrAxes = [
  ...[
    [1, 0.5],
    [1.5, 0.5],
    [2, 0.5],
    [3, 1],
    [4, 1],
    [6, 2],
    [10, 2],
  ],
  ...[
    [20, 5],
    [50, 10],
    [100, 20],
    [200, 50],
    [500, 100],
    [1000, 200],
  ],
] as const;

/** The axis that holds all intervals, unless a few long ones would flatten the rest. */
function rrAxis(facts: ReportFacts): (typeof rrAxes)[number] {
  const rr = facts.rrMs.filter((ms) => !Number.isNaN(ms)).sort();
  const wantedS = rr.length === 0 ? 1.5 : Math.min(rr[rr.length - 1], 2.5 * rr[rr.length >> 1]) / 1000;
  return rrAxes.find(([end]) => end >= wantedS) ?? rrAxes[rrAxes.length - 1];
}

function rrPlot(input: ReportInput, facts: ReportFacts, plotTop: number, blockTop: number): Primitive[] {
  const { beats } = input;
  const [axisS, step] = rrAxis(facts);
  const bottom = plotTop + plot.heightMm;
  const yOfS = (seconds: number) => bottom - (plot.heightMm * Math.min(seconds, axisS)) / axisS;
  const drawn: Primitive[] = [];
  for (let s = 0; s <= axisS; s += step) {
    drawn.push(across(yOfS(s), strokes.hairline, plot.leftMm, plot.rightMm));
    const unit = s + step > axisS ? '\u2009s' : '';
    drawn.push(text(plot.leftMm - 1.2, yOfS(s) + 0.8, numberText(s, 1) + unit, styles.small, 'end'));
  }
  let lastY = -Infinity;
  for (const perMin of [30, 40, 50, 60, 75, 100, 150, 200]) {
    const y = yOfS(60 / perMin);
    if (60 / perMin > axisS || y - lastY < 3) continue;
    drawn.push(lines([plot.rightMm, y, plot.rightMm + 1, y], strokes.thin));
    drawn.push(text(plot.rightMm + 1.8, y + 0.8, lastY < 0 ? `${perMin}\u2009/min` : String(perMin), styles.small));
    lastY = y;
  }
  const seen = new Set<string>();
  const points = new Map<BeatClass | undefined, number[]>();
  let beyond = 0;
  for (let i = 1; i < facts.rrMs.length; i++) {
    if (Number.isNaN(facts.rrMs[i])) continue;
    if (facts.rrMs[i] / 1000 > axisS) beyond++;
    const beatClass: BeatClass | undefined = beatClasses[beats.label[i]];
    const [x, y] = [xOfSample(input, beats.atSample[i]), yOfS(facts.rrMs[i] / 1000)];
    const cellMm = isDot(beatClass) ? dotCellMm : markCellMm;
    const cell = `${beatClass}${Math.round(x / cellMm)},${Math.round(y / cellMm)}`;
    if (seen.has(cell)) continue;
    seen.add(cell);
    if (!points.has(beatClass)) points.set(beatClass, []);
    points.get(beatClass)!.push(x, y);
  }
  const order = [undefined, ...beatClasses];
  const shown = order.filter((beatClass) => points.has(beatClass));
  drawn.push(
    ...shown.map((beatClass) => plotMarks(beatClass, points.get(beatClass)!, `RR ${beatClass ?? 'no label'}`)),
  );
  const long = beyond === 0 ? '' : `${numberText(beyond)} longer than ${withUnit(axisS, 's', 1)}, at the upper edge`;
  return [...drawn, ...legend(shown, long, blockTop)];
}

const isDot = (beatClass: BeatClass | undefined) => beatClass === undefined || beatClass === 'N';

function plotMarks(beatClass: BeatClass | undefined, xy: readonly number[], part?: string): Primitive {
  const color = beatClass ? classColors[beatClass] : colors.secondary;
  if (isDot(beatClass)) return marks('dot', 0.5, xy, { fill: color }, part);
  return marks(plotShapes[beatClass!], markMm, xy, { stroke: { color, widthMm: 0.14 } }, part);
}

/** The classes shown with their marks, set from the right edge of the heading. */
function legend(shown: readonly (BeatClass | undefined)[], remark: string, blockTop: number): Primitive[] {
  const y = blockTop + 3.4;
  let right: number = page.rightMm;
  const drawn: Primitive[] = [];
  if (remark !== '') {
    drawn.push(text(right, y, remark, styles.note, 'end'));
    right -= textWidthMm(remark, styles.note) + 4;
  }
  for (const beatClass of shown.toReversed()) {
    const words = beatClass ?? 'no label';
    drawn.push(text(right, y, words, styles.smallStrong, 'end'));
    right -= textWidthMm(words, styles.smallStrong) + 1.6;
    drawn.push(plotMarks(beatClass, [right, y - 0.8]));
    right -= 4;
  }
  return drawn;
}

/** Bars as high as a class is frequent; the letter, not the colour alone, says which. */
function lane(input: ReportInput, facts: ReportFacts, beatClass: BeatClass, top: number): Primitive[] {
  const { beats, record } = input;
  const classIndex = beatClasses.indexOf(beatClass);
  const color = classColors[beatClass];
  const bottom = top + plot.laneMm;
  const drawn: Primitive[] = [
    across(bottom, strokes.hairline, plot.leftMm, plot.rightMm),
    text(plot.leftMm - 1.2, bottom - 1.2, beatClass, { ...styles.word, color }, 'end'),
  ];
  const total = facts.classes[classIndex].beats;
  const remark = (words: string) => text(plot.rightMm + 1.8, bottom - 1.2, words, styles.small);
  if (total === null) return [...drawn, remark(undefinedFigure)];
  if (total === 0) return [...drawn, remark('0')];
  const slotS = slotSeconds(facts);
  const counts = new Float64Array(Math.ceil(facts.durationS / slotS));
  for (let i = 0; i < beats.label.length; i++)
    if (beats.label[i] === classIndex && !isArtifactBeat(beats, i))
      counts[Math.min(counts.length - 1, Math.floor(beats.atSample[i] / record.samplingHz / slotS))]++;
  const most = Math.max(...counts);
  const slotMm = (plotWidthMm * slotS) / facts.durationS;
  const ends = [...counts].flatMap((count, i) => {
    const x = Math.min(plot.rightMm - 0.2, plot.leftMm + (i + 0.5) * slotMm);
    return count === 0 ? [] : [x, bottom, x, bottom - ((plot.laneMm - 1.2) * count) / most];
  });
  return [
    ...drawn,
    lines(ends, { color, widthMm: Math.max(0.4, Math.min(2, slotMm * 0.7)) }, `density ${beatClass}`),
    remark(`max ${numberText(most)}`),
  ];
}

function timeAxis(input: ReportInput, facts: ReportFacts, axisY: number): Primitive[] {
  const clock = recordClock(input.record);
  const step = stepFor(facts.durationS, mostTimeLabels);
  const startS = clock.secondsAt(0);
  const isInMinutes = clock.isClockTime && step % 60 === 0;
  const drawn: Primitive[] = [across(axisY, strokes.thin, plot.leftMm, plot.rightMm)];
  for (let s = Math.ceil(startS / step) * step; s <= startS + facts.durationS; s += step) {
    const x = plot.leftMm + (plotWidthMm * (s - startS)) / Math.max(1e-9, facts.durationS);
    drawn.push(lines([x, axisY, x, axisY + 1], strokes.thin));
    drawn.push(
      text(
        x,
        axisY + 3.8,
        isInMinutes ? clock.atSeconds(s).replace(/:00$/, '') : clock.atSeconds(s),
        styles.small,
        'middle',
      ),
    );
  }
  return drawn;
}
