import { beatClasses } from '../../../domain/beat-class.ts';
import { taughtClasses } from '../../../engine/network/record-branches.ts';
import { confusionFigures } from '../../../evaluate/confusion.ts';
import type { BundledModel } from '../../program/bundled-model.ts';
import { certaintySection } from './certainty-section.ts';
import { trainingSetsOf } from '../databases.ts';
import type { MeasuredModel } from './card-section.ts';
import { explanationsSection } from './explanations-section.ts';
import { crossValidationSection, evaluationSection, type EvaluationFacts } from './figures-section.ts';

/** What was noted when the weights were made: it cannot be measured again. */
export interface Provenance {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  readonly made: {
    /** Such as `2026-11-25`. */
    readonly on: string;
    readonly command: string;
    readonly executor: string;
    readonly trainingSeconds: number;
    readonly bytes: number;
    /** Where what is set beside the networks was set anew and they stayed as they were. */
    readonly refit?: { readonly on: string; readonly command: string };
  };
  readonly trainedOn: BundledModel['trainedOn'];
  /** By class. */
  readonly trainingBeats: Readonly<Record<string, number>>;
  /** Of the weights; fitted on beats of patients left out. */
  readonly temperature: number;
}

/** @throws {RangeError} where the weights are not those that the card tells of. */
export function provenanceOf(card: RecordCard, hash: string): Provenance {
  if (card.hash !== hash) throw new RangeError(`the card tells of weights ${card.hash}, the file holds ${hash}`);
  const { name, version, made, trainedOn, trainingBeats, temperature } = card;
  return { name, version, hash, made, trainedOn, trainingBeats, temperature };
}

/**
 * Parts of the card that are measured, in the order told; a part that is added here is made, told and verified with
 * the others.
 */
const sections = {
  crossValidation: crossValidationSection,
  evaluation: evaluationSection,
  explanations: explanationsSection,
  certainty: certaintySection,
} as const;
export type SectionName = keyof typeof sections;
export const sectionNames = Object.keys(sections) as readonly SectionName[];
/** What each section found. */
type Measured = { readonly [Name in SectionName]: Awaited<ReturnType<(typeof sections)[Name]['measure']>> };

export interface RecordCard extends Provenance, Omit<BundledModel, SectionName>, Measured {}

/**
 * The card that programs read: what was noted, and what is measured now.
 * @param kept  the card there is, from which sections that are not measured now are taken.
 */
export async function measureCard(
  provenance: Provenance,
  measured: MeasuredModel,
  { only = sectionNames, kept }: { only?: readonly SectionName[]; kept?: RecordCard } = {},
): Promise<RecordCard> {
  const found = async <Name extends SectionName>(name: Name): Promise<Measured[Name]> => {
    if (only.includes(name) || !kept) return (await sections[name].measure(measured)) as Measured[Name];
    return kept[name];
  };
  const evaluation = await found('evaluation');
  const crossValidation = await found('crossValidation');
  const explanations = await found('explanations');
  const certainty = await found('certainty');
  const measuredNow = { crossValidation, evaluation, explanations, certainty };
  return { family: 'record', ...provenance, ...summary(evaluation), ...measuredNow };
}

/** What the program shows beside the model's name and prints in reports. */
function summary({ counts, perRecord, pooled }: EvaluationFacts): Pick<BundledModel, 'classes' | 'figures'> {
  const names = beatClasses.slice(0, taughtClasses);
  const { classes } = confusionFigures({ map: 'literature', counts: Float64Array.from(counts) });
  const percent = (share: number | undefined) => (share === undefined ? null : Math.round(1000 * share) / 10);
  return {
    classes: names,
    figures: {
      source:
        `${perRecord.length} recordings of other patients of the MIT-BIH Arrhythmia Database (DS2), ` +
        `${pooled.beats} beats at their reference positions, literature class map`,
      rows: names.map((name) => ({
        name,
        sePercent: percent(classes[name].Se),
        ppvPercent: percent(classes[name].PPV),
      })),
    },
  };
}

const refitRow = ({ on, command }: NonNullable<Provenance['made']['refit']>): string =>
  `| Set anew | ${on} by \`${command}\`: the second look and the temperature; the networks are those of before |\n`;

/** The card that people read, of the one that programs read. */
export function cardMarkdown(card: RecordCard): string {
  const beats = Object.entries(card.trainingBeats).map(([name, count]) => `${name} ${count}`);
  const records = card.trainedOn.map(({ record, patient }) =>
    record === patient ? record : `${record} (patient ${patient})`,
  );
  const patients = new Set(card.trainedOn.map(({ patient }) => patient));
  const sets = trainingSetsOf(card.name);
  const { perRecord } = card.evaluation;
  return `# ${card.name} ${card.version}

Classifies the beats of an ECG recording as N, S, V or F (AAMI classes, literature map: N = N L R e j, S = A a J S,
V = V E, F = F). It reads one or two leads, each beat beside the patient's own running template, and four beats on
either side. Which two leads are read of more, and in which order, the signal says and not their names; the features of a
beat are read with either lead as the first. When the whole recording is read, it looks again: of two leads, no beat is
left more ventricular than the shapes that it resembles are on average; and one that comes in time and is a sum of the
usual and the ventricular shape is a fusion beat. An exported ONNX file, which sees a beat at a time, lacks that. It
proposes; a person decides. Not a medical device.

| | |
|---|---|
| SHA-256 of the weight file | \`${card.hash}\` |
| Made | ${card.made.on} by \`${card.made.command}\` |
| Executor | ${card.made.executor}; training took ${card.made.trainingSeconds} s |
| Size | ${Math.round(card.made.bytes / 1000)} kB: 5 networks on features, 3 on rhythm by attention, 3 hybrids of convolution and attention on the window |
| Temperature | ${card.temperature} (fitted on beats of patients left out) |
${card.made.refit ? refitRow(card.made.refit) : ''}
## Data
Trained on ${sets.map(({ records: own, source }) => `${own.length} recordings, ${source}`).join('; and on ')}:
${records.join(', ')}; ${patients.size} patients, whose beats are ${beats.join(', ')}; the few of class Q were left out.
Evaluated on the ${perRecord.length} recordings of DS2: ${perRecord.map(({ name }) => name).join(', ')}.
201 (training) and 202 (evaluation) are one patient: a small leak of the customary split itself.
Paced recordings (102, 104, 107, 217) are in neither.

${sets.map(({ citation }) => citation).join('\n')}
Goldberger AL et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).
${sets.length > 1 ? 'The databases are' : 'The database is'} under the Open Data Commons Attribution License 1.0 (ODC-By); these weights are derived from ${sets.length > 1 ? 'them' : 'it'} and are under the MIT License with that attribution.

${sections.crossValidation.tell(card.crossValidation)}
${sections.evaluation.tell(card.evaluation)}
${sections.explanations.tell(card.explanations)}
${sections.certainty.tell(card.certainty)}
## Known faults
- A recording whose whole rhythm is atrial or junctional (232) looks to it like the patient's normal rhythm: its S beats
  are called N until a person labels a few.
- A tachycardia that sets in suddenly and stays regular is told by its onset: one that the recording begins with is called
  N, and flutter that is conducted twice as often of a sudden may be called S.
- F is told by a rule that was thought of on one patient (208), who has nearly all fusion beats of the training: only
  those that the networks call V can become F, and where no beats of the other shape are called V none does.
- S in atrial fibrillation (222, 202) is a guess in both directions.
- It gives Q only where more than half of a beat's QRS is a gap in every lead. Paced beats are called N or V.
- Aberrant conduction and intermittent bundle branch block can be called V, less often where many beats share their
  shape. For the same reason a single ventricular beat that looks like the usual ones may be called N.
- One lead is enough but tells less; see the table.
`;
}
