import type { BeatClass } from './beat-class.ts';
import type { LabelOrigin } from './beat.ts';

/** One beat as an export file tells it. */
export interface ExportedBeat {
  readonly atSample: number;
  /** The symbol a person gave, else that of the model's class; empty where there is no label. */
  readonly symbol: string;
  readonly beatClass: BeatClass | null;
  readonly origin: LabelOrigin;
  /** The model's opinion in the order of `beatClasses`; null where no model has spoken. */
  readonly probabilities: readonly number[] | null;
  readonly isArtifact: boolean;
  readonly isForLater: boolean;
}
