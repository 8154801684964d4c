import { beatClasses } from '../../domain/beat-class.ts';
import { taughtClasses } from '../../engine/network/record-branches.ts';
import { confusionFigures } from '../../evaluate/confusion.ts';
import type { BeatCounts } from '../../evaluate/ec57/beats/beat-counts.ts';
import type { TrainedRecord } from '../../training/model-card.ts';
import type { BundledModel } from '../program/bundled-model.ts';
import { figuresOnDetectedBeats } from './detector-positions.ts';
import { figuresWithout, recordFigures, type Figures, type ScoredRecord } from './record-figures.ts';
import type { CrossValidation } from './train-record-model.ts';

/** All that is told of a made model. */
export interface RecordModelFacts {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  readonly madeAt: Date;
  readonly command: string;
  readonly executor: string;
  readonly trainingSeconds: number;
  readonly bytes: number;
  readonly trainedOn: readonly TrainedRecord[];
  readonly trainingBeats: Readonly<Record<string, number>>;
  readonly crossValidation: CrossValidation;
  readonly evaluated: readonly ScoredRecord[];
  /** The same recordings at the beats of the program's own detector. */
  readonly evaluatedOnDetectedBeats: BeatCounts;
  /** How many configurations the evaluation recordings were ever scored with, and how often in all. */
  readonly looks: { readonly configurations: number; readonly runs: number };
}

/** Recordings without which the evaluation is printed too, and why. */
const apart = { '232': 'its whole rhythm is atrial', '213': 'it holds nearly all fusion beats' };

/** The card that programs read. */
export function cardJson(facts: RecordModelFacts): BundledModel & { readonly evaluation: unknown } {
  const figures = recordFigures(facts.evaluated);
  const { classes } = confusionFigures({ map: 'literature', counts: Float64Array.from(figures.counts) });
  const percent = (share: number | undefined) => (share === undefined ? null : Math.round(1000 * share) / 10);
  return {
    family: 'record',
    name: facts.name,
    version: facts.version,
    hash: facts.hash,
    trainedOn: facts.trainedOn,
    classes: beatClasses.slice(0, taughtClasses),
    figures: {
      source:
        `${facts.evaluated.length} recordings of other patients of the MIT-BIH Arrhythmia Database (DS2), ` +
        `${figures.pooled.beats} beats at their reference positions, literature class map`,
      rows: beatClasses.slice(0, taughtClasses).map((name) => ({
        name,
        sePercent: percent(classes[name].Se),
        ppvPercent: percent(classes[name].PPV),
      })),
    },
    evaluation: {
      looks: facts.looks,
      ...figures,
      withoutAny: Object.fromEntries(
        leftOutSets.map((left) => [left.join(' '), figuresWithout(facts.evaluated, left)]),
      ),
      crossValidation: {
        folds: facts.crossValidation.folds,
        temperature: facts.crossValidation.temperature,
        ...recordFigures(facts.crossValidation.scored),
      },
      onDetectedBeats: facts.evaluatedOnDetectedBeats,
    },
  };
}

const leftOutSets = [['232'], ['213'], Object.keys(apart)];

/** The card that people read. */
export function cardMarkdown(facts: RecordModelFacts): string {
  const { crossValidation, evaluated } = facts;
  const figures = recordFigures(evaluated);
  const inFolds = recordFigures(crossValidation.scored);
  const onFirstLead = recordFigures(crossValidation.scoredOnFirstLead);
  const beats = Object.entries(facts.trainingBeats).map(([name, count]) => `${name} ${count}`);
  const records = facts.trainedOn.map(({ record, patient }) =>
    record === patient ? record : `${record} (patient ${patient})`,
  );
  return `# ${facts.name} ${facts.version}

Classifies the beats of an ECG recording as N, S, V or F (AAMI classes, literature map: N = N L R e j, S = A a J S,
V = V E, F = F). It reads one or two leads, each beat beside the patient's own running template, and four beats on
either side. It proposes; a person decides. Not a medical device.

| | |
|---|---|
| SHA-256 of the weight file | \`${facts.hash}\` |
| Made | ${facts.madeAt.toISOString().slice(0, 10)} by \`${facts.command}\` |
| Executor | ${facts.executor}; training took ${Math.round(facts.trainingSeconds)} s |
| Size | ${Math.round(facts.bytes / 1000)} kB: 5 networks on features, 3 on rhythm by attention, 3 hybrids of convolution and attention on the window |
| Temperature | ${crossValidation.temperature} (fitted on beats of patients left out) |

## Data
Trained on ${facts.trainedOn.length} recordings (DS1) of the MIT-BIH Arrhythmia Database 1.0.0, two leads, 360 Hz, 30 minutes each:
${records.join(', ')}; ${facts.trainedOn.length} patients, whose beats are ${beats.join(', ')}; the few of class Q were left out.
Evaluated on the ${evaluated.length} recordings of DS2: ${evaluated.map(({ name }) => name).join(', ')}.
201 (training) and 202 (evaluation) are one patient: a small leak of the customary split itself.
Paced recordings (102, 104, 107, 217) are in neither.

Moody GB, Mark RG. The impact of the MIT-BIH Arrhythmia Database. IEEE Eng in Med and Biol 20(3):45-50 (2001).
Goldberger AL et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).
The database is under the Open Data Commons Attribution License 1.0 (ODC-By); these weights are derived from it and
are under the MIT License with that attribution.

## Figures
At the reference's beat positions but where the table says otherwise; templates come from the whole recording without
its labels. F1 of each class; macro-F1 over N, S, V, F; "–" where a class does not occur. At the program's own positions
beats missed and beats too many count too. Looks at DS2: ${facts.looks.configurations} configuration, scored ${facts.looks.runs} times as these files were made again;
everything was chosen in cross-validation by patient over DS1.

| | beats | accuracy | macro-F1 | S | V | F |
|---|---|---|---|---|---|---|
${[
  tableRow('DS1, cross-validation by patient', inFolds.pooled),
  tableRow('the same, first lead alone', onFirstLead.pooled),
  tableRow("the same, beats of the program's own detector", figuresOnDetectedBeats(crossValidation.onDetectedBeats)),
  tableRow('**DS2**', figures.pooled),
  tableRow("DS2, beats of the program's own detector", figuresOnDetectedBeats(facts.evaluatedOnDetectedBeats)),
  ...leftOutSets.map((left) => tableRow(`DS2 without ${left.join(' and ')}`, figuresWithout(evaluated, left))),
  `| DS2, 95 % over resampled records | | ${(['accuracy', 'macroF1', 'S', 'V', 'F'] as const).map((name) => `${shown(figures.intervals[name].low)} to ${shown(figures.intervals[name].high)}`).join(' | ')} |`,
].join('\n')}

Calibration error (ECE, 15 ranges) on DS2: ${shown(figures.calibrationError)}.
${Object.entries(apart)
  .map(([name, why]) => `${name} is told apart because ${why}.`)
  .join(' ')}

DS2, reference in rows, model in columns:

${confusionTable(figures.counts)}

DS2 record by record:

| record | beats | accuracy | macro-F1 | S | V | F |
|---|---|---|---|---|---|---|
${figures.perRecord.map(({ name, figures: own }) => tableRow(name, own)).join('\n')}

## Known faults
- A recording whose whole rhythm is atrial or junctional (232) looks to it like the patient's normal rhythm: its S beats
  are called N until a person labels a few.
- F was learned from one patient (208) and is hardly ever found: never rely on it.
- S in atrial fibrillation (222, 202) is a guess in both directions.
- It gives Q only where more than half of a beat's QRS is a gap in every lead. Paced beats are called N or V.
- Aberrant conduction and intermittent bundle branch block can be called V.
- One lead is enough but tells less; see the table.
`;
}

const shown = (share: number | undefined): string => (share === undefined ? '–' : share.toFixed(3));

const tableRow = (title: string, { beats, accuracy, macroF1, S, V, F }: Figures): string =>
  `| ${title} | ${beats} | ${[accuracy, macroF1, S, V, F].map(shown).join(' | ')} |`;

function confusionTable(counts: readonly number[]): string {
  const side = beatClasses.length;
  const names = beatClasses.slice(0, taughtClasses);
  const rows = names.map((name, r) => `| ${name} | ${names.map((_, c) => counts[r * side + c]).join(' | ')} |`);
  return [
    `| | ${names.map((name) => name.toLowerCase()).join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...rows,
  ].join('\n');
}
