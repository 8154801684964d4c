import type { BeatTable } from '../../../src-main/domain/beat.ts';
import type { SignalEpisode } from '../../../src-main/domain/signal-episode.ts';
import type { BeatWaves } from '../../../src-main/domain/waves.ts';
import type { RecordHeader } from '../../../src-main/domain/record.ts';
import type { Palette } from '../paper/palette.svelte.ts';
import type { MarkSheet } from './draw/marks.ts';
import type { PaperLayout } from './paper-layout.ts';

/** Labels of a reference, a second reader or a model, by rising sample; shown only once the reader has asked for them. */
export interface OtherLabels {
  /** Whose they are, in the gutter. */
  readonly name: string;
  readonly shape: 'reference' | 'second' | 'model';
  readonly atSample: Int32Array;
  /** Index into `beatClasses`; 255 where the mark is of no class. */
  readonly label: Uint8Array;
}

/** How much each stretch around a beat weighed for its label. */
export interface BeatAttribution {
  /** First sample of the bars, relative to the beat. */
  readonly fromOffset: number;
  readonly samplesPerBar: number;
  /** One for each bar, 0 to 1 of the largest. */
  readonly weights: ArrayLike<number>;
  /** False: the bars are hollow. */
  readonly isFaithful: boolean;
}

export interface Callipers {
  readonly fromSample: number;
  readonly toSample: number;
  readonly active: 'from' | 'to';
  /** Repeats the interval over all of the paper. */
  readonly isMarching: boolean;
  /** Whose millivolts are compared. */
  readonly leadIndex: number;
}

/** A mark or a calliper leg on its way to a sample, or a stretch of beats being chosen. */
export type PaperDrag =
  | { readonly kind: 'mark'; readonly toSample: number }
  | { readonly kind: 'stretch'; readonly fromSample: number; readonly toSample: number };

/** How a click changes the selection: this beat alone, all up to it, or it beside the others. */
export type SelectMode = 'one' | 'range' | 'toggle';

/** What is under the pointer. */
export interface PaperCursor {
  readonly sample: number;
  /** Index in the header; undefined outside the lanes. */
  readonly leadIndex: number | undefined;
  /** Of the trace there; undefined in a gap or where the lead is not calibrated. */
  readonly mv: number | undefined;
}

/** Everything that one picture of the paper shows. Positions are samples, lengths CSS pixels. */
export interface PaperScene {
  readonly header: RecordHeader;
  /** Indices in the header, from top to bottom. */
  readonly leads: readonly number[];
  readonly beats: BeatTable;
  /** Of the current beat; -1 where there is none. */
  readonly currentIndex: number;
  readonly selection: ReadonlySet<number>;
  /** From top to bottom, each in a row of its own. */
  readonly others: readonly OtherLabels[];
  /** By beat id; undefined while attribution is off. */
  readonly attributions: ReadonlyMap<number, BeatAttribution> | undefined;
  readonly callipers: Callipers | undefined;
  /** Of the current beat, by index of the lead in the header; undefined while they are not shown. */
  readonly waves: readonly BeatWaves[] | undefined;
  /** Where the signal is bad; rejected ones are not among them. */
  readonly episodes: readonly SignalEpisode[];
  /** What a drag would do if it ended now. */
  readonly drag: PaperDrag | undefined;
  readonly fromSample: number;
  readonly samplesPerPx: number;
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
  readonly pxPerMm: number;
  readonly palette: Palette;
}

/** One scene laid out, or one column of it: what every part of a picture is drawn with. Lengths are device pixels. */
export interface PaperFrame {
  readonly canvas: CanvasRenderingContext2D;
  readonly scene: PaperScene;
  readonly layout: PaperLayout;
  readonly marks: MarkSheet;
  /** Where sample 0 lies (far to the left, as a rule), and how far apart two samples are. */
  readonly x0: number;
  readonly pxPerSample: number;
  /** Where 0 mV of each lane lies. */
  readonly zeroYs: readonly number[];
  /** In sight, half-open; may reach beyond the record. */
  readonly fromSample: number;
  readonly toSample: number;
  /** Beats of which anything may be in sight, half-open. */
  readonly firstBeat: number;
  readonly endBeat: number;
}
