import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobId } from '../../../contract/jobs.ts';
import type { TrainingApi } from '../../../contract/training.ts';
import { refused } from '../../../domain/result.ts';
import { annotationSetsOf } from '../../../store/annotation-sets.ts';
import { modelsOf } from '../../../store/models.ts';
import { trainingRunsOf } from '../../../store/training-runs.ts';
import { acceptModel, type Decision, rejectModel, rollBackModel } from '../../../training/decide.ts';
import { findDoubtful } from '../../../training/doubtful-labels.ts';
import { fineTune, neverLabelled, startFineTune } from '../../../training/fine-tune.ts';
import { evaluationParts, planTraining } from '../../../training/plan.ts';
import { used } from '../../../training/planned-record.ts';
import { cardMarkdown, correctionSources, gateBeats, modelViews, runView } from '../../../training/views.ts';
import { Cancelled } from '../../supervision/job-failed.ts';
import type { Parts } from '../parts.ts';
import { currentReader } from '../readers.ts';
import { Refusal } from '../respond.ts';

/** Leaves out what was not said. */
const planRequestOf = ({ recordIds, teacher, measureOn }: Parameters<TrainingApi['plan']>[0]) => ({
  ...{ recordIds, ...(teacher ? { teacher } : {}), ...(measureOn ? { measureOn } : {}) },
});

export function trainingApi(parts: Parts): TrainingApi {
  const { workspace, events, board, engine, background, now } = parts;
  const { db } = workspace;
  const jobOfRun = new Map<number, JobId>();
  const fineTuneParts = {
    workspace,
    jobs: engine.training,
    announce: events.announce,
    now,
    isCancelled: (error: unknown) => error instanceof Cancelled,
  };
  const decision = ({ hash, reason }: { hash: string; reason: string }): Decision => ({
    ...{ hash, reason, annotatorId: currentReader(db), madeAtMs: now() },
  });
  const decided = <Outcome extends { ok: boolean }>(outcome: Outcome, changesUse: boolean): Outcome => {
    if (!outcome.ok) return outcome;
    events.announce({ event: 'onModelsChanged' });
    if (changesUse) background.all();
    return outcome;
  };
  const runOf = (runId: number) => {
    const run = trainingRunsOf(db).byId(runId);
    if (!run) throw new Refusal('no-such-run', `There is no training run ${runId}.`);
    return runView(db, run, jobOfRun.get(runId) ?? null);
  };

  return {
    models: async () => modelViews(db),
    corrections: async () => correctionSources(db),
    plan: async (request) => {
      const plan = planTraining(db, planRequestOf(request));
      const beats = (records: typeof plan.corrections) => records.reduce((sum, { labels }) => sum + used(labels), 0);
      const measured = evaluationParts.flatMap((part) => plan.evaluation[part]);
      return {
        guards: [...plan.guards],
        neverLabelled: neverLabelled(plan),
        trainingBeats: beats(plan.corrections),
        evaluationBeats: beats(measured),
        evaluationRecords: [...new Set(measured.map(({ record }) => record.header.name))],
      };
    },
    doubtful: async ({ recordIds }) => {
      const model = modelsOf(db).inUse('record');
      if (!model) return [];
      return findDoubtful(db, engine.training, model.hash, recordIds);
    },
    fineTune: async ({ recordIds, teacher, measureOn, ...settings }) => {
      if (board.list().some(({ kind, state }) => kind === 'fine-tune' && state === 'running'))
        return refused('training-already');
      const plan = planTraining(db, planRequestOf({ recordIds, teacher, measureOn }));
      if (plan.corrections.length === 0) return refused('no-corrections');
      if (plan.guards.some(({ isPassed, isBlocking }) => isBlocking && !isPassed)) return refused('guard-failed');
      const runId = startFineTune(fineTuneParts, plan, settings);
      const jobId = board.start({
        kind: 'fine-tune',
        subject: plan.corrections.map(({ record }) => record.header.name).join(', '),
        sentenceOf: () => 'A candidate waits for your decision in Retrain.',
        run: async (onProgress, signal) => {
          const made = await fineTune(fineTuneParts, plan, runId, settings, { onProgress, signal });
          parts.checkExplanations(made.modelHash);
          return made;
        },
      });
      jobOfRun.set(runId, jobId);
      events.announce({ event: 'onRunChanged', runId });
      return { ok: true, value: { jobId, runId } };
    },
    runs: async () =>
      trainingRunsOf(db)
        .list()
        .map((run) => runView(db, run, jobOfRun.get(run.runId) ?? null)),
    run: async ({ runId }) => runOf(runId),
    beats: async ({ runId, part, which }) => {
      const beats = gateBeats(db, runId, part, which);
      // They come with their reference labels: who opens them has seen these.
      for (const recordId of new Set(beats.map((beat) => beat.recordId)))
        if (
          annotationSetsOf(db)
            .ofRecord(recordId)
            .some(({ annotator }) => annotator.kind === 'reference')
        )
          annotationSetsOf(db).unblind(recordId, currentReader(db), now());
      if (beats.length > 0) events.announce({ event: 'onRecordsChanged' });
      return beats;
    },
    accept: async (request) => decided(acceptModel(db, decision(request)), true),
    reject: async (request) => decided(rejectModel(db, decision(request)), false),
    rollBack: async (request) => decided(rollBackModel(db, decision(request)), true),
    export: async ({ hash, folder }) => {
      const model = modelsOf(db).byHash(hash);
      const weights = modelsOf(db).weights(hash);
      if (!model || !weights) throw new Refusal('no-such-model', 'There is no such model version.');
      const target = folder || join(workspace.folder, 'exports');
      await mkdir(target, { recursive: true });
      const stem = join(target, `${model.name.replace(/[^\w-]+/g, '-')}-${model.version}-${hash.slice(0, 8)}`);
      const { onnx } = await engine.exportOnnx({ modelHash: hash });
      const files = [`${stem}.safetensors`, `${stem}.md`, `${stem}.onnx`];
      await writeFile(files[0], weights);
      await writeFile(files[1], `${cardMarkdown(db, model)}\n`);
      await writeFile(files[2], onnx);
      return { files };
    },
  };
}
