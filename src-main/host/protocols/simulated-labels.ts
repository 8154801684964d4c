import { noLabel } from '../../domain/beat.ts';
import { seededRandom } from '../../domain/random.ts';
import { blend, type LabelledBeat } from '../../engine/blend/blend.ts';
import type { Neighbourhood } from '../../engine/blend/neighbourhood.ts';
import { reviewQueue } from '../../engine/blend/review-queue.ts';
import { taughtClasses } from '../../engine/network/record-branches.ts';

/** A recording whose reference plays the person who labels. */
export interface AskedRecording {
  readonly neighbourhood: Neighbourhood;
  /** The model's own probabilities. */
  readonly base: Float32Array;
  /** Of each beat from those the model learned from, where that is known. */
  readonly distance?: Float32Array;
  /** Index into `beatClasses`; 255 for a beat of which the reference says nothing: it is not asked for. */
  readonly labels: Uint8Array;
}

export interface Asking {
  readonly order: 'queue' | 'random';
  /** Beats that may be asked for; left out: all. */
  readonly among?: (beat: number) => boolean;
  /** Share of answers that name another class, each as likely as the next. */
  readonly wrongShare: number;
  readonly seed: number;
}

/**
 * Labels in the order in which a reader would give them; the first ten are what a reader of ten would have given.
 * The program puts its queue in order anew after every label, while the reader already looks at the beat that was next:
 * each beat comes from the order that knows all labels but the last.
 * @returns fewer than `most` where the recording has fewer beats to ask for.
 */
export function simulateLabels(recording: AskedRecording, asking: Asking, most: number): LabelledBeat[] {
  const { neighbourhood, base, distance, labels } = recording;
  const { order, among = () => true, wrongShare, seed } = asking;
  const random = seededRandom(seed);
  const mayAsk = Uint8Array.from(labels, (label, beat) => Number(label !== noLabel && among(beat)));
  const answer = (beat: number): LabelledBeat => {
    const label = labels[beat];
    const isWrong = random.uniform() < wrongShare;
    if (!isWrong) return { beat, label };
    const others = Array.from({ length: taughtClasses }, (_, c) => c).filter((c) => c !== label);
    return { beat, label: others[random.integer(others.length)] };
  };
  if (order === 'random') {
    const beats = Int32Array.from([...mayAsk.keys()].filter((beat) => mayAsk[beat]));
    return Array.from(random.shuffle(beats).subarray(0, most), answer);
  }
  const given: LabelledBeat[] = [];
  while (given.length < most) {
    const known = given.slice(0, -1);
    const blended = blend(neighbourhood, base, known);
    const { order: next } = reviewQueue(neighbourhood, { base, blended, distance }, known, mayAsk);
    const beat = next.find((each) => mayAsk[each] === 1 && given.every((before) => before.beat !== each));
    if (beat === undefined) break;
    given.push(answer(beat));
  }
  return given;
}
