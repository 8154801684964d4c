import { beatClasses, mostProbable } from '../domain/beat-class.ts';
import { calibrationNames, type Calibration, type Reliability } from '../domain/certainty.ts';

/** Beats with what the reference and what a model say of them. */
export interface JudgedBeats {
  /** Index into `beatClasses`; beats of class Q are left out of every figure. */
  readonly labels: Uint8Array;
  /** (beat, class) row-major. */
  readonly probabilities: Float32Array;
}

const width = beatClasses.length;
/** N, S, V and F; nothing learns Q. */
const judgedClasses = 4;
/** The customary number (Guo 2017). */
const ranges = 15;
const isJudged = (label: number): boolean => label < judgedClasses;

/**
 * Expected calibration error over fifteen ranges of equal width (Naeini 2015; Guo 2017), of the most probable class
 * and of each class against the rest.
 */
export function calibrationOf(records: readonly JudgedBeats[]): Calibration {
  const named = calibrationNames.map((name) => {
    const bins = Array.from({ length: ranges }, () => ({ beats: 0, said: 0, was: 0 }));
    const ofClass = name === 'top' ? undefined : beatClasses.indexOf(name);
    for (const { labels, probabilities } of records)
      for (const [beat, label] of labels.entries()) {
        if (!isJudged(label)) continue;
        const said = ofClass ?? mostProbable(probabilities, beat * width);
        const p = probabilities[beat * width + said];
        const bin = bins[Math.min(ranges - 1, Math.floor(p * ranges))];
        bin.beats++;
        bin.said += p;
        if (label === said) bin.was++;
      }
    return [name, reliability(bins)] as const;
  });
  return Object.fromEntries(named) as Record<keyof Calibration, Reliability>;
}

function reliability(sums: readonly { beats: number; said: number; was: number }[]): Reliability {
  const beats = sums.reduce((sum, bin) => sum + bin.beats, 0);
  return {
    ece: sums.reduce((sum, { said, was }) => sum + Math.abs(said - was), 0) / Math.max(1, beats),
    bins: sums.map((bin) => ({
      beats: bin.beats,
      said: bin.beats > 0 ? bin.said / bin.beats : null,
      was: bin.beats > 0 ? bin.was / bin.beats : null,
    })),
  };
}

/** What a model that gave its probabilities at one temperature would have said at another. */
export const atTemperature = (probabilities: Float32Array, givenAt: number, temperature: number): Float32Array => {
  const tempered = new Float32Array(probabilities.length);
  for (let at = 0; at < probabilities.length; at += width) {
    const powers = Array.from(probabilities.subarray(at, at + width), (p) =>
      p > 0 ? Math.max(p, least) ** (givenAt / temperature) : 0,
    );
    const sum = powers.reduce((total, power) => total + power, 0);
    tempered.set(
      powers.map((power) => power / sum),
      at,
    );
  }
  return tempered;
};
/** Keeps a class that was thought impossible from an infinite loss. */
const least = 1e-12;

/**
 * The temperature that makes the labels of beats the model has not learned from most likely (Guo 2017), in steps of
 * .05 from 1 to 4: the one by which ln p, given at a temperature, must be divided instead.
 */
export function fitTemperature(records: readonly JudgedBeats[], givenAt: number): number {
  const candidates = Array.from({ length: 61 }, (_, i) => 1 + i / 20);
  const losses = candidates.map((temperature) => {
    let loss = 0;
    for (const { labels, probabilities } of records)
      for (const [beat, label] of labels.entries()) {
        if (!isJudged(label)) continue;
        const row = probabilities.subarray(beat * width, beat * width + judgedClasses);
        const powers = row.map((p) => Math.max(p, least) ** (givenAt / temperature));
        loss -= Math.log(powers[label] / powers.reduce((sum, power) => sum + power, 0));
      }
    return loss;
  });
  return candidates[losses.indexOf(Math.min(...losses))];
}
