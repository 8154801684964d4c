import * as v from 'valibot';
import type { ClassMapName } from '../domain/beat-class.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import { nothing, recordId } from './records.ts';
import { beatId, type ListedBeat } from './review.ts';

/** Whose labels: `reference:atr`, `person:mr`, `program:<name>`, `model`, or `shown` for what Review shows now. */
const annotatorKey = v.pipe(v.string(), v.regex(/^(reference:.+|person:.+|program:.+|model|shown)$/));
export type AnnotatorKind = 'reference' | 'person' | 'program' | 'model' | 'shown';

/** One whose labels can be compared. */
export interface AnnotatorView {
  readonly key: string;
  readonly kind: AnnotatorKind;
  /** Suffix, initials or name and version; of the model, those of the newest predictions. */
  readonly name: string;
  readonly records: readonly { readonly recordId: RecordId; readonly labels: number }[];
}

const seconds = v.pipe(v.number(), v.minValue(0));
const comparison = {
  recordIds: v.pipe(v.array(recordId), v.minLength(1)),
  reference: annotatorKey,
  test: annotatorKey,
  fromS: seconds,
  /** Null: to the end of each record. */
  toS: v.nullable(seconds),
  windowS: v.pipe(v.number(), v.minValue(0.001)),
};
const compareRequest = v.object({ ...comparison, paced: v.picklist(['leave-out', 'include']) });
export type CompareRequest = v.InferOutput<typeof compareRequest>;
const beatsRequest = v.object({
  ...comparison,
  map: v.picklist(['ec57', 'literature']),
  /** A cell as bxb names it: reference class in upper case, test class in lower case; `o` and `O` no beat, `x` and `X` shut down. */
  cell: v.pipe(v.string(), v.regex(/^[NSVFQ][nsvfqox]$|^[OX][nsvfq]$/)),
});
export type CellRequest = v.InferOutput<typeof beatsRequest>;

/** A figure of several records, shares in [0, 1]; null where it is undefined. */
export interface FigureView {
  readonly part: number;
  readonly whole: number;
  readonly gross: number | null;
  readonly average: number | null;
  readonly median: number | null;
  /** 95 % over resampled records, of the gross figure. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** Names of figures as `evaluate/ec57` has them: `qrsSe`, `vebPpv`, `coupletSe` … */
export type Figures = Readonly<Record<string, number | null>>;

export interface RecordFigures {
  readonly recordId: RecordId;
  readonly name: string;
  readonly beats: number;
  readonly isPaced: boolean;
  /** Whether it stands outside of the aggregate. */
  readonly isLeftOut: boolean;
  readonly figures: Figures;
  readonly rmsRrErrorMs: number | null;
  readonly shutdownS: number;
  /** Null where a side has nothing after the learning period. */
  readonly ventricularRuns: Figures | null;
  readonly supraventricularRuns: Figures | null;
}

/** The comparison by one class map. */
export interface MapFigures {
  /** By cell, of the records that are not left out. */
  readonly counts: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, FigureView>>;
  readonly averageRmsRrErrorMs: number | null;
  readonly runs: Readonly<Record<'VE' | 'SVE', Readonly<Record<string, FigureView>>>>;
  readonly records: readonly RecordFigures[];
}

export interface EvaluationAnswer {
  readonly maps: Readonly<Record<ClassMapName, MapFigures>>;
  /** Symbols that the two maps put into different classes, and how often each side has them. */
  readonly mapDifferences: readonly {
    readonly symbol: string;
    readonly ec57: string;
    readonly literature: string;
    readonly inReference: number;
    readonly inTest: number;
  }[];
  /** What differs from EC57, one phrase each; the class map is not among it. */
  readonly nonstandard: readonly string[];
  readonly leftOutPaced: readonly string[];
  /** Where the model is compared: which of the records taught it, themselves or by another of the same patient. */
  readonly taughtModel: readonly string[];
}

const agreementRequest = v.object({
  recordIds: v.pipe(v.array(recordId), v.minLength(1)),
  annotators: v.pipe(v.array(annotatorKey), v.minLength(2)),
  map: v.picklist(['ec57', 'literature']),
});
export type AgreementRequest = v.InferOutput<typeof agreementRequest>;

/** Kappa of two annotators (Cohen) or of all of them (Fleiss), over the beats that each of them labelled. */
export interface KappaView {
  readonly annotators: readonly string[];
  readonly beats: number;
  readonly records: number;
  readonly observed: number | null;
  readonly kappa: number | null;
  /** 95 % over resampled records. */
  readonly interval: readonly [low: number, high: number] | null;
}

export interface AgreementAnswer {
  readonly pairs: readonly KappaView[];
  /** Null for fewer than three annotators. */
  readonly all: KappaView | null;
  /** Beats on which two of them differ, and how many of these have been adjudicated. */
  readonly differing: number;
  readonly adjudicated: number;
}

const repeatRequest = v.object({
  recordIds: v.pipe(v.array(recordId), v.minLength(1)),
  size: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type RepeatRequest = v.InferOutput<typeof repeatRequest>;
const keepRepeatRequest = v.object({
  seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
  answers: v.pipe(
    v.array(v.object({ recordId, beatId, symbol: v.picklist(['N', 'S', 'V', 'F', 'Q']) })),
    v.minLength(1),
  ),
});
export type KeepRepeatRequest = v.InferOutput<typeof keepRepeatRequest>;

/** A blinded repeat that was kept: how far a reader agrees with their own earlier labels. */
export interface RepeatView extends Omit<KappaView, 'annotators'> {
  readonly reader: string;
  readonly seed: number;
  readonly madeAtMs: number;
  /** Beats that got another class than the first time. */
  readonly changed: number;
}

export interface EvaluationApi {
  annotators(request: v.InferOutput<typeof nothing>): Promise<AnnotatorView[]>;
  compare(request: CompareRequest): Promise<EvaluationAnswer>;
  /** Beats of one cell in the order of records and time; that reference labels were shown is recorded. */
  beats(request: CellRequest): Promise<ListedBeat[]>;
  agreement(request: AgreementRequest): Promise<AgreementAnswer>;
  /** Beats on which two annotators differ and nobody has decided yet; unblinds as `beats` does. */
  disagreements(request: AgreementRequest): Promise<ListedBeat[]>;
  /** Beats that the reader has labelled, drawn anew without their labels. */
  repeatSample(
    request: RepeatRequest,
  ): Promise<{ readonly recordId: RecordId; readonly beatId: BeatId; readonly atSample: number }[]>;
  keepRepeat(request: KeepRepeatRequest): Promise<RepeatView>;
  /** Newest first. */
  repeats(request: v.InferOutput<typeof nothing>): Promise<RepeatView[]>;
}

export const evaluationRequests = {
  annotators: nothing,
  compare: compareRequest,
  beats: beatsRequest,
  agreement: agreementRequest,
  disagreements: agreementRequest,
  repeatSample: repeatRequest,
  keepRepeat: keepRepeatRequest,
  repeats: nothing,
} satisfies { [Method in keyof EvaluationApi]: v.GenericSchema<unknown, Parameters<EvaluationApi[Method]>[0]> };
