import type { EditResult, ReviewApi, StepOutcome } from '../../../contract/review.ts';
import { noLabel } from '../../../domain/beat.ts';
import { beatClasses, reviewClassMap } from '../../../domain/beat-class.ts';
import type { BeatId, RecordId } from '../../../domain/record.ts';
import { secondQualities } from '../../../domain/signal-episode.ts';
import { beatEditor, type EditFrame } from '../../../review/edit-beats.ts';
import { confirmEpisodes, editEpisode } from '../../../review/edit-episodes.ts';
import { annotationSetsOf } from '../../../store/annotation-sets.ts';
import { beatsOf } from '../../../store/beats.ts';
import { type StepOutcome as StoredOutcome, stepsOf } from '../../../store/edit-steps.ts';
import { episodesOf } from '../../../store/episodes.ts';
import { explanationFiguresOf } from '../../../store/explanation-figures.ts';
import { modelsOf } from '../../../store/models.ts';
import { predictionsOf } from '../../../store/predictions.ts';
import { recordsOf } from '../../../store/records.ts';
import { trainingRunsOf } from '../../../store/training-runs.ts';
import type { Parts } from '../parts.ts';
import { currentReader } from '../readers.ts';
import { Cancelled } from '../../supervision/job-failed.ts';
import { Refusal } from '../respond.ts';

/** Beats to either side by which the size of waves is judged. */
const neighboursMeasured = 4;

type EditRequest = Pick<EditFrame, 'recordId' | 'expectedRevision' | 'view' | 'why'>;

export function reviewApi(parts: Parts): ReviewApi {
  const { workspace, kept, events, engine, classifier, background, now } = parts;
  const { db } = workspace;
  const editor = beatEditor(workspace);
  /** What each view has asked to be explained last, while it is worked out. */
  const explaining = new Map<string, AbortController>();

  const frame = ({ recordId, expectedRevision, view, why }: EditRequest): EditFrame => ({
    ...{ recordId, expectedRevision, view, why, annotatorId: currentReader(db), madeAtMs: now() },
  });

  /** Answers the edit at once; what the model makes of it follows. */
  const edited = (recordId: RecordId, result: EditResult, touchesPositions = false): EditResult => {
    if (result.ok && result.value.beatIds.length > 0)
      afterChange(recordId, result.value.revision, result.value.beatIds, touchesPositions);
    return result;
  };
  const afterChange = (recordId: RecordId, revision: number, beatIds: readonly BeatId[], touchesPositions: boolean) => {
    void kept.edited(recordId, revision, beatIds, touchesPositions).catch(parts.onFault);
    events.announce({ event: 'onBeatsChanged', recordId, revision, cause: 'edit' });
    events.announce({ event: 'onRecordsChanged' });
    // Other positions are other beats to the model: it looks again once the reader pauses.
    if (touchesPositions) background.later(recordId);
    void classifier.labelsChanged(recordId);
  };

  /** Beats stay as they are; they are only of another revision now. */
  const episodesChanged = (recordId: RecordId, revision: number) => {
    void kept.edited(recordId, revision, [], false).catch(parts.onFault);
    events.announce({ event: 'onEpisodesChanged', recordId, revision });
    events.announce({ event: 'onBeatsChanged', recordId, revision, cause: 'edit' });
  };

  /** Whether the beat's last event moved, added or deleted it; all events of a step are of one kind. */
  const movesBeats = (beatId: BeatId) => {
    const last = stepsOf(db).historyOfBeat(beatId).at(-1);
    return last?.before.atSample !== last?.after.atSample || last?.before.isDeleted !== last?.after.isDeleted;
  };

  const returned = (done: StoredOutcome, verb: string) => {
    if (done.recordId === null) {
      events.announce({ event: 'onModelsChanged' });
      background.all();
    } else if (done.beatIds.length === 0) episodesChanged(done.recordId, done.revision);
    else afterChange(done.recordId, done.revision, done.beatIds, movesBeats(done.beatIds[0]));
    const outcome: StepOutcome = {
      recordId: done.recordId,
      revision: done.revision,
      title: `${verb}: ${done.title}`,
      view: done.view as StepOutcome['view'],
    };
    return { ok: true as const, value: outcome };
  };

  const labelled = async (recordId: RecordId) => {
    const found = await classifier.labelledBeats(recordId);
    if (!found) throw new Refusal('not-classified', 'This record is not classified yet: wait for its prediction.');
    return found;
  };

  return {
    beats: async ({ recordId }) => structuredClone(await kept.of(recordId)),
    relabel: async (r) => edited(r.recordId, editor.relabel(frame(r), r.beatIds, r.symbol)),
    confirm: async (r) => edited(r.recordId, editor.confirm(frame(r), r.beatIds)),
    remove: async (r) => edited(r.recordId, editor.remove(frame(r), r.beatIds), true),
    markArtifact: async (r) => edited(r.recordId, editor.markArtifact(frame(r), r.beatIds, r.isSet)),
    leaveForLater: async (r) => edited(r.recordId, editor.leaveForLater(frame(r), r.beatIds, r.isSet)),
    move: async (r) => edited(r.recordId, editor.move(frame(r), r.beatId, r.toSample), true),
    add: async (r) => edited(r.recordId, editor.add(frame(r), r.atSample, r.symbol), true),
    undo: async () => {
      const done = stepsOf(db).undo({ annotatorId: currentReader(db), madeAtMs: now() });
      return done.ok ? returned(done.value, 'Undone') : done;
    },
    redo: async () => {
      const done = stepsOf(db).redo({ annotatorId: currentReader(db), madeAtMs: now() });
      return done.ok ? returned(done.value, 'Done again') : done;
    },
    history: async () =>
      stepsOf(db)
        .history(200)
        .map(({ stepId, kind, madeAtMs, who, title, recordId, isUndone }) => ({
          ...{ stepId, atMs: madeAtMs, who, recordId, isUndone },
          title: kind === 'do' ? title : `${kind === 'undo' ? 'Undone' : 'Done again'}: ${title}`,
        })),
    detail: async ({ recordId, beatId }) => detailOf(recordId, beatId),
    waves: async ({ recordId, beatId }) => {
      const record = recordsOf(db).byId(recordId);
      const table = await kept.of(recordId);
      const index = table.beatId.indexOf(beatId);
      if (!record || index < 0) return null;
      const first = Math.max(0, index - neighboursMeasured);
      const atSamples = table.atSample.slice(first, index + neighboursMeasured + 1);
      return engine.review.delineate({ signalHash: record.signalHash, atSamples, index: index - first });
    },
    quality: async ({ recordId }) => ({
      revision: beatsOf(db).revisionOf(recordId),
      episodes: episodesOf(db).ofRecord(recordId),
      shares: episodesOf(db)
        .seconds(recordId)
        .map((seconds) => {
          const recorded = seconds.filter((quality) => secondQualities[quality] !== 'gap');
          if (recorded.length === 0) return null;
          const share = (kind: (typeof secondQualities)[number]) =>
            recorded.filter((quality) => secondQualities[quality] === kind).length / recorded.length;
          return { noise: share('noise'), off: share('off'), saturated: share('saturated') };
        }),
    }),
    editEpisode: async ({ episodeId, after, ...request }) => {
      const result = editEpisode(workspace, frame(request), episodeId, after);
      if (result.ok) episodesChanged(request.recordId, result.value.revision);
      return result;
    },
    confirmEpisodes: async (request) => {
      const result = confirmEpisodes(workspace, frame(request));
      if (result.ok) episodesChanged(request.recordId, result.value.revision);
      return result;
    },
    queue: async ({ recordId, limit }) => {
      const { beats, doubts, table } = await labelled(recordId);
      const queue = await engine.review.queue({ ...beats, ...doubts, limit });
      const labelledClasses = new Set(beats.personLabels);
      return {
        entries: Array.from(queue.index, (index, place) => ({
          beatId: table.beatId[index] as BeatId,
          uncertainty: queue.uncertainty[place],
          disagreement: queue.disagreement[place],
          novelty: queue.novelty[place],
          isForCoverage: queue.isForCoverage[place] === 1,
        })),
        toReview: beats.personLabels.filter((label, i) => label === noLabel && (table.flags[i] & 1) === 0).length,
        classesNeverLabelled: beatClasses.filter((_, index) => !labelledClasses.has(index)),
      };
    },
    explain: async ({ recordId, beatIds, method, view }) => {
      const newest = new AbortController();
      if (view !== undefined) {
        explaining.get(view)?.abort();
        explaining.set(view, newest);
      }
      try {
        return await explained({ recordId, beatIds, method }, newest.signal);
      } catch (error) {
        if (newest.signal.aborted && error instanceof Cancelled) return [];
        throw error;
      } finally {
        if (view !== undefined && explaining.get(view) === newest) explaining.delete(view);
      }
    },
    explanationFigures: async ({ modelHash }) => explanationFiguresOf(db, modelHash) ?? null,
    checkExplanations: async ({ modelHash }) => parts.checkExplanations(modelHash),
  };

  async function explained(
    { recordId, beatIds, method }: Omit<Parameters<ReviewApi['explain']>[0], 'view'>,
    signal: AbortSignal,
  ) {
    const { beats, table } = await labelled(recordId);
    const indexOf = placesOf(table.beatId, beatIds);
    const asked = beatIds.filter((beatId) => indexOf.has(beatId));
    if (asked.length === 0) return [];
    const index = Int32Array.from(asked, (beatId) => indexOf.get(beatId)!);
    const explanations = await engine.review.explain({ ...beats, index, method }, { signal });
    return explanations.map((one, i) => ({ ...one, beatId: asked[i], modelHash: beats.modelHash }));
  }

  function detailOf(recordId: RecordId, beatId: BeatId) {
    const beat = beatsOf(db).byId(beatId, reviewClassMap);
    const record = recordsOf(db).byId(recordId);
    if (!beat || !record || beat.recordId !== recordId) throw new Refusal('no-such-beat', 'This beat is gone.');
    const run = predictionsOf(db).latestRun(recordId);
    const model = run && modelsOf(db).byHash(run.modelHash);
    const seed = record.seededFromSet === null ? undefined : annotationSetsOf(db).byId(record.seededFromSet)?.annotator;
    return {
      beatId,
      atSample: beat.atSample,
      history: stepsOf(db)
        .historyOfBeat(beatId)
        .map(({ madeAtMs, who, kind, title, why }) => ({
          ...{ atMs: madeAtMs, who, why },
          title: kind === 'do' ? title : `${kind === 'undo' ? 'Undone' : 'Done again'}: ${title}`,
        })),
      positionFrom: beat.seedOrdinal === null || !seed ? 'added by a person' : `${seed.name} ${seed.version}`.trim(),
      modelName: model ? `${model.name} ${model.version}` : null,
      modelHash: run?.modelHash ?? null,
      usedIn: trainingRunsOf(db)
        .ofBeat(beatId)
        .map(({ runId, state }) => `run ${runId} (${state})`),
    };
  }
}

/** Index of each of some beats among all. */
function placesOf(all: Int32Array, beatIds: readonly BeatId[]): ReadonlyMap<number, number> {
  const asked = new Set<number>(beatIds);
  const places = new Map<number, number>();
  for (let index = 0; index < all.length; index++) if (asked.has(all[index])) places.set(all[index], index);
  return places;
}
