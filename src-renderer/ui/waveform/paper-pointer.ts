import type { BeatTable } from '../../../src-main/domain/beat.ts';
import type { BeatId } from '../../../src-main/domain/record.ts';
import type { Viewport } from '../../state/viewport.svelte.ts';
import { beatAround } from '../paper/beat-search.ts';
import type { PaperPlot } from './paper-plot.ts';
import type { Callipers, PaperCursor, PaperDrag, SelectMode } from './paper-scene.ts';

/** What the pointer can bring about; each has a key as well, which the screen binds. */
export interface PaperActs {
  readonly onselect?: (beatId: BeatId, mode: SelectMode) => void;
  /** All beats of a stretch, half-open, dragged over in the label lane. */
  readonly onselectstretch?: (fromSample: number, toSample: number) => void;
  readonly onadd?: (atSample: number, leadIndex: number) => void;
  readonly onmove?: (beatId: BeatId, toSample: number) => void;
  readonly oncalliper?: (leg: 'from' | 'to', toSample: number) => void;
  /** Undefined once the pointer has left. */
  readonly oncursor?: (cursor: PaperCursor | undefined) => void;
}

/** What the pointer needs to know of the paper at the moment. */
export interface PaperState {
  readonly plot: PaperPlot | undefined;
  readonly viewport: Viewport;
  readonly beats: BeatTable;
  readonly leads: readonly number[];
  readonly callipers: Callipers | undefined;
  readonly acts: PaperActs;
}

/** Pixels that a press may move and still be a click. */
const clickPx = 4;
/** Half of the width in which a mark or a calliper leg is taken hold of. */
const gripPx = 12;
/** Wheel pixels of one step of a ladder: one notch of a mouse, a short stroke on a pad. */
const notchPx = 60;

type Grip =
  | { readonly kind: 'pan' }
  | { readonly kind: 'stretch'; readonly fromSample: number }
  | { readonly kind: 'mark'; readonly beatId: BeatId }
  | { readonly kind: 'calliper'; readonly leg: 'from' | 'to' };

interface Press {
  readonly grip: Grip;
  readonly startX: number;
  lastX: number;
  hasMoved: boolean;
}

/** Pointer and wheel on the paper, as acts on beats and on the viewport. */
export class PaperPointer {
  readonly #read: () => PaperState;
  readonly #ondrag: (drag: PaperDrag | undefined) => void;
  #press: Press | undefined;
  #wheelPx = 0;

  constructor(read: () => PaperState, ondrag: (drag: PaperDrag | undefined) => void) {
    this.#read = read;
    this.#ondrag = ondrag;
  }

  wheel = (event: WheelEvent & { currentTarget: HTMLElement }) => {
    const { plot, viewport } = this.#read();
    if (!plot) return;
    event.preventDefault();
    const unitPx = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const px = (Math.abs(event.deltaY) > Math.abs(event.deltaX) ? event.deltaY : event.deltaX) * unitPx;
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      this.#wheelPx = 0;
      viewport.panByPx(px);
      return;
    }
    this.#wheelPx += px;
    const steps = -Math.trunc(this.#wheelPx / notchPx);
    if (steps === 0) return;
    this.#wheelPx = 0;
    if (event.shiftKey) viewport.stepGain(steps);
    else viewport.stepSpeed(steps, plot.sampleAt(placeOf(event).x));
  };

  down = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const { plot, viewport } = this.#read();
    const place = placeOf(event);
    if (event.button !== 0 || !plot?.layout || place.x * devicePixelRatio < plot.layout.left) return;
    viewport.pause();
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#press = { grip: this.#gripAt(plot, place), startX: place.x, lastX: place.x, hasMoved: false };
  };

  move = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const { plot, viewport, acts } = this.#read();
    if (!plot?.layout) return;
    const place = placeOf(event);
    const press = this.#press;
    acts.oncursor?.(place.x * devicePixelRatio < plot.layout.left ? undefined : plot.cursorAt(place.x, place.y));
    if (!press) {
      const grip = this.#gripAt(plot, place);
      event.currentTarget.style.cursor = grip.kind === 'mark' || grip.kind === 'calliper' ? 'ew-resize' : 'default';
      return;
    }
    press.hasMoved ||= Math.abs(place.x - press.startX) > clickPx;
    if (!press.hasMoved) return;
    if (press.grip.kind === 'pan') viewport.panByPx(press.lastX - place.x);
    else this.#drag(press.grip, this.#target(plot, press.grip, place, event.altKey));
    press.lastX = place.x;
  };

  up = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const { plot, acts } = this.#read();
    const press = this.#press;
    this.#press = undefined;
    this.#ondrag(undefined);
    if (!press || !plot) return;
    const place = placeOf(event);
    if (!press.hasMoved) return this.#click(plot, place, event);
    const toSample = this.#target(plot, press.grip, place, event.altKey);
    if (press.grip.kind === 'mark') {
      // What was taken hold of is what the keys and the inspector are about from then on.
      acts.onselect?.(press.grip.beatId, 'one');
      acts.onmove?.(press.grip.beatId, Math.round(toSample));
    }
    if (press.grip.kind === 'stretch') {
      const [from, to] = [press.grip.fromSample, toSample].sort((a, b) => a - b);
      acts.onselectstretch?.(Math.ceil(from), Math.ceil(to));
    }
  };

  cancel = () => {
    this.#press = undefined;
    this.#ondrag(undefined);
  };

  leave = () => this.#read().acts.oncursor?.(undefined);

  doubleClick = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const { plot, acts, leads, viewport } = this.#read();
    const place = placeOf(event);
    if (!plot?.layout || place.x * devicePixelRatio < plot.layout.left) return;
    const { sample, leadIndex = leads[0] } = plot.cursorAt(place.x, place.y);
    if (sample < 0 || sample >= viewport.lengthSamples) return;
    acts.onadd?.(event.altKey ? Math.round(sample) : plot.snap(sample, leadIndex), leadIndex);
  };

  #click(plot: PaperPlot, place: Place, event: MouseEvent) {
    const { beats, acts, viewport } = this.#read();
    const sample = plot.sampleAt(place.x);
    const index = sample < viewport.lengthSamples ? beatAround(beats.atSample, sample) : -1;
    if (index < 0) return;
    const mode = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one';
    acts.onselect?.(beats.beatId[index] as BeatId, mode);
  }

  #gripAt(plot: PaperPlot, place: Place): Grip {
    const { beats, viewport, callipers } = this.#read();
    const sample = plot.sampleAt(place.x);
    const isNear = (at: number) => Math.abs(at - sample) <= gripPx * viewport.samplesPerPx;
    if (callipers && isNear(callipers.fromSample)) return { kind: 'calliper', leg: 'from' };
    if (callipers && isNear(callipers.toSample)) return { kind: 'calliper', leg: 'to' };
    if (place.y * devicePixelRatio >= plot.layout!.labels.height) return { kind: 'pan' };
    const index = beatAround(beats.atSample, sample);
    if (index >= 0 && isNear(beats.atSample[index])) return { kind: 'mark', beatId: beats.beatId[index] as BeatId };
    return { kind: 'stretch', fromSample: sample };
  }

  #target(plot: PaperPlot, grip: Grip, place: Place, isFree: boolean): number {
    const sample = Math.min(this.#read().viewport.lengthSamples - 1, Math.max(0, plot.sampleAt(place.x)));
    return grip.kind === 'mark' && !isFree ? plot.snap(sample, this.#read().leads[0]) : sample;
  }

  #drag(grip: Grip, toSample: number) {
    if (grip.kind === 'mark') this.#ondrag({ kind: 'mark', toSample });
    if (grip.kind === 'stretch') this.#ondrag({ kind: 'stretch', fromSample: grip.fromSample, toSample });
    if (grip.kind === 'calliper') this.#read().acts.oncalliper?.(grip.leg, Math.round(toSample));
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where an event is in its element, which may be scrolled. */
function placeOf(event: MouseEvent & { currentTarget?: EventTarget | null }): Place {
  const frame = event.currentTarget as HTMLElement;
  const box = frame.getBoundingClientRect();
  return { x: event.clientX - box.left + frame.scrollLeft, y: event.clientY - box.top + frame.scrollTop };
}
