import type { Random } from '../domain/random.ts';
import { bootstrapOverRecords, type Interval } from './bootstrap.ts';

/** Labels of one record, as indexes of classes: `[beat][rater]`; each beat has a label of every rater. */
export type RatedBeats = readonly (readonly number[])[];

/** How far raters agree beyond chance. */
export interface Agreement {
  readonly beats: number;
  /** Share of the pairs of labels that are equal; undefined without beats. */
  readonly observed: number | undefined;
  /** Undefined without beats, and where all labels are of one class: chance alone would agree then. */
  readonly kappa: number | undefined;
}

/** What chance would agree on, given how often each rater gives each class (Cohen) or all of them together (Fleiss). */
type Chance = (totals: readonly Float64Array[], beats: number) => number;

/** Cohen 1960, of two raters who each have habits of their own. */
const ofTwo: Chance = ([a, b], beats) => a.reduce((sum, count, c) => sum + (count / beats) * (b[c] / beats), 0);

/** Fleiss 1971, of any number of raters who are taken as interchangeable. */
const ofMany: Chance = (totals, beats) =>
  totals[0].reduce((sum, _, c) => {
    const share = totals.reduce((all, rater) => all + rater[c], 0) / (beats * totals.length);
    return sum + share * share;
  }, 0);

/** Sums of which observed and chance agreement of any set of records follow. */
interface Tally {
  readonly beats: number;
  /** Equal pairs over all pairs, summed over beats. */
  readonly equal: number;
  /** By rater, then by class. */
  readonly totals: readonly Float64Array[];
}

function tallyOf(beats: RatedBeats, raters: number, classes: number): Tally {
  const totals = Array.from({ length: raters }, () => new Float64Array(classes));
  const pairs = (raters * (raters - 1)) / 2;
  let equal = 0;
  for (const labels of beats) {
    labels.forEach((label, rater) => totals[rater][label]++);
    for (let a = 0; a < raters; a++)
      for (let b = a + 1; b < raters; b++) if (labels[a] === labels[b]) equal += 1 / pairs;
  }
  return { beats: beats.length, equal, totals };
}

function agreementOf(tallies: readonly Tally[], chance: Chance, raters: number, classes: number): Agreement {
  let [beats, equal] = [0, 0];
  const totals = Array.from({ length: raters }, () => new Float64Array(classes));
  for (const tally of tallies) {
    beats += tally.beats;
    equal += tally.equal;
    tally.totals.forEach((counts, rater) => counts.forEach((count, c) => (totals[rater][c] += count)));
  }
  if (beats === 0) return { beats, observed: undefined, kappa: undefined };
  const observed = equal / beats;
  const expected = chance(totals, beats);
  // All of one class: nothing tells agreement from habit. The bound is far above rounding and far below one label.
  return { beats, observed, kappa: 1 - expected < 1e-12 ? undefined : (observed - expected) / (1 - expected) };
}

/**
 * Agreement of raters over records, with the interval of kappa over resampled records.
 * @param records  beats of each record; Cohen's kappa of two raters, Fleiss' of more.
 * @param classes  how many classes there are; labels are below it.
 * @throws {RangeError} for fewer than two raters, or beats with another number of labels.
 */
export function agreement(
  records: readonly RatedBeats[],
  raters: number,
  classes: number,
  random: Random,
): Agreement & { readonly interval: Interval | undefined } {
  if (raters < 2) throw new RangeError(`${raters} raters cannot agree, expected at least 2`);
  for (const beats of records)
    for (const labels of beats)
      if (labels.length !== raters) throw new RangeError(`a beat has ${labels.length} labels of ${raters} raters`);
  const chance = raters === 2 ? ofTwo : ofMany;
  const tallies = records.filter((beats) => beats.length > 0).map((beats) => tallyOf(beats, raters, classes));
  const of = (drawn: readonly Tally[]) => agreementOf(drawn, chance, raters, classes);
  const interval =
    tallies.length > 1
      ? bootstrapOverRecords(tallies, (drawn) => ({ kappa: of(drawn).kappa }), random).kappa
      : undefined;
  return { ...of(tallies), interval };
}
