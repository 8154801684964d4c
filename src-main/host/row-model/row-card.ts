import { beatClasses } from '../../domain/beat-class.ts';
import type { BundledModel } from '../program/bundled-model.ts';
import { publishedFigures, type RowFigures, type RowReport } from './row-report.ts';

/** What a card is made of. */
export interface RowModelFacts {
  readonly name: string;
  readonly hash: string;
  readonly report: RowReport;
}

/** Bundled models of a later version, and how their earlier ones had looked at the test rows. */
const laterVersions: Readonly<Record<string, { readonly version: string; readonly earlierLooks: string }>> = {
  'row-mitbih': {
    version: '1.2.0',
    earlierLooks:
      ' Versions 1.0.0 and 1.1.0 had looked at them once each (macro-F1 .931, .941 and .934, averaged .939; .939, .941 and .940, averaged .944); this one was chosen by rows left out of the training rows alone.',
  },
};
const firstVersion = { version: '1.0.0', earlierLooks: '' };
const versionOf = (name: string) => laterVersions[name] ?? firstVersion;

/** The card that programs read. */
export function rowCardJson({ name, hash, report }: RowModelFacts): BundledModel & { readonly evaluation: RowReport } {
  const percent = (share: number | null) => (share === null ? null : Math.round(1000 * share) / 10);
  const { test } = report;
  return {
    family: 'row',
    ...{ name, version: versionOf(name).version, hash },
    trainedOn: [], // rows carry no signal hash
    classes: beatClasses,
    ...(test
      ? {
          figures: {
            source: `${test.beats} test rows of ${splitWords(report)}, literature class map`,
            rows: beatClasses.map((c) => ({
              name: c,
              sePercent: percent(test.classes[c].Se),
              ppvPercent: percent(test.classes[c].PPV),
            })),
          },
        }
      : {}),
    evaluation: report,
  };
}

const splitWords = ({ rows: { split } }: RowReport): string =>
  split === 'patient' ? 'other patients' : 'the published split (at random by beat, patients on both sides)';

/** The sentence that every figure of the published split needs beside it. */
export function patientSentence({ test, byPatient, rows }: RowReport): string {
  if (rows.split === 'patient') return 'The rows were split by patient: none is on both sides.';
  const warning = 'The published split is random by beat, so the test holds beats of the very patients trained on';
  if (!byPatient)
    return `${warning}; with the same rows split by patient the figures fall far, which was not measured here.`;
  const fall = test
    ? `macro-F1 falls from ${shown(test.macroF1)} to ${shown(byPatient.macroF1)} and accuracy from ${shown(test.accuracy)} to ${shown(byPatient.accuracy)}`
    : `macro-F1 is ${shown(byPatient.macroF1)} and accuracy ${shown(byPatient.accuracy)}`;
  return `${warning}: with the same rows split by patient, so that none is on both sides, ${fall}.`;
}

/** Figures of every network, their average, the authors' and the split by patient, one a line. */
export function figureLines(report: RowReport): { readonly title: string; readonly figures: Shown }[] {
  const { members, test, byPatient } = report;
  const single = members.flatMap(({ seed, test: own }) =>
    own ? [{ title: `one network, seed ${seed}`, figures: shownOf(own) }] : [],
  );
  return [
    { title: 'published by its authors', figures: publishedFigures },
    ...single,
    ...(test && members.length > 1 ? [{ title: `average of ${members.length} networks`, figures: shownOf(test) }] : []),
    ...(byPatient ? [{ title: 'one network, rows split by patient', figures: shownOf(byPatient) }] : []),
  ];
}

interface Shown {
  readonly accuracy: number | null;
  readonly macroF1: number | null;
  readonly F1: Readonly<Record<string, number | null>>;
}
const shownOf = ({ accuracy, macroF1, classes }: RowFigures): Shown => ({
  ...{ accuracy, macroF1 },
  F1: Object.fromEntries(beatClasses.map((c) => [c, classes[c].F1])),
});

export const shown = (share: number | null | undefined): string => (typeof share === 'number' ? share.toFixed(3) : '–');

/** The card that people read. */
export function rowCardMarkdown({ name, hash, report }: RowModelFacts): string {
  const { members, test, byPatient, rows, hyper, recipe, kinds } = report;
  const seconds = members.map(({ trainingSeconds }) =>
    trainingSeconds === null ? 'not timed' : `${Math.round(trainingSeconds)} s`,
  );
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0).toLocaleString('en');
  const byClass = (counts: readonly number[]) => beatClasses.map((c, i) => `${c} ${counts[i]}`).join(', ');
  return `# ${name} ${versionOf(name).version}

Classifies single beats given as rows of 187 values (one lead, 120 Hz, from the R peak on, scaled to 0–1) as N, S, V, F
or Q. **${patientSentence(report)}** It cannot read recordings and Review never uses it; it scores row files and goes
out as ONNX. Not a medical device.

| | |
|---|---|
| SHA-256 of the weight file | \`${hash}\` |
| Made | ${report.madeOn} by \`${report.command}\` |
| Executor | ${report.executor}; training took ${seconds.join(', ')} |
| Networks | ${members.length}${members.length > 1 ? ', their probabilities averaged' : ''}; ${report.weights.toLocaleString('en')} weights in all; seeds ${members.map(({ seed }) => seed).join(', ')} |
| Recipe | \`${recipe}\`: ${recipeWords(hyper)} |
${kinds ? `| Told apart | ${kinds} kinds of rows: which of the training recordings, and which symbol of its annotators; a class is as probable as its kinds together |\n` : ''}| Chosen by | ${report.validationShare > 0 ? `${Math.round(1000 * report.validationShare) / 10} % of the training rows, held out${hyper.keepBest ? '; the best epoch is kept' : '; the last epoch is kept'}` : 'nothing: all training rows trained, the last epoch is kept'} |

## Data
Rows of the MIT-BIH Arrhythmia Database 1.0.0 as in the Kaggle set "ECG heartbeat categorization", literature class map
(N = N L R e j, S = A a J S, V = V E, F = F, Q = / f Q).
Training rows: ${sum(rows.train)} (${byClass(rows.train)}). Test rows: ${sum(rows.test)} (${byClass(rows.test)}).
${rows.split === 'published' ? 'The rows were rebuilt from the recordings and divided at random in the published sizes; which row the published set puts on which side is not known.' : ''}

Moody GB, Mark RG. The impact of the MIT-BIH Arrhythmia Database. IEEE Eng in Med and Biol 20(3):45-50 (2001).
Goldberger AL et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).
Kachuee M, Fazeli S, Sarrafzadeh M. ECG Heartbeat Classification: A Deep Transferable Representation. ICHI (2018).
The database is under the Open Data Commons Attribution License 1.0 (ODC-By); these weights are derived from it and
are under the MIT License with that attribution.

## Figures
${test ? `The test rows were looked at once, after everything was chosen.${versionOf(name).earlierLooks}` : 'The test rows were left unread.'} F1 of each class; macro-F1 over all five.

| | accuracy | macro-F1 | ${beatClasses.join(' | ')} |
|---|---|---|${beatClasses.map(() => '---|').join('')}
${figureLines(report)
  .map(
    ({ title, figures }) =>
      `| ${title} | ${[figures.accuracy, figures.macroF1, ...beatClasses.map((c) => figures.F1[c])].map(shown).join(' | ')} |`,
  )
  .join('\n')}
${
  test
    ? `
95 % over resampled test rows: accuracy ${interval(test.intervals.accuracy)}, macro-F1 ${interval(test.intervals.macroF1)}, S ${interval(test.intervals.S)}, F ${interval(test.intervals.F)}.
Calibration error (ECE, 15 ranges): ${shown(test.calibrationError)}.

${classTable(test)}

${confusionTable('Test rows', test)}
`
    : ''
}${byPatient ? `\n${confusionTable('Rows split by patient', byPatient)}\n` : ''}
## Known faults
${kinds ? '- It was taught to tell the training recordings apart. That pays where their patients come again, as in the published split, and nowhere else.\n' : ''}- In a patient it has not seen it is wrong about most S and F beats; see the split by patient.
- A row holds nothing before its R peak: no P wave of its own, no RR interval before it.
- One lead only (the recording's first), of one recorder, at 360 Hz.
- Paced beats and unreadable beats are both Q.
`;
}

function recipeWords(hyper: RowReport['hyper']): string {
  const parts = [
    hyper.loss === 'focal' ? `focal loss (gamma ${hyper.focalGamma})` : 'cross-entropy',
    hyper.sampler === 'balanced' ? 'classes drawn equally often' : 'classes at their natural mix',
    hyper.mixupAlpha > 0 ? `mixup ${hyper.mixupAlpha}` : '',
    hyper.noise > 0 ? `noise ${hyper.noise}` : '',
    hyper.amplitudeScale > 0 ? `amplitude ±${100 * hyper.amplitudeScale} %` : '',
    hyper.shiftSamples > 0 ? `shift ±${hyper.shiftSamples} samples` : '',
    `${hyper.weightDecay > 0 ? `AdamW (decay ${hyper.weightDecay})` : 'Adam'} at ${hyper.learningRate}, ${hyper.schedule}`,
    hyper.l2 > 0 ? `L2 ${hyper.l2}` : '',
    hyper.clipNorm > 0 ? `clipping at norm ${hyper.clipNorm}` : '',
    hyper.averageDecay > 0 ? `averaged weights (${hyper.averageDecay})` : '',
    `batch ${hyper.batch}${hyper.microBatches > 1 ? ` in ${hyper.microBatches} parts` : ''}, ${hyper.epochs} epochs`,
  ];
  return parts.filter(Boolean).join(', ');
}

const interval = ({ low, high }: { low: number | undefined; high: number | undefined }): string =>
  `${shown(low)} to ${shown(high)}`;

const classTable = ({ classes }: RowFigures): string =>
  [
    '| class | precision (+P) | recall (Se) | F1 |',
    '|---|---|---|---|',
    ...beatClasses.map((c) => `| ${c} | ${[classes[c].PPV, classes[c].Se, classes[c].F1].map(shown).join(' | ')} |`),
  ].join('\n');

function confusionTable(title: string, { counts }: RowFigures): string {
  const side = beatClasses.length;
  return [
    `${title}, reference in rows, model in columns:`,
    '',
    `| | ${beatClasses.map((c) => c.toLowerCase()).join(' | ')} |`,
    `|---|${beatClasses.map(() => '---|').join('')}`,
    ...beatClasses.map((c, r) => `| ${c} | ${counts.slice(r * side, (r + 1) * side).join(' | ')} |`),
  ].join('\n');
}
