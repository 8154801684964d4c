import { beatClasses, mostProbable } from '../../domain/beat-class.ts';
import { checkLabels, type LabelledBeat } from './blend.ts';
import { kernelBetween, type Neighbourhood } from './neighbourhood.ts';

/** A label that neither the model nor the labels of like beats would have given. */
export interface DoubtfulLabel extends LabelledBeat {
  /** Of the label given, with this label left out: 0 where nothing speaks for it. */
  readonly probability: number;
  /** The class that they would give instead. */
  readonly expected: number;
}

export interface DoubtOptions {
  /** A label is pointed out where its own probability lies below this and another class holds half or more. */
  readonly below: number;
  /** Weight of the model's own opinion beside the labels of like beats, each of which weighs up to 1. */
  readonly modelWeight: number;
  /** Labels pointed out at once: more than a person looks through before asking again. */
  readonly most: number;
}

export const doubtDefaults: DoubtOptions = {
  below: 0.3, // on svdb with one label in ten wrong it finds 85 to 98 % of them; .2 finds 68 % of those among 20 labels
  modelWeight: 0.3, // as in the blend; .6 and 1 find no more
  most: 200,
};

/** Labels that are heard about the others: enough of a long recording in which a person confirmed all beats at once. */
const mostVoices = 1500;
/** Where no class holds this share, nobody knows better than the person. */
const surely = 0.5;
const classes = beatClasses.length;

/**
 * The label-noise guard: asks of every label what the model and all OTHER labels of the recording say of its beat
 * (leave one out), and points out those that they find implausible, the least plausible first. It runs before anything
 * is learned from the labels; a person decides who is wrong.
 * A label that was pointed out speaks no more for its neighbours, so that two wrong labels do not hold each other up.
 * @param base  the model's own probabilities, (beat, class) row-major.
 */
export function doubtfulLabels(
  neighbourhood: Neighbourhood,
  base: Float32Array,
  labelled: readonly LabelledBeat[],
  { below, modelWeight, most }: DoubtOptions = doubtDefaults,
): DoubtfulLabel[] {
  checkLabels(neighbourhood, labelled);
  const step = Math.max(1, labelled.length / mostVoices);
  const voices = new Set(Array.from({ length: Math.min(labelled.length, mostVoices) }, (_, i) => Math.floor(i * step)));
  const support = Float64Array.from(
    { length: labelled.length * classes },
    (_, i) => modelWeight * base[labelled[Math.floor(i / classes)].beat * classes + (i % classes)],
  );
  const speak = (voice: number, sign: 1 | -1) => {
    for (const [i, { beat }] of labelled.entries())
      if (i !== voice)
        support[i * classes + labelled[voice].label] += sign * kernelBetween(neighbourhood, beat, labelled[voice].beat);
  };
  for (const voice of voices) speak(voice, 1);
  const opinionOf = (i: number) => {
    const expected = mostProbable(support, i * classes);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += support[i * classes + c];
    const shareOf = (c: number) => (sum > 0 ? support[i * classes + c] / sum : 0);
    return { expected, probability: shareOf(labelled[i].label), isSure: shareOf(expected) >= surely };
  };
  const pointedOut = new Set<number>();
  while (pointedOut.size < most) {
    let least = -1;
    let leastProbability = below;
    for (const [i, { label }] of labelled.entries()) {
      if (pointedOut.has(i)) continue;
      const { expected, probability, isSure } = opinionOf(i);
      if (expected === label || !isSure || probability >= leastProbability) continue;
      least = i;
      leastProbability = probability;
    }
    if (least < 0) break;
    pointedOut.add(least);
    if (voices.has(least)) speak(least, -1);
  }
  return [...pointedOut]
    .map((i) => {
      const { expected, probability } = opinionOf(i);
      return { ...labelled[i], expected, probability };
    })
    .filter(({ label, expected }) => label !== expected)
    .sort((a, b) => a.probability - b.probability || a.beat - b.beat);
}
