import type { Comparison, CorrectionSource, CurvePoint, ModelView, RunView } from '../contract/training.ts';
import type { JobId } from '../contract/jobs.ts';
import { type BeatClass, beatClasses, reviewClassMap } from '../domain/beat-class.ts';
import { noLabel } from '../domain/beat.ts';
import { beatsOf } from '../store/beats.ts';
import { explanationFiguresOf } from '../store/explanation-figures.ts';
import { modelsOf, type StoredModel } from '../store/models.ts';
import { recordsOf } from '../store/records.ts';
import type { ReadDb } from '../store/table-group.ts';
import { type TrainingRun, trainingRunsOf } from '../store/training-runs.ts';
import { explanationHeading, explanationSection } from './explanation-section.ts';
import { comparisonProtocol } from './fine-tune.ts';
import { cardOf } from './model-card.ts';
import { personLabels } from './reference-labels.ts';

/** Model versions, newest first. */
export function modelViews(db: ReadDb): ModelView[] {
  const runs = trainingRunsOf(db).list();
  return modelsOf(db)
    .list()
    .map((model) => modelView(db, model, runs))
    .reverse();
}

const modelView = (db: ReadDb, model: StoredModel, runs: readonly TrainingRun[]): ModelView => ({
  hash: model.hash,
  name: model.name,
  version: model.version,
  family: model.family,
  parentHash: model.parentHash,
  state: model.state,
  isInUse: model.isInUse,
  createdAtMs: model.createdAtMs,
  runId: runs.find(({ modelHash }) => modelHash === model.hash)?.runId ?? null,
  card: cardMarkdown(db, model),
  reason: model.reason,
});

/** The card as people read it, with what was found of its explanations since it was written. */
export function cardMarkdown(db: ReadDb, { hash, card }: Pick<StoredModel, 'hash' | 'card'>): string {
  const { markdown } = cardOf(card);
  const figures = explanationFiguresOf(db, hash);
  return figures && !markdown.includes(explanationHeading) ? `${markdown}\n\n${explanationSection(figures)}` : markdown;
}

/** Records with labels by people, and what a fine-tune could learn from each. */
export function correctionSources(db: ReadDb): CorrectionSource[] {
  return recordsOf(db)
    .list(reviewClassMap)
    .filter(({ counts }) => counts.confirmed + counts.changed > 0)
    .map(({ recordId, header, counts }) => {
      const byClass: Record<BeatClass, number> = { N: 0, S: 0, V: 0, F: 0, Q: 0 };
      for (const label of personLabels(beatsOf(db).table(recordId, reviewClassMap)))
        if (label !== noLabel) byClass[beatClasses[label]]++;
      const usable = beatClasses.reduce((sum, c) => sum + byClass[c], 0);
      return {
        recordId,
        name: header.name,
        confirmed: counts.confirmed,
        changed: counts.changed,
        byClass,
        refusal: usable > 0 ? null : 'Every label is set aside as artifact or left for later.',
      };
    });
}

interface RunConfiguration {
  readonly trainingBeats?: number;
  readonly replayBeats?: number;
}

/** One training run with its curve and, once measured, the comparison. */
export function runView(db: ReadDb, run: TrainingRun, jobId: JobId | null): RunView {
  const configuration = (run.configuration ?? {}) as RunConfiguration;
  const evaluation =
    run.modelHash === null
      ? undefined
      : modelsOf(db)
          .evaluations(run.modelHash)
          .find(({ runId, protocol }) => runId === run.runId && protocol === comparisonProtocol);
  return {
    runId: run.runId,
    jobId,
    state: run.state,
    startedAtMs: run.startedAtMs,
    endedAtMs: run.endedAtMs,
    parentHash: run.parentHash,
    modelHash: run.modelHash,
    seed: run.seed,
    executor: run.executor,
    trainingBeats: configuration.trainingBeats ?? 0,
    replayBeats: configuration.replayBeats ?? 0,
    curve: run.curves as CurvePoint[],
    comparison: (evaluation?.result as Comparison | undefined) ?? null,
    failure: run.failure,
  };
}
