import type { HostEvent } from '../contract/events.ts';
import type { JobHandlers } from '../contract/jobs.ts';
import type { Comparison } from '../contract/training.ts';
import { type BeatClass, beatClasses, reviewClassMap, symbolOfClass } from '../domain/beat-class.ts';
import { noLabel } from '../domain/beat.ts';
import type { BeatId } from '../domain/record.ts';
import type { Workspace } from '../store/database.ts';
import { modelsOf } from '../store/models.ts';
import { type SnapshotBeat, trainingRunsOf } from '../store/training-runs.ts';
import { compareModels } from './compare-models.ts';
import type { FineTunedModel, RecordCalls, TrainingJobs } from './jobs.ts';
import { keepNews } from './keep-news.ts';
import { cardOf, type ModelCard } from './model-card.ts';
import { type EvaluationPart, evaluationParts, type TrainingPlan } from './plan.ts';
import { classedBeats, type PlannedRecord, used } from './planned-record.ts';

export interface FineTuneParts {
  readonly workspace: Workspace;
  readonly jobs: Pick<TrainingJobs, 'fineTune' | 'evaluate'>;
  readonly announce: (event: HostEvent) => void;
  readonly now: () => number;
  readonly isCancelled: (error: unknown) => boolean;
}

export interface FineTuneSettings {
  readonly seed: number;
  readonly steps: number;
  readonly learningRate?: number;
  readonly parentShare?: number;
}

/** How a comparison is found again among a model's evaluations, and what each model called each beat. */
export const comparisonProtocol = 'fine-tune: before and after';
export const callsProtocol = 'fine-tune: beat by beat';

/** What both models called the beats of the snapshot's role `evaluate`, in its order, a letter of `beatClasses` each. */
export interface StoredCalls {
  readonly parts: readonly { readonly part: EvaluationPart; readonly beats: number }[];
  readonly before: string;
  readonly after: string;
}

/** Fixes what a fine-tune will see and opens its run; the plan's guards must have passed. */
export function startFineTune(
  { workspace: { db }, now }: FineTuneParts,
  plan: TrainingPlan,
  settings: FineTuneSettings,
): number {
  const roles = [
    ...plan.corrections.map((planned) => [planned, 'train'] as const),
    ...plan.replay.map((planned) => [planned, 'replay'] as const),
    ...measuredRecords(plan).map((planned) => [planned, 'evaluate'] as const),
  ];
  const runs = trainingRunsOf(db);
  const snapshotId = runs.addSnapshot({
    purpose: 'fine-tune',
    madeAtMs: now(),
    beats: roles.flatMap(([planned, role]) => snapshotBeats(planned, role)),
  });
  return runs.start({
    configuration: {
      ...settings,
      trainingBeats: total(plan.corrections),
      replayBeats: total(plan.replay),
      evaluationBeats: total(measuredRecords(plan)),
      neverLabelled: neverLabelled(plan),
    },
    seed: settings.seed,
    executor: '',
    snapshotId,
    parentHash: plan.parent?.hash ?? null,
    startedAtMs: now(),
  });
}

const measuredRecords = ({ evaluation }: TrainingPlan): PlannedRecord[] =>
  evaluationParts.flatMap((part) => evaluation[part]);

/** Classes that a model can be taught and no label to learn from shows: beats like labelled ones may be denied them. */
export const neverLabelled = ({ corrections }: TrainingPlan): BeatClass[] =>
  beatClasses.filter((name, c) => name !== 'Q' && !corrections.some(({ labels }) => labels.includes(c)));

/**
 * Trains from the model in use, keeps the result as a candidate, and measures both on the plan's evaluation beats.
 * Nothing is taken into use: that is the reader's decision.
 */
export async function fineTune(
  parts: FineTuneParts,
  plan: TrainingPlan,
  runId: number,
  settings: FineTuneSettings,
  handlers: JobHandlers,
): Promise<{ runId: number; modelHash: string; comparison: Comparison }> {
  const { workspace, jobs, announce, now } = parts;
  const runs = trainingRunsOf(workspace.db);
  const keep = keepNews(parts, runId);
  const { parent } = plan;
  if (!parent) throw new RangeError('there is no model to start from');
  try {
    const made = await jobs.fineTune(
      {
        parentHash: parent.hash,
        ...settings,
        corrections: plan.corrections.map(classedBeats),
        replay: plan.replay.map(classedBeats),
      },
      {
        ...handlers,
        onNews: (news) => {
          keep(news);
          announce({ event: 'onRunChanged', runId });
        },
      },
    );
    const records = measuredRecords(plan).map(classedBeats);
    const models = modelsOf(workspace.db);
    const version = nextVersion(models.list().map((model) => model.version));
    // The engine reads weights from the workspace: a candidate is kept before it is measured.
    const candidate = models.add({
      ...{ hash: made.hash, family: 'record', name: parent.name, version, parentHash: parent.hash, state: 'candidate' },
      createdAtMs: now(),
      card: candidateCard(plan, runs.byId(runId)?.snapshotHash ?? null, runId, made, settings, version),
      weights: made.weights,
    });
    const before = await jobs.evaluate({ modelHash: parent.hash, records }, handlers);
    const after = await jobs.evaluate({ modelHash: candidate.hash, records }, handlers);
    const comparison = comparisonOf(plan, before, after);
    const evaluated = { modelHash: candidate.hash, runId, classMap: reviewClassMap, madeAtMs: now() };
    models.addEvaluation({ ...evaluated, protocol: comparisonProtocol, result: comparison });
    models.addEvaluation({ ...evaluated, protocol: callsProtocol, result: storedCalls(plan, before, after) });
    runs.end(runId, { state: 'done', endedAtMs: now(), modelHash: candidate.hash });
    return { runId, modelHash: candidate.hash, comparison };
  } catch (error) {
    const isCancelled = handlers.signal.aborted || parts.isCancelled(error);
    runs.end(runId, {
      state: isCancelled ? 'cancelled' : 'failed',
      endedAtMs: now(),
      failure: isCancelled ? '' : error instanceof Error ? error.message : String(error),
    });
    throw error;
  } finally {
    announce({ event: 'onRunChanged', runId });
    announce({ event: 'onModelsChanged' });
  }
}

function comparisonOf(
  { evaluation }: TrainingPlan,
  before: readonly RecordCalls[],
  after: readonly RecordCalls[],
): Comparison {
  let at = 0;
  const compared = evaluationParts.flatMap((part) => {
    const records = evaluation[part].map(classedBeats);
    const range = [at, (at += records.length)] as const;
    if (records.length === 0) return [];
    return [
      { part, reference: referenceWords[part], records, before: before.slice(...range), after: after.slice(...range) },
    ];
  });
  const notMeasured = evaluationParts
    .filter((part) => evaluation[part].length === 0)
    .map((part) => ({ part, why: whyNotMeasured[part] }));
  return compareModels(compared, notMeasured);
}

const referenceWords: Readonly<Record<EvaluationPart, string>> = {
  later: 'reference labels after the last label learned from, else the last quarter of the labels, held back',
  others: 'reference labels, else labels by people',
  reference: 'reference labels of every fourth minute of what the model learned from before; not repeated in training',
};
const whyNotMeasured: Readonly<Record<EvaluationPart, string>> = {
  later: 'no later labels of these patients, or the model in use learned from them before',
  others: 'no other patient has labels here',
  reference: 'no recording that the model learned from before is here',
};

function storedCalls(
  { evaluation }: TrainingPlan,
  before: readonly RecordCalls[],
  after: readonly RecordCalls[],
): StoredCalls {
  const letters = (calls: readonly RecordCalls[]) =>
    calls.map(({ called }) => Array.from(called, (c) => beatClasses[c] ?? '').join('')).join('');
  return {
    parts: evaluationParts.map((part) => ({ part, beats: total(evaluation[part]) })),
    ...{ before: letters(before), after: letters(after) },
  };
}

/** Stands in a snapshot for a replayed beat without a label: WFDB's `?`, not classified. */
const heldByParent = '?';

const total = (records: readonly PlannedRecord[]): number => records.reduce((sum, { labels }) => sum + used(labels), 0);

/** What a snapshot keeps of the beats that have a part in one role. */
export function snapshotBeats({ record, table, labels }: PlannedRecord, role: SnapshotBeat['role']): SnapshotBeat[] {
  const beats: SnapshotBeat[] = [];
  labels.forEach((label, i) => {
    const hasPart = role === 'replay' ? beatClasses[label] !== 'Q' : label !== noLabel;
    if (!hasPart) return;
    const symbol = label === noLabel ? heldByParent : symbolOfClass[beatClasses[label]];
    const beatId = table.beatId[i] as BeatId;
    beats.push({ beatId, recordId: record.recordId, atSample: table.atSample[i], symbol, role });
  });
  return beats;
}

/** `1.3.0` after `1.2.0`: the middle number counts what this workspace made. */
export function nextVersion(versions: readonly string[]): string {
  const parsed = versions.map((version) => version.split('.').map(Number)).filter(([a, b]) => a >= 0 && b >= 0);
  const [major, minor] = parsed.reduce(([a, b], [c, d]) => (c > a || (c === a && d > b) ? [c, d] : [a, b]), [1, -1]);
  return `${major}.${minor + 1}.0`;
}

export const partNames: Readonly<Record<EvaluationPart, string>> = {
  later: 'later beats of these patients',
  others: 'other patients',
  reference: 'the reference set',
};

function candidateCard(
  plan: TrainingPlan,
  snapshotHash: string | null,
  runId: number,
  { hash, executor, parentShare }: FineTunedModel,
  { seed, steps }: FineTuneSettings,
  version: string,
): ModelCard {
  const lines = (records: readonly PlannedRecord[]) =>
    records.map(({ record, labels }) => `${record.header.name} (${used(labels)})`).join(', ') || 'none';
  return {
    markdown: [
      `# ${plan.parent?.name ?? ''} ${version}`,
      '',
      `Fine-tuned from ${plan.parent?.version} (${plan.parent?.hash.slice(0, 8)}) in this workspace, run ${runId}.`,
      '',
      `- Hash: ${hash}`,
      `- Class map: ${reviewClassMap}`,
      `- Learned from beats corrected by people: ${lines(plan.corrections)}`,
      `- Repeated, so that it does not forget: ${lines(plan.replay)}`,
      `- Beats fixed before training: snapshot ${snapshotHash ?? 'none'}`,
      ...evaluationParts.map((part) => `- Measured on ${partNames[part]}: ${lines(plan.evaluation[part])}`),
      ...(neverLabelled(plan).length > 0 ? [`- No label to learn from is ${neverLabelled(plan).join(' or ')}`] : []),
      `- ${steps} steps, seed ${seed}, ${executor}; its parent's weights count ${parentShare * 100} % in its own`,
      '- Not a medical device.',
    ].join('\n'),
    classes: plan.parent ? cardOf(plan.parent.card).classes : beatClasses,
    trainedOn: [
      ...(plan.parent ? cardOf(plan.parent.card).trainedOn : []),
      ...plan.corrections.map(({ record }) => ({
        ...{ record: record.header.name, patient: record.patient, signalHash: record.signalHash },
      })),
    ],
  };
}
