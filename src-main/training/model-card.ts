import type { BeatClass } from '../domain/beat-class.ts';
import type { ModelCertainty } from '../domain/certainty.ts';

/** What is kept of a model beside its weights; the bundled card of `resources/models` has the same shape. */
export interface ModelCard {
  /** The card as people read it. */
  readonly markdown: string;
  /** Recordings whose labels the model or its forebears learned from. */
  readonly trainedOn: readonly TrainedRecord[];
  /** Classes that it can give. */
  readonly classes: readonly BeatClass[];
  /** Figures that a report prints beside the model's name; undefined where it was never measured. */
  readonly figures?: CardFigures;
  /** Undefined where it was not measured for this very model. */
  readonly certainty?: ModelCertainty;
}

export interface TrainedRecord {
  readonly record: string;
  readonly patient: string;
  readonly signalHash: string;
}

export interface CardFigures {
  /** How and on what they were counted, class map named. */
  readonly source: string;
  readonly rows: readonly {
    readonly name: string;
    readonly sePercent: number | null;
    readonly ppvPercent: number | null;
  }[];
}

/** Reads a stored card; anything else was made by another program. */
export const cardOf = (card: unknown): ModelCard => card as ModelCard;
