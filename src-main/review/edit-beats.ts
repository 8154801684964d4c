import type { EditRefusal, EditResult, ReviewView } from '../contract/review.ts';
import { beatClasses, classOfSymbol, mostProbable, reviewClassMap, symbolOfClass } from '../domain/beat-class.ts';
import type { BeatState } from '../domain/beat.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import { refused } from '../domain/result.ts';
import { clockOfSample } from '../domain/time.ts';
import type { AnnotatorId } from '../store/annotation-sets.ts';
import { beatsOf, type StoredBeat } from '../store/beats.ts';
import type { Workspace } from '../store/database.ts';
import { type BeatChange, stepsOf } from '../store/edit-steps.ts';
import { predictionsOf } from '../store/predictions.ts';
import { recordsOf } from '../store/records.ts';

/** The frame of every edit: who, when, on which revision, in which view. */
export interface EditFrame {
  readonly recordId: RecordId;
  readonly expectedRevision: number;
  readonly view: ReviewView;
  readonly annotatorId: AnnotatorId;
  readonly madeAtMs: number;
  /** The reader's reason, kept with each event. */
  readonly why?: string;
}

/** Every edit of beats: one call, one step, one undo. */
export function beatEditor({ db }: Workspace) {
  const found = (recordId: RecordId, beatIds: readonly BeatId[]): StoredBeat[] | undefined => {
    const beats = beatIds.map((beatId) => beatsOf(db).byId(beatId, reviewClassMap));
    const areThere = beats.every((beat) => beat !== undefined && beat.recordId === recordId && !beat.isDeleted);
    return areThere ? (beats as StoredBeat[]) : undefined;
  };

  /** The class that the model alone gives the beat, before any label of a person moved it. */
  const modelClass = (beat: StoredBeat) => {
    if (beat.personSymbol === null) return beat.label;
    const run = predictionsOf(db).latestRun(beat.recordId);
    const p = run && predictionsOf(db).ofBeat(run.runId, beat.beatId);
    return p && beatClasses[mostProbable(p)];
  };

  const apply = (
    frame: EditFrame,
    beatIds: readonly BeatId[],
    verb: string,
    change: (beat: StoredBeat) => BeatState | EditRefusal | null,
  ): EditResult => {
    const beats = found(frame.recordId, [...new Set(beatIds)]);
    if (!beats) return refused('no-such-beat');
    const changes: BeatChange[] = [];
    for (const beat of beats) {
      const after = change(beat);
      if (typeof after === 'string') return refused(after);
      if (after !== null) changes.push({ beatId: beat.beatId, after, why: frame.why ?? '' });
    }
    // Nothing to change is no step: undo must never do nothing.
    if (changes.length === 0) return { ok: true, value: { revision: frame.expectedRevision, beatIds: [] } };
    return step(frame, titleOf(frame.recordId, beats, verb), changes);
  };

  const step = (frame: EditFrame, title: string, changes: readonly BeatChange[]): EditResult => {
    const done = stepsOf(db).apply({ ...frame, title, changes });
    if (!done.ok) return refused(done.refusal === 'sample-taken' ? 'beat-too-close' : done.refusal);
    return { ok: true, value: { revision: done.value.revision, beatIds: done.value.beatIds } };
  };

  const titleOf = (recordId: RecordId, beats: readonly StoredBeat[], verb: string): string => {
    if (beats.length !== 1) return `${beats.length} beats ${verb}`;
    const samplingHz = recordsOf(db).byId(recordId)!.header.samplingHz;
    return `${beats[0].label ?? 'Beat'} ${verb} at ${clockOfSample(beats[0].atSample, samplingHz, 1)}`;
  };

  const isBeyond = (recordId: RecordId, atSample: number) =>
    atSample >= (recordsOf(db).byId(recordId)?.header.lengthSamples ?? 0);

  return {
    relabel: (frame: EditFrame, beatIds: readonly BeatId[], symbol: string): EditResult =>
      apply(frame, beatIds, `to ${symbol}`, (beat) => {
        const shown = modelClass(beat);
        const isChange = shown !== undefined && shown !== classOfSymbol(symbol, reviewClassMap);
        return { ...stateOf(beat), personSymbol: symbol, act: isChange ? 'changed' : 'confirmed', isForLater: false };
      }),

    /** Beats that nobody has labelled yet have nothing to agree with and stay as they are. */
    confirm: (frame: EditFrame, beatIds: readonly BeatId[]): EditResult =>
      apply(frame, beatIds, 'confirmed', (beat) => {
        if (beat.label === undefined) return null;
        const personSymbol = beat.personSymbol ?? symbolOfClass[beat.label];
        return { ...stateOf(beat), personSymbol, act: beat.act ?? 'confirmed', isForLater: false };
      }),

    remove: (frame: EditFrame, beatIds: readonly BeatId[]): EditResult =>
      apply(frame, beatIds, 'deleted', (beat) => ({ ...stateOf(beat), isDeleted: true })),

    markArtifact: (frame: EditFrame, beatIds: readonly BeatId[], isSet: boolean): EditResult =>
      apply(frame, beatIds, isSet ? 'marked as artifact' : 'no longer artifact', (beat) => ({
        ...stateOf(beat),
        isArtifact: isSet,
      })),

    leaveForLater: (frame: EditFrame, beatIds: readonly BeatId[], isSet: boolean): EditResult =>
      apply(frame, beatIds, isSet ? 'left for later' : 'taken up again', (beat) => ({
        ...stateOf(beat),
        isForLater: isSet,
      })),

    move: (frame: EditFrame, beatId: BeatId, toSample: number): EditResult =>
      isBeyond(frame.recordId, toSample)
        ? refused('beyond-record')
        : apply(frame, [beatId], 'moved', (beat) => ({ ...stateOf(beat), atSample: toSample })),

    add: (frame: EditFrame, atSample: number, symbol: string | null): EditResult => {
      const record = recordsOf(db).byId(frame.recordId);
      if (!record || isBeyond(frame.recordId, atSample)) return refused('beyond-record');
      const add: BeatState = {
        ...{ atSample, personSymbol: symbol, act: symbol === null ? null : 'changed' },
        ...{ isArtifact: false, isForLater: false, isDeleted: false },
      };
      const at = clockOfSample(atSample, record.header.samplingHz, 1);
      return step(frame, `${symbol ?? 'Beat'} added at ${at}`, [{ add }]);
    },
  };
}

const stateOf = ({ atSample, personSymbol, act, isArtifact, isForLater, isDeleted }: BeatState): BeatState => ({
  ...{ atSample, personSymbol, act, isArtifact, isForLater, isDeleted },
});
