import type { Comparison, EvaluationView, FigureDifference, GatePart, GatePartName } from '../contract/training.ts';
import { beatClasses, reviewClassMap } from '../domain/beat-class.ts';
import { noLabel } from '../domain/beat.ts';
import { seededRandom } from '../domain/random.ts';
import { bootstrapOverRecords } from '../evaluate/bootstrap.ts';
import {
  confusionFigures,
  confusionJson,
  type ConfusionMatrix,
  countConfusions,
  sumConfusions,
} from '../evaluate/confusion.ts';
import type { ClassedBeats, RecordCalls } from './jobs.ts';

/** One set of beats with what the models before and after call them. */
export interface ComparedPart {
  readonly part: GatePartName;
  readonly reference: string;
  readonly records: readonly ClassedBeats[];
  readonly before: readonly RecordCalls[];
  readonly after: readonly RecordCalls[];
}

/** The figures of one model over some records, in the form that screens and the command line show. */
export const evaluationOf = (records: readonly ClassedBeats[], calls: readonly RecordCalls[]): EvaluationView =>
  viewOf(records, matricesOf(records, calls));

/** How much a new model may be worse before it is advised against; points of a figure in [0, 1]. */
export const margins = {
  macroF1: 0.02, // of a sample this small, less is noise
  V: 0.01, // ventricular beats are what a reader can least afford to lose
  S: 0.02, // few beats: smaller differences are noise
  record: 0.1, // a single patient who is served much worse is not outweighed by the others
  leastBeats: 20, // a class with fewer beats is shown but not judged: one beat would move it by more than any margin
} as const;

/** Fewer records than this tell nothing of how much records differ. */
const leastRecords = 3;

/**
 * The gate. Acceptance is advised when the later beats of the patients learned from are read better, and neither other
 * patients nor the reference set are read worse by more than the margins. A set that could not be measured shows
 * nothing: for the first two that is a rule missed, for the reference set a remark, as few workspaces hold any of it.
 */
export function compareModels(compared: readonly ComparedPart[], notMeasured: Comparison['notMeasured']): Comparison {
  const parts = compared.map(partOf);
  const of = (name: GatePartName) => parts.find(({ part }) => part === name);
  const shown = of('others') ?? parts[0];
  const missing = (name: GatePartName, title: string) => ({
    ...{ title, isMet: false },
    value: notMeasured.find(({ part }) => part === name)?.why ?? 'not measured',
  });
  const [later, others, reference] = [of('later'), of('others'), of('reference')];
  return {
    ...{ before: shown.before, after: shown.after, reference: shown.reference, parts, notMeasured },
    rules: [
      ...(later ? improves(later) : [missing('later', `${partWords.later}: better`)]),
      ...(others ? holds(others) : [missing('others', `${partWords.others}: not worse`)]),
      ...(reference ? holds(reference) : []),
    ],
  };
}

const partWords: Readonly<Record<GatePartName, string>> = {
  later: 'Later beats',
  others: 'Other patients',
  reference: 'Reference set',
};

function partOf({ part, reference, records, before, after }: ComparedPart): GatePart {
  const [old, now] = [matricesOf(records, before), matricesOf(records, after)];
  const rows = records.map(({ recordName, labels }, i) => {
    const { better, worse } = betterAndWorse(labels, before[i].called, after[i].called);
    const accuracyOf = (matrix: ConfusionMatrix) => confusionFigures(matrix).accuracy ?? null;
    const beats = sumOf(old[i].counts);
    return {
      ...{ name: recordName, beats, better, worse },
      ...{ accuracyBefore: accuracyOf(old[i]), accuracyAfter: accuracyOf(now[i]) },
    };
  });
  return {
    ...{ part, reference },
    before: viewOf(records, old),
    after: viewOf(records, now),
    differences: differencesOf(old, now),
    better: rows.reduce((sum, { better }) => sum + better, 0),
    worse: rows.reduce((sum, { worse }) => sum + worse, 0),
    records: rows,
  };
}

/** Beats that one of the models alone calls right. */
function betterAndWorse(labels: Uint8Array, before: Uint8Array, after: Uint8Array) {
  let better = 0;
  let worse = 0;
  labels.forEach((label, i) => {
    if (label === noLabel || before[i] === after[i]) return;
    if (after[i] === label) better++;
    else if (before[i] === label) worse++;
  });
  return { better, worse };
}

type Named = Record<FigureDifference['name'], number | undefined>;
const namedFigures = (matrices: readonly ConfusionMatrix[]): Named => {
  const { accuracy, macroF1, classes } = confusionFigures(sumConfusions(matrices, reviewClassMap));
  const f1 = Object.fromEntries(beatClasses.map((name) => [name, classes[name].F1])) as Named;
  return { ...f1, accuracy, macroF1 };
};

function differencesOf(old: readonly ConfusionMatrix[], now: readonly ConfusionMatrix[]): FigureDifference[] {
  const [before, after] = [namedFigures(old), namedFigures(now)];
  const pairs = old.map((matrix, i) => [matrix, now[i]] as const);
  const intervals =
    pairs.length < leastRecords
      ? undefined
      : bootstrapOverRecords(
          pairs,
          (drawn) => {
            const [a, b] = [namedFigures(drawn.map(([x]) => x)), namedFigures(drawn.map(([, x]) => x))];
            return Object.fromEntries(differenceNames.map((name) => [name, minus(b[name], a[name])])) as Named;
          },
          seededRandom(1),
        );
  return differenceNames.map((name) => ({
    name,
    before: before[name] ?? null,
    after: after[name] ?? null,
    change: minus(after[name], before[name]) ?? null,
    low: intervals?.[name].low ?? null,
    high: intervals?.[name].high ?? null,
  }));
}

const differenceNames = ['macroF1', 'accuracy', ...beatClasses] as const;
const minus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a - b;

function improves({ part, before, after, better, worse }: GatePart) {
  const change = (after.macroF1 ?? 0) - (before.macroF1 ?? 0);
  return [
    { title: `${partWords[part]}: macro-F1 higher`, value: points(change), isMet: change > 1e-9 },
    {
      title: `${partWords[part]}: more beats better than worse`,
      value: `${better} to ${worse}`,
      isMet: better > worse,
    },
  ];
}

function holds({ part, before, after, records }: GatePart) {
  const beatsOf = (name: string) => sumOf(beatClasses.map((c) => before.confusion[`${name}${c.toLowerCase()}`] ?? 0));
  const judged = beatClasses.filter((name) => beatsOf(name) >= margins.leastBeats);
  const meanOf = ({ classes }: EvaluationView) =>
    judged.reduce((sum, name) => sum + (classes[name].F1 ?? 0), 0) / Math.max(1, judged.length);
  const rule = (figure: string, margin: number, change: number, whose = '') => ({
    title: `${partWords[part]}: ${figure} falls ${(margin * 100).toFixed(0)} at most`,
    value: `${points(change)}${whose}`,
    isMet: change >= -margin - 1e-9,
  });
  const f1Rules = (['V', 'S'] as const)
    .filter((name) => judged.includes(name))
    .map((name) => rule(`${name} F1`, margins[name], (after.classes[name].F1 ?? 0) - (before.classes[name].F1 ?? 0)));
  const changes = records.map(({ name, accuracyBefore, accuracyAfter }) => ({
    ...{ name, change: (accuracyAfter ?? 0) - (accuracyBefore ?? 0) },
  }));
  const worst = changes.reduce((a, b) => (b.change < a.change ? b : a));
  return [
    ...(judged.length > 0
      ? [rule(`macro-F1 of ${judged.join(', ')}`, margins.macroF1, meanOf(after) - meanOf(before))]
      : []),
    ...f1Rules,
    rule('accuracy of each record', margins.record, worst.change, ` (${worst.name})`),
  ];
}

function matricesOf(records: readonly ClassedBeats[], calls: readonly RecordCalls[]): ConfusionMatrix[] {
  return records.map(({ labels }, r) => {
    const counted = [...labels.keys()].filter((i) => labels[i] !== noLabel);
    return countConfusions(
      counted.map((i) => labels[i]),
      counted.map((i) => calls[r].called[i]),
      reviewClassMap,
    );
  });
}

const viewOf = (records: readonly ClassedBeats[], matrices: readonly ConfusionMatrix[]): EvaluationView => ({
  ...confusionJson(sumConfusions(matrices, reviewClassMap)),
  records: records.map(({ recordName }, i) => ({ name: recordName, beats: sumOf(matrices[i].counts) })),
});

const sumOf = (counts: ArrayLike<number>): number => Array.from(counts).reduce((sum, count) => sum + count, 0);

const points = (change: number): string => `${change >= 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(2)}`;
