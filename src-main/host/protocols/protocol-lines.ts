import type { Figures } from '../record-model/card/record-figures.ts';
import type { FigureName } from './calls.ts';
import type { FineTunedFigures } from './fine-tuned.ts';
import type { Protocol } from './protocols.ts';
import type { BudgetFigures, ProtocolFigures } from './run-protocol.ts';

const shown = (share: number | null | undefined): string =>
  (share === null || share === undefined ? '-' : share.toFixed(3)).padStart(6);
const row = (title: string, cells: readonly string[]): string => `${title.padEnd(58)} ${cells.join(' ')}`;
const headlineNames = ['accuracy', 'macroF1', 'N', 'S', 'V', 'F'] as const satisfies readonly FigureName[];

type Headline = Readonly<Partial<Record<FigureName, number | undefined>>>;
const headline = (title: string, figures: Headline | Figures): string =>
  row(
    title,
    headlineNames.map((name) => shown((figures as Headline)[name])),
  );

/** What a protocol prints below its table, line by line. */
export function* protocolLines(
  figures: ProtocolFigures,
  fineTuned: readonly FineTunedFigures[],
  { macro }: Protocol,
): Generator<string> {
  yield '';
  yield `F1 of each class; macro-F1 over ${macro.join(', ')}; ${figures.leftOutQ} beats of class Q are left out.`;
  yield row('', ['   acc', ' macro', '     N', '     S', '     V', '     F']);
  for (const map of ['literature', 'ec57'] as const) {
    const { accuracy, macroF1, classes, intervals, medianOverRecords } = figures.maps[map];
    const { N, S, V, F } = classes;
    yield headline(`${map} map, pooled`, {
      ...{ accuracy: accuracy ?? undefined, macroF1: macroF1 ?? undefined },
      ...{ N: N.F1 ?? undefined, S: S.F1 ?? undefined, V: V.F1 ?? undefined, F: F.F1 ?? undefined },
    });
    const ends = (end: 'low' | 'high') => Object.fromEntries(headlineNames.map((name) => [name, intervals[name][end]]));
    yield headline('  95 % over resampled records, from', ends('low'));
    yield headline('  to', ends('high'));
    yield headline('  median over records', medianOverRecords);
    if (figures.from5min) yield headline('  from 5:00', figures.from5min[map]);
    yield headline('  at beats of the program’s own detector', figures.detected[map]);
  }
  for (const [names, own] of Object.entries(figures.without)) yield headline(`literature, without ${names}`, own);
  yield '';
  for (const { name, beats, ...own } of figures.perRecord) yield headline(`  ${name}, ${beats} beats`, own);
  if (figures.budgets.length > 0) yield* budgetLines(figures.budgets);
  for (const { labels, patients, macroF1, macroF1WithoutBlend, retention } of fineTuned) {
    const whose = patients === 'one' ? 'one model a patient' : 'one model for all';
    yield '';
    yield `Fine-tuned from ${labels} labels a patient (first five minutes), ${whose}: macro-F1 ${shown(macroF1WithoutBlend).trim()}, with the blend on top ${shown(macroF1).trim()}.`;
    yield `DS1, minutes 10 to 15, not replayed: macro-F1 ${shown(retention.before).trim()} before, ${shown(retention.after).trim()} after, worst ${shown(retention.worst).trim()}.`;
  }
}

function* budgetLines(budgets: readonly BudgetFigures[]): Generator<string> {
  const sets = Object.keys(budgets[0].without);
  yield '';
  yield 'Labels by recording; beats after 5:00, the same at every number of labels.';
  const columns = ['   acc', ' macro', '   low', '  high', '     S', '     V', '     F', ' EC57', ' found', 'unlab.'];
  yield row('', [...columns, ...sets.map((set) => `-${set}`.padStart(8))]);
  for (const budget of budgets) {
    const { accuracy, macroF1, interval, classes, ec57, detected, unlabelledMacroF1, without, guard } = budget;
    yield row(budgetWords(budget), [
      ...[accuracy, macroF1, interval.low, interval.high, classes.S.F1, classes.V.F1, classes.F.F1].map(shown),
      ...[ec57.macroF1, detected?.macroF1, unlabelledMacroF1].map(shown),
      ...sets.map((set) => shown(without[set]).padStart(8)),
    ]);
    if (guard.wrong > 0 && !budget.isGuarded)
      yield `    the guard points out ${guard.pointedOut} labels: ${guard.both} of the ${guard.wrong} wrong ones, ${guard.pointedOut - guard.both} right ones`;
  }
  yield 'low, high: 95 % over resampled records. EC57: under its class map. found: at beats of the program’s own detector.';
  yield 'unlab.: of the beats that were not asked for.';
  const named = budgets.find(({ labels, source, queue }) => labels === 20 && source === 'whole-record' && queue);
  for (const [name, recordings] of Object.entries(named?.neverLabelled ?? {}))
    yield `No ${name} labelled among the 20 of: ${recordings.join(', ')}.`;
}

function budgetWords({ labels, source, queue, wrongShare, isGuarded, seed }: BudgetFigures): string {
  if (labels === 0) return 'no label';
  const where = source === 'whole-record' ? 'whole record' : 'first five minutes';
  if (labels === 'all') return `all beats of the ${where}`;
  const how = queue ? 'queue' : `random, seed ${seed}`;
  const wrong = [`10 % wrong, seed ${seed}`, ...(isGuarded ? ['guarded'] : [])];
  return [`${labels}, ${where}, ${how}`, ...(wrongShare > 0 ? wrong : [])].join(', ');
}
