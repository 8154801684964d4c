import type { BeatInputs } from '../network/predictor.ts';
import type { StepResult } from './step.ts';

/** A loss this many times that of the first step, or of a guess, no longer comes from learning. */
const explosion = 10;

/**
 * Whether a step's weights must not be kept: its loss or its gradient is no number, or the loss exploded.
 * @param firstLoss  of the training's first step.
 */
export function hasDiverged({ loss, gradientNorm }: StepResult, firstLoss: number, classes: number): boolean {
  const limit = explosion * Math.max(firstLoss, Math.log(classes));
  return !Number.isFinite(loss) || !Number.isFinite(gradientNorm) || loss > limit;
}

/** Thrown when a training diverged, went back to its last good weights with half the learning rate, and diverged again. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged';
  /** Of the batch, the most suspect first. */
  readonly beats: readonly string[];

  /**
   * @param step    from 1.
   * @param chosen  the batch's beats in the order of `beatLosses`; one may come more than once.
   * @param nameOf  of a beat, in the reader's words.
   * @param isSound whether all that is known of a beat is numbers.
   */
  constructor(
    step: number,
    { loss, gradientNorm, learningRate, beatLosses }: Omit<StepResult, 'state'>,
    chosen: ArrayLike<number>,
    nameOf: (beat: number) => string,
    isSound: (beat: number) => boolean,
  ) {
    const suspicion = (place: number) =>
      !isSound(chosen[place]) ? Infinity : Number.isNaN(beatLosses[place]) ? Number.MAX_VALUE : beatLosses[place];
    const places = Array.from({ length: chosen.length }, (_, place) => place).sort((a, b) =>
      suspicion(a) === suspicion(b) ? a - b : suspicion(b) - suspicion(a),
    );
    const beats = [
      ...new Set(
        places.map(
          (place) => nameOf(chosen[place]) + (isSound(chosen[place]) ? '' : ' (holds a value that is no number)'),
        ),
      ),
    ];
    super(
      `training diverged at step ${step} (loss ${loss}, gradient norm ${gradientNorm}, learning rate ${learningRate}), ` +
        'though it had gone back to good weights and half the learning rate before; nothing of it is kept as a model. ' +
        'Look at the beats of its batch, the most suspect first, or lower the learning rate: ' +
        `${beats.join(', ')}`,
    );
    this.beats = beats;
  }
}

/** Tells whether every input of a beat is a number. */
export const soundness =
  (inputs: BeatInputs, beats: number) =>
  (beat: number): boolean =>
    Object.values(inputs).every((values) => {
      const width = values.length / beats;
      return values.subarray(beat * width, (beat + 1) * width).every(Number.isFinite);
    });
