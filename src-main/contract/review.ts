import * as v from 'valibot';
import type { BeatClass } from '../domain/beat-class.ts';
import type { BeatTable } from '../domain/beat.ts';
import {
  type ChangedCall,
  explanationMethods,
  type ExplanationFigures,
  type ExplanationMethod,
} from '../domain/explanation.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import { type EpisodeId, episodeKinds, episodeStates, type SignalEpisode } from '../domain/signal-episode.ts';
import type { BeatWaves } from '../domain/waves.ts';
import type { Result } from '../domain/result.ts';
import type { JobId } from './jobs.ts';
import { nothing, recordId } from './records.ts';

export const beatId = v.pipe(
  v.number(),
  v.integer(),
  v.transform((id) => id as BeatId),
);
const sample = v.pipe(v.number(), v.integer(), v.minValue(0));
const beatIds = v.pipe(v.array(beatId), v.minLength(1));
const symbol = v.picklist([...'NLRBAaJSVrFejnE/fQ?']);

/** What undo brings back beside the labels. */
export const reviewView = v.object({
  fromSample: v.number(),
  mmPerS: v.number(),
  mmPerMv: v.number(),
  selected: v.array(beatId),
});
export type ReviewView = v.InferOutput<typeof reviewView>;

/** Every edit names the revision it was made on and the view it was made in. */
const edit = { recordId, expectedRevision: v.number(), view: reviewView };
/** Why, in the reader's words: an adjudication says so. */
const why = v.optional(v.pipe(v.string(), v.maxLength(500)));
const relabelRequest = v.object({ ...edit, beatIds, symbol, why });
const onBeats = v.object({ ...edit, beatIds });
const onRecord = v.object(edit);
const flagRequest = v.object({ ...edit, beatIds, isSet: v.boolean() });
const moveRequest = v.object({ ...edit, beatId, toSample: sample });
const addRequest = v.object({ ...edit, atSample: sample, symbol: v.nullable(symbol) });
const episodeId = v.pipe(
  v.number(),
  v.integer(),
  v.transform((id) => id as EpisodeId),
);
const episodeRequest = v.object({
  ...edit,
  /** Null: a new one. */
  episodeId: v.nullable(episodeId),
  after: v.object({
    fromSample: sample,
    toSample: sample,
    leads: v.pipe(v.array(sample), v.minLength(1), v.readonly()),
    kind: v.picklist(episodeKinds),
    state: v.picklist(episodeStates),
  }),
});
const ofRecord = v.object({ recordId });
const ofBeat = v.object({ recordId, beatId });
const explainRequest = v.object({
  recordId,
  beatIds: v.pipe(v.array(beatId), v.maxLength(200)),
  method: v.picklist(explanationMethods),
  /** Where they are shown: a newer request of the same view takes the place of an older one, which answers nothing. */
  view: v.optional(v.string()),
});
const ofModel = v.object({ modelHash: v.string() });
const queueRequest = v.object({ recordId, limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5000)) });

export type EditRefusal = 'stale-revision' | 'no-such-beat' | 'beyond-record' | 'beat-too-close';
export type EditResult = Result<{ revision: number; beatIds: readonly BeatId[] }, EditRefusal>;

export type EpisodeRefusal = 'stale-revision' | 'no-such-episode' | 'beyond-record';

/** How good a record's signal is. */
export interface RecordQuality {
  readonly revision: number;
  /** By rising sample; rejected ones too. */
  readonly episodes: readonly SignalEpisode[];
  /**
   * Of each lead, how much of what was recorded is in each state; null for one that is no electrocardiogram or has no
   * sample. Empty where it was not measured.
   */
  readonly shares: readonly ({ readonly noise: number; readonly off: number; readonly saturated: number } | null)[];
}

/** What undo or redo did, for the message and for going where it was done. */
export interface StepOutcome {
  readonly recordId: RecordId | null;
  readonly revision: number;
  /** Such as `Undone: N to F at 02:30.9`. */
  readonly title: string;
  readonly view: ReviewView | null;
}

/** One beat of the queue and why it is there; the three are percentiles in [0, 1] within the record. */
export interface QueueEntry {
  readonly beatId: BeatId;
  readonly uncertainty: number;
  readonly disagreement: number;
  readonly novelty: number;
  /** Whether it stands for a kind of beat of which nothing is labelled yet. */
  readonly isForCoverage: boolean;
}

/** One beat of a list that is reviewed in order, and what each side calls it. */
export interface ListedBeat {
  readonly recordId: RecordId;
  /** The record's own beat there; null where it has none. */
  readonly beatId: BeatId | null;
  readonly atSample: number;
  /** In the order of the list's sides; null where a side has no beat there, or one without a class. */
  readonly labels: readonly (BeatClass | null)[];
}

export interface ReviewQueue {
  readonly entries: readonly QueueEntry[];
  readonly toReview: number;
  /** Classes that no person has labelled in this recording. */
  readonly classesNeverLabelled: readonly string[];
}

/** Attention of one head, by bars in [0, 1] of its largest. All three count from 0. */
export interface AttentionHead {
  /** Of the networks that differ by their seed alone. */
  readonly network: number;
  readonly layer: number;
  readonly head: number;
  readonly weights: Float32Array;
}

/**
 * How much each moment of one beat matters to the branch of the model that sees its shape, by one method. Offsets are
 * samples of the record relative to the beat's own sample.
 */
export interface BeatExplanation {
  readonly beatId: BeatId;
  /** The class that is explained: what the model's networks call the beat. */
  readonly label: string;
  readonly modelHash: string;
  readonly method: ExplanationMethod;
  /** First sample of the bars below, relative to the beat. */
  readonly fromOffset: number;
  /** Samples that one bar covers. */
  readonly samplesPerBar: number;
  /** By bar, in [0, 1] of the largest. */
  readonly relevance: Float32Array;
  /** Every layer and head over the same bars; none but for raw attention. */
  readonly attention: readonly AttentionHead[];
  /** Attention of each head of the rhythm branch over the neighbouring beats, -4 … +4; NaN beyond the record. */
  readonly rhythmAttention: readonly Float32Array[];
  /** What a second look at the whole record made of the beat; null where it left it what the networks call it. */
  readonly secondLook: ChangedCall | null;
  /** Probability of the class by the shape alone, N and S as one. */
  readonly byShape: number;
  /** Its fall when the whole beat becomes the patient's template: what there is to explain. */
  readonly fallWhole: number;
  /** Its fall when the most relevant 20 % of the beat are replaced by the template. */
  readonly fallTop: number;
  /** The same for a random 20 %. */
  readonly fallRandom: number;
  readonly isFaithful: boolean;
}

/** Everything the inspector tells of one beat. */
export interface BeatDetail {
  readonly beatId: BeatId;
  readonly atSample: number;
  readonly history: readonly {
    readonly atMs: number;
    readonly who: string;
    readonly title: string;
    readonly why: string;
  }[];
  readonly positionFrom: string;
  readonly modelName: string | null;
  readonly modelHash: string | null;
  /** Training runs that used the beat. */
  readonly usedIn: readonly string[];
}

/** One line of the history of steps. */
export interface HistoryStep {
  readonly stepId: number;
  readonly atMs: number;
  readonly who: string;
  readonly title: string;
  readonly recordId: RecordId | null;
  readonly isUndone: boolean;
}

export interface ReviewApi {
  beats(request: v.InferOutput<typeof ofRecord>): Promise<BeatTable>;
  /** Gives the beats one symbol as one undoable step; refuses when someone else edited first. */
  relabel(request: v.InferOutput<typeof relabelRequest>): Promise<EditResult>;
  /** Agrees with the labels shown, as one step. */
  confirm(request: v.InferOutput<typeof onBeats>): Promise<EditResult>;
  /** Beats that are none: RR bridges them. */
  remove(request: v.InferOutput<typeof onBeats>): Promise<EditResult>;
  markArtifact(request: v.InferOutput<typeof flagRequest>): Promise<EditResult>;
  leaveForLater(request: v.InferOutput<typeof flagRequest>): Promise<EditResult>;
  move(request: v.InferOutput<typeof moveRequest>): Promise<EditResult>;
  add(request: v.InferOutput<typeof addRequest>): Promise<EditResult>;
  undo(request: v.InferOutput<typeof nothing>): Promise<Result<StepOutcome, 'nothing-to-undo'>>;
  redo(request: v.InferOutput<typeof nothing>): Promise<Result<StepOutcome, 'nothing-to-redo'>>;
  history(request: v.InferOutput<typeof nothing>): Promise<HistoryStep[]>;
  detail(request: v.InferOutput<typeof ofBeat>): Promise<BeatDetail>;
  /** Boundaries of P, QRS and T that the program finds, by index of the lead in the header; null where the beat was deleted meanwhile. */
  waves(request: v.InferOutput<typeof ofBeat>): Promise<readonly BeatWaves[] | null>;
  /** Episodes of noise, of an electrode that is off and of saturation. */
  quality(request: v.InferOutput<typeof ofRecord>): Promise<RecordQuality>;
  /** Confirms, rejects, changes or adds one episode, as one step. */
  editEpisode(request: v.InferOutput<typeof episodeRequest>): Promise<Result<{ revision: number }, EpisodeRefusal>>;
  /** Confirms all that were found and that nobody has looked at, as one step. */
  confirmEpisodes(request: v.InferOutput<typeof onRecord>): Promise<Result<{ revision: number }, EpisodeRefusal>>;
  queue(request: v.InferOutput<typeof queueRequest>): Promise<ReviewQueue>;
  /** Of those asked for; none of a view that has meanwhile asked for others. */
  explain(request: v.InferOutput<typeof explainRequest>): Promise<BeatExplanation[]>;
  /** How far each method can be relied on for a model; null where that was not checked yet. */
  explanationFigures(request: v.InferOutput<typeof ofModel>): Promise<ExplanationFigures | null>;
  /** Checks it in the background, on beats of this workspace that are called V or F. */
  checkExplanations(
    request: v.InferOutput<typeof ofModel>,
  ): Promise<Result<{ jobId: JobId }, 'no-such-model' | 'no-abnormal-beats'>>;
}

/** The parser of every request; a method without one does not compile. */
export const reviewRequests = {
  beats: ofRecord,
  relabel: relabelRequest,
  confirm: onBeats,
  remove: onBeats,
  markArtifact: flagRequest,
  leaveForLater: flagRequest,
  move: moveRequest,
  add: addRequest,
  undo: nothing,
  redo: nothing,
  history: nothing,
  detail: ofBeat,
  waves: ofBeat,
  quality: ofRecord,
  editEpisode: episodeRequest,
  confirmEpisodes: onRecord,
  queue: queueRequest,
  explain: explainRequest,
  explanationFigures: ofModel,
  checkExplanations: ofModel,
} satisfies { [Method in keyof ReviewApi]: v.GenericSchema<unknown, Parameters<ReviewApi[Method]>[0]> };
