import { createContext } from 'svelte';
import {
  gainLadder,
  nextRung,
  nominalPxPerMm,
  type PaperScale,
  speedLadder,
  standardScale,
} from '../ui/paper/scale.ts';

/** What the viewport needs of a record. */
export interface RecordExtent {
  readonly samplingHz: number;
  readonly lengthSamples: number;
}

/** Calls back before the next frame is drawn, as `requestAnimationFrame` does. */
export type FrameClock = (onFrame: (nowMs: number) => void) => void;

/** Slowest and fastest play, times real time. */
export const playRates: readonly number[] = [1, 2, 5, 10, 20, 30, 60];

/**
 * The stretch of the record that every lead on screen shares; positions are samples, not always whole.
 * Speed, gain and position are kept; how many seconds are seen follows from the width, never the reverse.
 */
export class Viewport implements PaperScale {
  readonly #nextFrame: FrameClock;
  #samplingHz = $state(360);
  #lengthSamples = $state(0);
  #fromSample = $state(0);
  #widthPx = $state(0);
  #speedMmPerS = $state<number>(standardScale.speedMmPerS);
  #gainMmPerMv = $state<number>(standardScale.gainMmPerMv);
  #measuredPxPerMm = $state<number>();
  #playRate = $state(0);
  #isFrameAwaited = false;
  /** What was to be in the middle while there was no width yet. */
  #awaitedCenter: number | undefined;

  readonly pxPerMm = $derived(this.#measuredPxPerMm ?? nominalPxPerMm);
  readonly samplesPerPx = $derived(this.#samplingHz / (this.#speedMmPerS * this.pxPerMm));
  readonly widthSamples = $derived(this.#widthPx * this.samplesPerPx);
  readonly toSample = $derived(this.#fromSample + this.widthSamples);
  readonly widthS = $derived(this.widthSamples / this.#samplingHz);
  /** 25 mm/s and 10 mm/mV. */
  readonly isStandard = $derived(
    this.#speedMmPerS === standardScale.speedMmPerS && this.#gainMmPerMv === standardScale.gainMmPerMv,
  );
  /** False where nothing may be said in millimetres: the display has not been measured. */
  readonly isMeasured = $derived(this.#measuredPxPerMm !== undefined);
  readonly isPlaying = $derived(this.#playRate > 0);

  constructor(nextFrame: FrameClock = (onFrame) => void requestAnimationFrame(onFrame)) {
    this.#nextFrame = nextFrame;
  }

  get samplingHz() {
    return this.#samplingHz;
  }
  get lengthSamples() {
    return this.#lengthSamples;
  }
  get fromSample() {
    return this.#fromSample;
  }
  get widthPx() {
    return this.#widthPx;
  }
  get speedMmPerS() {
    return this.#speedMmPerS;
  }
  get gainMmPerMv() {
    return this.#gainMmPerMv;
  }
  /** Times real time; 0 while the paper stands still. */
  get playRate() {
    return this.#playRate;
  }

  /** Turns to another record, at a position in it; speed and gain stay. */
  open = (record: RecordExtent, fromSample = 0) => {
    this.pause();
    this.#samplingHz = record.samplingHz;
    this.#lengthSamples = record.lengthSamples;
    this.panTo(fromSample);
  };
  /** Takes the width of the paper in CSS pixels; the left edge stays where it is. */
  resize = (widthPx: number) => {
    if (widthPx === this.#widthPx) return;
    this.#widthPx = widthPx;
    if (this.#awaitedCenter === undefined) this.panTo(this.#fromSample);
    else this.centerOn(this.#awaitedCenter);
  };
  /** Takes what was measured on this display, or undefined once it is unknown (another display). */
  measure = (pxPerMm: number | undefined) => {
    this.#measuredPxPerMm = pxPerMm;
    this.panTo(this.#fromSample);
  };

  /** Moves the left edge, stopping at either end of the record. */
  panTo = (sample: number) => {
    this.#awaitedCenter = undefined;
    this.#fromSample = Math.max(0, Math.min(sample, this.#lengthSamples - this.widthSamples));
  };
  panBy = (samples: number) => this.panTo(this.#fromSample + samples);
  panByPx = (px: number) => this.panBy(px * this.samplesPerPx);
  /** Moves by parts of what is seen: 1 is a page, -0.5 half a page back. */
  panByPages = (pages: number) => this.panBy(pages * this.widthSamples);
  centerOn = (sample: number) => {
    this.panTo(sample - this.widthSamples / 2);
    if (this.#widthPx === 0) this.#awaitedCenter = sample;
  };
  /** Moves only if the sample is out of sight or within a tenth of an edge. */
  reveal = (sample: number) => {
    const margin = this.widthSamples / 10;
    if (sample < this.#fromSample + margin || sample > this.toSample - margin) this.centerOn(sample);
  };
  isVisible = (sample: number) => sample >= this.#fromSample && sample < this.toSample;

  /**
   * Changes the paper speed and leaves one sample where it is on screen.
   * @param aboutSample  the selected beat if visible, else what is under the pointer; else the middle.
   */
  setSpeed = (speedMmPerS: number, aboutSample?: number) => {
    const about = aboutSample ?? this.#fromSample + this.widthSamples / 2;
    const fromEdgePx = (about - this.#fromSample) / this.samplesPerPx;
    this.#speedMmPerS = speedMmPerS;
    this.panTo(about - fromEdgePx * this.samplesPerPx);
  };
  stepSpeed = (steps: number, aboutSample?: number) =>
    this.setSpeed(nextRung(speedLadder, this.#speedMmPerS, steps), aboutSample);
  setGain = (gainMmPerMv: number) => {
    this.#gainMmPerMv = gainMmPerMv;
  };
  stepGain = (steps: number) => this.setGain(nextRung(gainLadder, this.#gainMmPerMv, steps));
  /** Back to 25 mm/s and 10 mm/mV. */
  standard = (aboutSample?: number) => {
    this.setGain(standardScale.gainMmPerMv);
    this.setSpeed(standardScale.speedMmPerS, aboutSample);
  };

  /** Lets the paper run until the record ends or `pause`. @param rate  1 to 60 times real time. */
  play = (rate: number) => {
    if (!(rate >= 1 && rate <= 60)) throw new RangeError(`paper plays at 1 to 60 times real time, not ${rate}`);
    this.#playRate = rate;
    if (!this.#isFrameAwaited) this.#awaitFrame();
  };
  pause = () => {
    this.#playRate = 0;
  };

  #awaitFrame(lastMs?: number) {
    this.#isFrameAwaited = true;
    this.#nextFrame((nowMs) => {
      this.#isFrameAwaited = false;
      if (this.#playRate === 0) return;
      // A window that was hidden for a while goes on from where it stood.
      const elapsedS = Math.min(250, nowMs - (lastMs ?? nowMs)) / 1000;
      this.panBy(elapsedS * this.#playRate * this.#samplingHz);
      if (this.toSample >= this.#lengthSamples) this.pause();
      else this.#awaitFrame(nowMs);
    });
  }
}

export const [useViewport, provideViewport] = createContext<Viewport>();
