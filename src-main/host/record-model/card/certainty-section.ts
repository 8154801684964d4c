import {
  calibrationNames,
  misreadAbove,
  type Calibration,
  type ModelCertainty,
  type SetCertainty,
} from '../../../domain/certainty.ts';
import { reachOf } from '../../../engine/record/familiarity.ts';
import { calibrationOf, fitTemperature } from '../../../evaluate/calibration.ts';
import { deferralCurve, doubtOf } from '../../../evaluate/deferral.ts';
import { chooseUnlikeAbove, doubtRecords, errorOf, type DoubtedRecord } from '../left-out.ts';
import type { CardSection } from './card-section.ts';

const shares = [0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2];

/** How sure the model is, whether it is right to be, and what it has seen nothing like. */
export const certaintySection: CardSection<ModelCertainty> = {
  measure: async (measured) => {
    const leftOut = await measured.leftOut();
    const { familiarity, hash } = await measured.familiarity();
    const unlikeAbove = chooseUnlikeAbove(leftOut);
    const others = await doubtRecords(measured.model, familiarity, await measured.evaluation(), measured.executor);
    return rounded({
      temperature: fitTemperature(
        leftOut.map(({ labels, untempered }) => ({ labels, probabilities: untempered })),
        1,
      ),
      unlikeAbove,
      familiarityHash: hash,
      sets: [
        certaintyOn(`${measured.sets.map(({ name }) => name).join(' and ')}, patients left out`, leftOut, unlikeAbove),
        certaintyOn('DS2, other patients', others, familiarity.unlikeAbove),
      ],
    });
  },
  tell: ({ temperature, unlikeAbove, familiarityHash, sets }) => `## Certainty
Probabilities are divided, as logarithms, by a temperature of ${temperature}, fitted on beats of patients left out. In
cross-validation each fold's temperature is fitted on the other folds, so that no patient has a say in its own. Expected calibration
error (ECE): mean of |mean probability - share that was so| over 15 ranges of equal width, weighted by their beats; of
the most probable class (top) and of each class against the rest. Most beats have a probability near 0 of being S, V or
F, which makes the error of a rare class small whatever is said of the few: read the ranges too.

| ECE | ${calibrationNames.join(' | ')} |
|---|${'---|'.repeat(calibrationNames.length)}
${sets
  .flatMap(({ title, before, after }) => [
    `| ${title}, before temperature | ${eces(before)} |`,
    `| ${title}, after | ${eces(after)} |`,
  ])
  .join('\n')}

Reliability of the most probable class, after temperature:

| said | ${sets.map(({ title }) => `${title}: beats | mean said | was right |`).join(' ')}
|---|${'---|---|---|'.repeat(sets.length)}
${sets[0].after.top.bins
  .map((_, i) => {
    const cells = sets.map(({ after }) => {
      const { beats, said, was } = after.top.bins[i];
      return `${beats} | ${of(said)} | ${of(was)} |`;
    });
    return `| ${(i / 15).toFixed(2)} to ${((i + 1) / 15).toFixed(2)} | ${cells.join(' ')}`;
  })
  .join('\n')}

Doubt of a beat is the entropy of its classes times its distance from the beats the model learned from (Mahalanobis',
to the nearest class, in what the first network of each branch makes of the beat). Beats of all recordings together,
the most doubtful handed to a human, who is taken to be right; error of the rest, and share of all errors found:

| handed over | ${sets.map(({ title }) => `${title}: error | found |`).join(' ')}
|---|${'---|---|'.repeat(sets.length)}
${sets[0].deferral
  .map(({ share }, i) => {
    const cells = sets.map(({ deferral }) => `${percent(deferral[i].error, 2)} | ${percent(deferral[i].found, 1)} |`);
    return `| ${percent(share, 1)} | ${cells.join(' ')}`;
  })
  .join('\n')}

A recording is flagged as unlike those the model learned from where a tenth of its beats lies farther than
${unlikeAbove.toFixed(2)}: on left-out patients this best told recordings of which more than
${percent(misreadAbove, 0)} is called wrong from others. The threshold was chosen on the very recordings counted
first, so count on more false alarms and misses than there.

${sets.map(flagged).join('\n')}

What the flag goes by lies in a file of its own (SHA-256 \`${familiarityHash}\`): it decides no prediction, and the hash
of the weights names what does. A model fine-tuned from this one inherits temperature, distances and threshold; they are
not measured again, and the program says so.
`,
};

function certaintyOn(title: string, records: readonly DoubtedRecord[], unlikeAbove: number): SetCertainty {
  const judged = records.map((record) => ({ ...record, doubt: doubtOf(record.probabilities, record.novelty) }));
  return {
    title,
    beats: records.reduce((sum, { labels }) => sum + labels.filter((label) => label < 4).length, 0),
    before: calibrationOf(records.map(({ labels, untempered }) => ({ labels, probabilities: untempered }))),
    after: calibrationOf(records),
    deferral: deferralCurve(judged, shares),
    recordings: records
      .map((record) => ({
        name: record.name,
        error: errorOf(record),
        unlikeness: reachOf(record.novelty) / unlikeAbove,
      }))
      .sort((a, b) => b.unlikeness - a.unlikeness),
  };
}

function flagged({ title, recordings }: SetCertainty): string {
  const isMisread = ({ error }: { error: number }) => error > misreadAbove;
  const unlike = recordings.filter(({ unlikeness }) => unlikeness > 1);
  const [right, wrong] = [unlike.filter(isMisread), unlike.filter((one) => !isMisread(one))];
  const missed = recordings.filter((one) => isMisread(one) && one.unlikeness <= 1);
  const named = (list: typeof recordings) =>
    list.map(({ name, error }) => `${name} (${percent(error, 1)} wrong)`).join(', ') || 'none';
  return (
    `- ${title}: flagged ${unlike.length} of ${recordings.length}. Misread and flagged: ${named(right)}. ` +
    `False alarms: ${named(wrong)}. Misread and not flagged: ${named(missed)}.`
  );
}

const eces = (calibration: Calibration): string =>
  calibrationNames.map((name) => calibration[name].ece.toFixed(4)).join(' | ');
const of = (share: number | null): string => (share === null ? '–' : share.toFixed(3));
const percent = (share: number, decimals: number): string => `${(100 * share).toFixed(decimals)} %`;

/** As many digits as can be told apart, so that the card is no longer than it needs to be. */
const rounded = <Facts>(facts: Facts): Facts =>
  JSON.parse(
    JSON.stringify(facts, (_, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(6)) : value)),
  ) as Facts;
