import type { Executor } from '../../../engine/executors/executor.ts';
import type { Familiarity } from '../../../engine/record/familiarity.ts';
import type { RecordModel } from '../../../engine/record/model.ts';
import type { BeatCounts } from '../../../evaluate/ec57/beats/beat-counts.ts';
import type { CrossValidation, Fold } from '../cross-validation.ts';
import type { DoubtedRecord } from '../left-out.ts';
import type { TrainingSet } from '../databases.ts';
import type { MeasuredRecord } from '../measured-record.ts';
import type { ScoredRecord } from './record-figures.ts';

/** All that a card's figures are measured from, each made when first asked for; nothing of it is trained anew. */
export interface MeasuredModel {
  readonly model: RecordModel;
  readonly executor: Executor;
  /** What it learned from. */
  readonly sets: readonly TrainingSet[];
  /** Recordings it learned from. */
  training(): Promise<readonly MeasuredRecord[]>;
  /** Recordings of other patients. */
  evaluation(): Promise<readonly MeasuredRecord[]>;
  /** Models that have not learned from some of the training's patients. */
  folds(): Promise<readonly Fold[]>;
  crossValidation(): Promise<CrossValidation>;
  /** Recordings of the training, each as if it were new, with its distances. */
  leftOut(): Promise<readonly DoubtedRecord[]>;
  /** What the model knows the beats it learned from by, as it lies beside the weights. */
  familiarity(): Promise<{ readonly familiarity: Familiarity; readonly hash: string }>;
  evaluated(): Promise<readonly ScoredRecord[]>;
  /** The same recordings at the beats of the program's own detector. */
  evaluatedOnDetectedBeats(): Promise<BeatCounts>;
}

/**
 * One part of a model's card: measured from the weights, kept in the card's JSON under its key, told as Markdown from
 * the JSON alone. `rhythm models verify` measures it again and compares.
 */
export interface CardSection<Facts> {
  /** JSON values only: no undefined, no typed array. */
  measure(measured: MeasuredModel): Promise<Facts>;
  /** Begins with its `## ` title. */
  tell(facts: Facts): string;
}

export const shown = (share: number | null): string => (share === null ? '–' : share.toFixed(3));
