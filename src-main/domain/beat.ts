import type { BeatClass } from './beat-class.ts';
import type { BeatId } from './record.ts';

/** Where a beat's current label comes from; each has its own shape on screen. */
export type LabelOrigin = 'none' | 'model' | 'confirmed' | 'changed';
export const labelOrigins: readonly LabelOrigin[] = ['none', 'model', 'confirmed', 'changed'];

/** What people have said of one beat so far: the sum of its annotation events. */
export interface BeatState {
  readonly atSample: number;
  /** The symbol a person gave; null while only programs have spoken. */
  readonly personSymbol: string | null;
  /** Whether the person agreed with the label shown (`confirmed`) or changed it; null with no person's label. */
  readonly act: 'confirmed' | 'changed' | null;
  /** Unusable: RR does not bridge it and it leaves every statistic. */
  readonly isArtifact: boolean;
  /** Left for later: not reviewed. */
  readonly isForLater: boolean;
  /** Was no beat: RR bridges it. */
  readonly isDeleted: boolean;
}

/** One beat as screens, reports and exports see it. */
export interface Beat extends BeatState {
  readonly beatId: BeatId;
  /** Current label as a class: the person's, else the model's, else undefined. */
  readonly label: BeatClass | undefined;
  readonly origin: LabelOrigin;
}

/** All beats of a record in columns of equal length, by rising sample; deleted beats are left out. */
export interface BeatTable {
  /** Rises with every edit of the record. */
  readonly revision: number;
  readonly beatId: Int32Array;
  readonly atSample: Int32Array;
  /** Index into `beatClasses` of the current label; 255 where there is none. */
  readonly label: Uint8Array;
  /** Index into `labelOrigins`. */
  readonly origin: Uint8Array;
  /** The person's symbol, one character a beat, a space where there is none. */
  readonly symbols: string;
  /** Sum of `beatFlags`. */
  readonly flags: Uint8Array;
  /** Row-major (beat, class in order of `beatClasses`); NaN where no model has spoken. Label blend included. */
  readonly probabilities: Float32Array;
}
export const beatFlags = { artifact: 1, forLater: 2 } as const;
export const noLabel = 255;
