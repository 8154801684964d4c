import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import {
  beatFlags,
  type BeatTable,
  type LabelOrigin,
  labelOrigins,
  noLabel,
} from '../../../../src-main/domain/beat.ts';

/** How one beat of a table stands; a second after the beat before it unless said otherwise. */
export interface BeatLine {
  readonly label: string;
  readonly origin?: LabelOrigin;
  readonly atSample?: number;
  readonly flag?: keyof typeof beatFlags;
}

/** A table of beats at 100 samples a second, with ids from 1; `'NNV'` stands for three beats of the model. */
export function tableOf(lines: string | readonly BeatLine[], revision = 1): BeatTable {
  const beats: readonly BeatLine[] = typeof lines === 'string' ? [...lines].map((label) => ({ label })) : lines;
  const labelAt = ({ label }: BeatLine) => (label === '?' ? noLabel : beatClasses.indexOf(label as 'N'));
  return {
    revision,
    beatId: Int32Array.from(beats, (_, i) => i + 1),
    atSample: Int32Array.from(beats, ({ atSample }, i) => atSample ?? (i + 1) * 100),
    label: Uint8Array.from(beats, labelAt),
    origin: Uint8Array.from(beats, ({ label, origin }) =>
      labelOrigins.indexOf(origin ?? (label === '?' ? 'none' : 'model')),
    ),
    symbols: beats.map(({ label, origin }) => (origin === 'confirmed' || origin === 'changed' ? label : ' ')).join(''),
    flags: Uint8Array.from(beats, ({ flag }) => (flag ? beatFlags[flag] : 0)),
    probabilities: Float32Array.from(
      beats.flatMap((beat) =>
        beatClasses.map((_, c) => (beat.label === '?' ? NaN : c === labelAt(beat) ? 0.9 : 0.025)),
      ),
    ),
  };
}
