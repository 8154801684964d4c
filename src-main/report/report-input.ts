import type { BeatClass, ClassMapName } from '../domain/beat-class.ts';
import type { BeatTable } from '../domain/beat.ts';
import type { Intervals } from '../domain/waves.ts';
import type { SignalEpisode } from '../domain/signal-episode.ts';

/** Samples `[fromSample, toSample)` of a record. */
export interface Stretch {
  readonly fromSample: number;
  readonly toSample: number;
}

export interface ReportLead {
  readonly name: string;
  /** Digital steps per mV; null where the source gives no gain: then nothing is said in mV. */
  readonly stepsPerMv: number | null;
  /** False for a pressure, a plethysmogram, respiration. */
  readonly isEcg: boolean;
}

export interface ReportRecord {
  readonly name: string;
  readonly leads: readonly ReportLead[];
  readonly samplingHz: number;
  readonly lengthSamples: number;
  /** `2026-03-01`, or null where it is unknown or removed. */
  readonly startDate: string | null;
  /** Seconds from midnight to the first sample, on the recorder's clock; null where unknown. */
  readonly startOfDayS: number | null;
  readonly sourceFile: string;
  readonly checksum: 'matches' | 'differs' | 'none';
  readonly isSimulated: boolean;
  /** Rising stretches without a valid sample in any lead (`findGaps`); no RR interval bridges one. */
  readonly gaps: readonly Stretch[];
  /** Episodes of bad signal; null where nobody has looked for any. */
  readonly episodes: readonly SignalEpisode[] | null;
}

/** Indices of the leads that show the heart. */
export const ecgIndices = ({ leads }: Pick<ReportRecord, 'leads'>): number[] =>
  leads.flatMap(({ isEcg }, i) => (isEcg ? [i] : []));

/** Sensitivity and positive predictivity of one class of beats, in percent; null where undefined. */
export interface CardFigure {
  /** `VEB`, `SVEB`, `QRS`. */
  readonly name: string;
  readonly sePercent: number | null;
  readonly ppvPercent: number | null;
}

export interface ReportModelSource {
  readonly name: string;
  readonly version: string;
  /** Hexadecimal; its first eight digits are printed. */
  readonly hash: string;
  /** Classes that it can give; the others are assessed by people only. */
  readonly classes: readonly BeatClass[];
  readonly cardFigures: readonly CardFigure[];
  /** How the figures were counted: `EC57, gross, 22 held-out records, class map Literature`. */
  readonly cardSource: string;
}

/** Parts that may be left out; page 1 always opens with the summary. */
export interface ReportSections {
  readonly trend: boolean;
  /** The table by clock hours, or by 5 minutes. */
  readonly hourly: boolean;
  readonly strips: boolean;
  readonly definitions: boolean;
}
export const allSections: ReportSections = { trend: true, hourly: true, strips: true, definitions: true };

/** Limits that govern the figures; each is printed beside them. */
export interface ReportLimits {
  readonly pauseOverS: number;
  /** Successive RR intervals that a slowest or fastest rate is the mean of. */
  readonly rateOverIntervals: number;
}
export const standardLimits: ReportLimits = {
  pauseOverS: 2,
  rateOverIntervals: 8, // steady against a single ectopic pair, short enough to show a brief run
};

/** A stretch that the reader wants printed; longer ones take several rows. */
export interface RequestedStrip extends Stretch {
  readonly title: string;
}

/** Intervals of some beats in one lead, found by the program. */
export interface MeasuredBeats {
  readonly leadName: string;
  /** N beats that follow an N beat, of which `beats` are some, evenly chosen. */
  readonly candidates: number;
  readonly beats: readonly (Intervals & { readonly rrMs: number })[];
}

/** Everything a report is made from; the report reads nothing else, no clock and no disk. */
export interface ReportInput {
  readonly patient: { readonly pseudonym: string };
  readonly record: ReportRecord;
  readonly beats: BeatTable;
  /**
   * The raw signal of a lead, NaN where invalid: mV where the lead has `stepsPerMv`, else its own units.
   * Asked only within the record.
   */
  readonly readSamples: (leadIndex: number, fromSample: number, toSample: number) => Float32Array;
  /** Null where none could be measured. */
  readonly intervals: MeasuredBeats | null;
  /** What found the beats; null where nobody has looked for any: then no count is printed. */
  readonly detector: string | null;
  readonly model: ReportModelSource | null;
  readonly classMap: ClassMapName;
  readonly readerInitials: string;
  /** `2026-03-01T14:05`, local time. */
  readonly madeAt: string;
  readonly programVersion: string;
  readonly sections: ReportSections;
  /** Asks for a final report; it stays a draft while a beat that needs a person waits. */
  readonly isFinal: boolean;
  readonly requestedStrips: readonly RequestedStrip[];
  readonly limits: ReportLimits;
}
