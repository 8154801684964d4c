import type { Comparison, EvaluationView } from '../contract/training.ts';
import { beatClasses, type BeatClass, reviewClassMap } from '../domain/beat-class.ts';
import { confusionFigures, confusionJson, sumConfusions } from '../evaluate/confusion.ts';
import type { RecordConfusion } from './jobs.ts';

/** The figures of one model over some records, in the form that screens and the command line show. */
export function evaluationOf(records: readonly RecordConfusion[]): EvaluationView {
  const matrix = sumConfusions(
    records.map(({ counts }) => ({ map: reviewClassMap, counts })),
    reviewClassMap,
  );
  return {
    ...confusionJson(matrix),
    records: records.map(({ recordName, counts }) => ({ name: recordName, beats: counts.reduce((a, b) => a + b, 0) })),
  };
}

/** How much a new model may be worse before it is advised against; points of a figure in [0, 1]. */
const margins = {
  macroF1: 0, // the figure that the change is made for must not fall
  V: 0.01, // ventricular beats are what a reader can least afford to lose
  S: 0.02, // few beats: smaller differences are noise
  record: 0.1, // a single patient who is served much worse is not outweighed by the others
} as const;

/** Before and after with the rules of acceptance; a rule whose figure is undefined on both sides is left out. */
export function compareModels(
  before: readonly RecordConfusion[],
  after: readonly RecordConfusion[],
  reference: string,
): Comparison {
  const [old, candidate] = [evaluationOf(before), evaluationOf(after)];
  const rules = [
    rule('Macro-F1 not lower', old.macroF1, candidate.macroF1, margins.macroF1),
    ...(['V', 'S'] as const).map((c: BeatClass & ('V' | 'S')) =>
      rule(
        `${c} F1 not more than ${(margins[c] * 100).toFixed(0)} points lower`,
        old.classes[c].F1,
        candidate.classes[c].F1,
        margins[c],
      ),
    ),
    worstRecordRule(before, after),
  ].filter((r) => r !== undefined);
  return { before: old, after: candidate, reference, rules };
}

function rule(title: string, before: number | null, after: number | null, margin: number) {
  if (before === null && after === null) return undefined;
  const change = (after ?? 0) - (before ?? 0);
  return { title, value: points(change), isMet: change >= -margin - 1e-9 };
}

function worstRecordRule(before: readonly RecordConfusion[], after: readonly RecordConfusion[]) {
  const changes = before.map(({ recordName, counts }, i) => ({
    recordName,
    change: accuracyOf(after[i].counts) - accuracyOf(counts),
  }));
  const worst = changes.reduce((a, b) => (b.change < a.change ? b : a));
  return {
    title: `No record loses more than ${margins.record * 100} points of accuracy`,
    value: `${points(worst.change)} (${worst.recordName})`,
    isMet: worst.change >= -margins.record - 1e-9,
  };
}

const accuracyOf = (counts: Float64Array): number => confusionFigures({ map: reviewClassMap, counts }).accuracy ?? 0;

const points = (change: number): string => `${change >= 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(2)}`;

/** The figures of an evaluation as a table of Markdown, undefined ones as `–`. */
export function figuresTable({ classes, accuracy, macroF1, beats }: EvaluationView): string {
  const percent = (share: number | null) => (share === null ? '–' : (share * 100).toFixed(2));
  const rows = beatClasses.map((c) => {
    const { Se, PPV, F1 } = classes[c];
    return `| ${c} | ${percent(Se)} | ${percent(PPV)} | ${percent(F1)} |`;
  });
  return [
    `${beats} beats, accuracy ${percent(accuracy)} %, macro-F1 ${percent(macroF1)} %.`,
    '',
    '| class | Se % | +P % | F1 % |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
