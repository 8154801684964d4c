import type {
  Comparison,
  CorrectionSource,
  CurvePoint,
  GateBeats,
  GatePartName,
  ModelView,
  RunView,
} from '../contract/training.ts';
import type { JobId } from '../contract/jobs.ts';
import type { ListedBeat } from '../contract/review.ts';
import { type BeatClass, beatClasses, reviewClassMap } from '../domain/beat-class.ts';
import { noLabel } from '../domain/beat.ts';
import { beatsOf } from '../store/beats.ts';
import { explanationFiguresOf } from '../store/explanation-figures.ts';
import { modelsOf, type StoredModel } from '../store/models.ts';
import { recordsOf } from '../store/records.ts';
import type { ReadDb } from '../store/table-group.ts';
import { type TrainingRun, trainingRunsOf } from '../store/training-runs.ts';
import { explanationHeading, explanationSection } from './explanation-section.ts';
import { callsProtocol, comparisonProtocol, type StoredCalls } from './fine-tune.ts';
import { cardOf } from './model-card.ts';
import { personLabels } from './reference-labels.ts';

/** Model versions, newest first. */
export function modelViews(db: ReadDb): ModelView[] {
  const runs = trainingRunsOf(db).list();
  const models = modelsOf(db).list();
  return models.map((model) => modelView(db, model, models, runs)).reverse();
}

function modelView(
  db: ReadDb,
  model: StoredModel,
  models: readonly StoredModel[],
  runs: readonly TrainingRun[],
): ModelView {
  const { hash, name, version, family, parentHash, state, isInUse, createdAtMs, reason } = model;
  const parent = models.find((one) => one.hash === parentHash);
  const known = new Set(parent ? cardOf(parent.card).trainedOn.map(({ signalHash }) => signalHash) : []);
  return {
    ...{ hash, name, version, family, parentHash, state, isInUse, createdAtMs, reason },
    runId: runs.find(({ modelHash }) => modelHash === hash)?.runId ?? null,
    card: cardMarkdown(db, model),
    certainty: certaintyOf(model, models),
    learnedFrom: cardOf(model.card)
      .trainedOn.filter(({ signalHash }) => !known.has(signalHash))
      .map(({ record }) => record),
    figures:
      comparisonOf(db, hash)?.parts.map(({ part, before, after }) => ({
        ...{ part, before: before.macroF1, after: after.macroF1 },
      })) ?? [],
    decisions: modelsOf(db).decisions(hash),
  };
}

/** Of itself, or of its nearest forebear that was measured. */
export function certaintyOf(
  { hash }: Pick<StoredModel, 'hash'>,
  models: readonly Pick<StoredModel, 'hash' | 'parentHash' | 'card'>[],
): ModelView['certainty'] {
  for (let next: string | null = hash; next !== null;) {
    const model = models.find((one) => one.hash === next);
    const certainty = model && cardOf(model.card).certainty;
    if (certainty) return { of: certainty, inheritedFrom: next === hash ? null : next };
    next = model?.parentHash ?? null;
  }
  return null;
}

const comparisonOf = (db: ReadDb, hash: string): Comparison | undefined =>
  modelsOf(db).evaluation(hash, comparisonProtocol)?.result as Comparison | undefined;

/**
 * The card as people read it, with what was found of its explanations and decided about it since it was written: a
 * version that was accepted against the figures says so wherever it goes.
 */
export function cardMarkdown(db: ReadDb, { hash, card }: Pick<StoredModel, 'hash' | 'card'>): string {
  const { markdown } = cardOf(card);
  const figures = explanationFiguresOf(db, hash);
  const explained = figures && !markdown.includes(explanationHeading) ? [explanationSection(figures)] : [];
  const decisions = modelsOf(db)
    .decisions(hash)
    .map(({ state, who, madeAtMs, reason }) => {
      const when = new Date(madeAtMs).toISOString().slice(0, 16).replace('T', ' ');
      return `- ${when} UTC, ${who}: ${state}${reason ? `. ${reason}` : ''}`;
    });
  const decided = decisions.length > 0 ? [['## Decisions', '', ...decisions].join('\n')] : [];
  return [markdown.trimEnd(), ...explained, ...decided].join('\n\n');
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
  readonly neverLabelled?: readonly BeatClass[];
}

/** One training run with its curve and, once measured, the comparison. */
export function runView(db: ReadDb, run: TrainingRun, jobId: JobId | null): RunView {
  const configuration = (run.configuration ?? {}) as RunConfiguration;
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
    snapshotHash: run.snapshotHash,
    neverLabelled: configuration.neverLabelled ?? [],
    curve: run.curves as CurvePoint[],
    comparison: (run.modelHash === null ? undefined : comparisonOf(db, run.modelHash)) ?? null,
    failure: run.failure,
  };
}

/** The beats behind a count of the gate, by record and time; beats that were deleted since are left out. */
export function gateBeats(db: ReadDb, runId: number, part: GatePartName, which: GateBeats): ListedBeat[] {
  const run = trainingRunsOf(db).byId(runId);
  const calls = run?.modelHash ? modelsOf(db).evaluation(run.modelHash, callsProtocol) : undefined;
  if (!run?.snapshotId || !calls) return [];
  const { parts, before, after } = calls.result as StoredCalls;
  const place = parts.findIndex((one) => one.part === part);
  const from = parts.slice(0, place).reduce((sum, { beats }) => sum + beats, 0);
  const isMeant = (reference: string, old: string, now: string): boolean => {
    if (which.kind === 'better') return old !== reference && now === reference;
    if (which.kind === 'worse') return old === reference && now !== reference;
    const called = which.kind === 'before' ? old : now;
    return reference === beatClasses[which.row] && called === beatClasses[which.column];
  };
  return trainingRunsOf(db)
    .snapshotBeats(run.snapshotId)
    .filter(({ role }) => role === 'evaluate')
    .slice(from, from + parts[place].beats)
    .flatMap(({ beatId, recordId, atSample, symbol }, i) => {
      const labels = [symbol, before[from + i], after[from + i]] as const;
      if (!isMeant(...labels) || beatsOf(db).byId(beatId)?.isDeleted !== false) return [];
      return [{ recordId, beatId, atSample, labels: labels as readonly BeatClass[] }];
    });
}
