import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { gapSample, type RecordHeader } from '../../../src-main/domain/record.ts';
import { tileBins, topLevel } from '../../../src-main/domain/signal-tile.ts';
import { firstBeatFrom } from '../paper/beat-search.ts';
import { placeMarks } from '../paper/mark-places.ts';
import { drawAttribution, drawDrag, drawLabels, drawOthers, drawRows, drawRr, drawSelection } from './draw/beats.ts';
import { drawCallipers } from './draw/callipers.ts';
import { drawEpisodes, drawEpisodeWords } from './draw/episodes.ts';
import {
  drawEnvelope,
  drawGaps,
  drawGutter,
  drawLanes,
  drawOffScale,
  drawTimes,
  drawTrace,
  hatchOf,
} from './draw/leads.ts';
import { MarkSheet } from './draw/marks.ts';
import { drawWaves } from './draw/waves.ts';
import { type OffScalePeak, offScalePeaks } from './off-scale.ts';
import { columnOf, gutterPx, layOutPaper, type PaperLayout, type PaperSize, zeroYOf } from './paper-layout.ts';
import type { PaperCursor, PaperFrame, PaperScene } from './paper-scene.ts';
import { columnPx, columnsOf, PaperSheet } from './paper-sheet.ts';
import { samplesOf, snapToPeak } from './snap-peak.ts';
import { type LoadTile, TileCache, type TileName } from './tile-cache.ts';
import { binSamplesAt, isInMv, levelOfBin, mvPerUnit, TraceWindow } from './trace-window.ts';

/** How far anything that stands at a sample reaches to either side: a mark, its text, a time; design pixels. */
const reachPx = 60;
/** Excursions closer than this are one chevron. */
const joinOffScaleS = 0.2;

/** Which marks there is room for, of the record's beats and of each of the other labels. */
interface MarkPlaces {
  readonly own: Uint8Array;
  readonly others: readonly Uint8Array[];
}

/**
 * The paper of one record. uPlot keeps its place, its scale of samples and its redraws; what is seen is drawn in its
 * hooks, from `scene`: the sheet, which scrolls, and over it what stands still or follows the pointer.
 */
export class PaperPlot {
  readonly cache: TileCache;
  readonly #header: RecordHeader;
  readonly #host: HTMLElement;
  readonly #window = new TraceWindow();
  readonly #sheet = new PaperSheet();
  readonly #plot: uPlot;
  /** Stands where uPlot's own was: this one hides all that lies beneath, so that a browser need not mix the two. */
  readonly #canvas = document.createElement('canvas').getContext('2d', { alpha: false })!;
  #scene: PaperScene | undefined;
  #layout: PaperLayout | undefined;
  #laidOutFor = '';
  /** What the sheet was painted from. */
  #paintedFor: readonly unknown[] = [];
  #frame: PaperFrame | undefined;
  #marks: MarkSheet | undefined;
  #hatch: CanvasPattern | undefined;
  #places: MarkPlaces = { own: new Uint8Array(0), others: [] };
  /** By samples of a design pixel: a reader who zooms to and fro comes by the same again. */
  readonly #placesAt = new Map<number, MarkPlaces>();
  #placesFor: { beats: PaperScene['beats']; others: PaperScene['others'] } | undefined;
  #centersMv: readonly number[] | undefined;
  #offScale: OffScalePeak[][] = [];
  #offScaleFor = '';
  #isStale = true;
  #awaited = 0;

  constructor(
    host: HTMLElement,
    header: RecordHeader,
    load: LoadTile,
    onfail: (error: unknown, name: TileName) => void,
  ) {
    this.#host = host;
    this.#header = header;
    this.cache = new TileCache(load, () => this.#refill(), onfail);
    this.#plot = new uPlot(
      {
        width: 0,
        height: 0,
        legend: { show: false },
        cursor: { show: false },
        padding: [0, 0, 0, 0],
        axes: [{ show: false }, { show: false }],
        scales: {
          x: { time: false, auto: false, range: (_plot, min, max) => [min, max] },
        },
        series: [{}],
        hooks: { draw: [() => this.#drawFrame()] },
      },
      [[0, 1]],
      host,
    );
    this.#plot.ctx.canvas.replaceWith(this.#canvas.canvas);
  }

  get layout(): PaperLayout | undefined {
    return this.#layout;
  }

  /** Draws a scene before the next frame of the display; several in one frame are drawn once. */
  show(scene: PaperScene): void {
    this.#scene = scene;
    this.#awaited ||= requestAnimationFrame(() => {
      this.#awaited = 0;
      this.#draw();
    });
  }

  destroy(): void {
    cancelAnimationFrame(this.#awaited);
    this.cache.close();
    this.#plot.destroy();
  }

  /** CSS pixels that the paper has beside its gutter. */
  paperWidthPx(uiScale: number): number {
    return Math.max(0, this.#host.clientWidth - Math.round(gutterPx * uiScale * uPlot.pxRatio) / uPlot.pxRatio);
  }

  /** The peak that a place in a lead means. */
  snap(sample: number, leadIndex: number): number {
    return snapToPeak(this.cache, this.#header, leadIndex, sample);
  }

  /** Sample at a place in CSS pixels from the paper's left edge (gutter included). */
  sampleAt(xPx: number): number {
    return this.#plot.posToVal(xPx, 'x');
  }

  /** What lies under a place in CSS pixels from the top left corner. */
  cursorAt(xPx: number, yPx: number): PaperCursor {
    const sample = this.sampleAt(xPx);
    const scene = this.#scene;
    const y = yPx * uPlot.pxRatio;
    const row = this.#layout?.lanes.findIndex((lane) => y >= lane.top && y < lane.top + lane.height) ?? -1;
    if (!scene || row < 0) return { sample, leadIndex: undefined, mv: undefined };
    const leadIndex = scene.leads[row];
    return { sample, leadIndex, mv: this.#mvAt(leadIndex, sample) };
  }

  #mvAt(leadIndex: number, sample: number): number | undefined {
    const lead = this.#header.leads[leadIndex];
    if (!lead || !isInMv(lead)) return undefined;
    const at = Math.round(sample);
    const one = samplesOf(this.cache, this.#header, leadIndex, at, at + 1)?.digital[0];
    const mv =
      one === undefined ? this.#window.ys[leadIndex]?.[this.#window.pointBefore(sample)] : this.#toMv(leadIndex, one);
    return mv === undefined || Number.isNaN(mv) ? undefined : mv;
  }

  #toMv(leadIndex: number, digital: number): number {
    const lead = this.#header.leads[leadIndex];
    return digital === gapSample ? NaN : ((digital - lead.baseline) / lead.gain) * (mvPerUnit(lead.unit) ?? 1);
  }

  /** A tile has come: what is on screen may change. */
  #refill(): void {
    this.#isStale = true;
    if (this.#scene) this.show(this.#scene);
  }

  #draw(): void {
    const scene = this.#scene;
    const { clientWidth, clientHeight } = this.#host;
    if (!scene || clientWidth === 0 || clientHeight === 0) return;
    const layout = this.#layOut(scene, clientWidth, clientHeight);
    const frame = this.#frameOf(scene, layout);
    this.#frame = frame;
    this.#placeMarks(scene, layout);
    this.#fill(frame);
    this.#renew(frame);
    // Sets the scale over all of the canvas, gutter included, and has the frame drawn at once.
    this.#plot.setScale('x', { min: frame.fromSample - layout.left / frame.pxPerSample, max: frame.toSample });
  }

  #layOut(scene: PaperScene, widthPx: number, heightPx: number): PaperLayout {
    const ratio = uPlot.pxRatio;
    const size: PaperSize = {
      widthPx,
      heightPx,
      ratio,
      pxPerMm: scene.pxPerMm,
      uiScale: scene.palette.scale,
      leads: scene.leads.length,
      others: scene.others.length,
      hasAttribution: scene.attributions !== undefined,
    };
    const laidOutFor = Object.values(size).join();
    if (this.#layout && laidOutFor === this.#laidOutFor && this.#marks?.isFor(scene.palette, this.#layout.unit))
      return this.#layout;
    const layout = layOutPaper(size);
    this.#layout = layout;
    this.#laidOutFor = laidOutFor;
    const height = layout.height / ratio;
    if (this.#plot.width !== widthPx || this.#plot.height !== height) this.#plot.setSize({ width: widthPx, height });
    const { canvas } = this.#canvas;
    if (canvas.width !== layout.width || canvas.height !== layout.height)
      Object.assign(canvas, { width: layout.width, height: layout.height });
    this.#marks = new MarkSheet(scene.palette, layout.unit);
    this.#hatch = hatchOf(scene.palette, layout.unit);
    return layout;
  }

  /** The frame of a scene; time starts on a whole device pixel, so that nothing shimmers while it scrolls. */
  #frameOf(scene: PaperScene, layout: PaperLayout): PaperFrame {
    const samplesPerDevicePx = scene.samplesPerPx / uPlot.pxRatio;
    const originPx = Math.round(scene.fromSample / samplesPerDevicePx);
    const centers = this.#centers();
    const frame = {
      canvas: this.#canvas,
      scene,
      layout,
      marks: this.#marks!,
      pxPerSample: 1 / samplesPerDevicePx,
      zeroYs: layout.lanes.map((lane, row) => zeroYOf(lane, layout.mm, scene.gainMmPerMv, centers[scene.leads[row]])),
    };
    return { ...frame, ...stretchOf(frame, originPx, layout.left, layout.width - layout.left) };
  }

  #placeMarks(scene: PaperScene, layout: PaperLayout): void {
    const { beats, others, samplesPerPx } = scene;
    if (this.#placesFor?.beats !== beats || this.#placesFor.others !== others) {
      this.#placesFor = { beats, others };
      this.#placesAt.clear();
    }
    const perUnit = (samplesPerPx * layout.unit) / uPlot.pxRatio;
    const places = this.#placesAt.get(perUnit) ?? {
      own: placeMarks(beats, 20 * perUnit, 37 * perUnit),
      others: others.map((labels) => placeMarks(labels, 22 * perUnit, Infinity)),
    };
    this.#placesAt.set(perUnit, places);
    this.#places = places;
  }

  #fill({ scene, layout, fromSample, toSample, pxPerSample }: PaperFrame): void {
    const header = this.#header;
    const binSamples = binSamplesAt(1 / pxPerSample);
    const window = this.#window;
    // Columns that are cut by the edges are painted whole.
    const { first, last } = columnsOf({ originPx: fromSample * pxPerSample, width: layout.width - layout.left });
    const from = Math.max(0, (first * columnPx) / pxPerSample);
    const to = Math.min(header.lengthSamples, ((last + 1) * columnPx) / pxPerSample);
    if (this.#isStale || !window.covers(from, to, binSamples)) {
      const margin = toSample - fromSample;
      window.fill(this.cache, header, from - margin, to + margin, binSamples);
      this.#isStale = false;
      this.#offScaleFor = '';
      this.#sheet.clearPartial();
      this.#wish(binSamples, Math.max(0, fromSample), Math.min(header.lengthSamples, toSample), margin);
    }
    this.#findOffScale(scene);
  }

  /** Lets go of the sheet where anything but the place in the record has changed. */
  #renew({ scene, layout, zeroYs }: PaperFrame): void {
    const { fromSample: _place, drag: _drag, callipers: _callipers, ...painted } = scene;
    const now = [...Object.values(painted), layout, ...zeroYs];
    if (now.length !== this.#paintedFor.length || now.some((value, i) => value !== this.#paintedFor[i]))
      this.#sheet.clear();
    this.#paintedFor = now;
  }

  /** What is in sight first, then what lies ahead, then the top of the pyramid that centres the lanes. */
  #wish(binSamples: number, from: number, to: number, margin: number): void {
    const top = topLevel(this.#header.lengthSamples);
    const level = levelOfBin(binSamples, this.#header.lengthSamples);
    const samplesPerTile = tileBins * 8 ** level;
    const names: TileName[] = [];
    const add = (fromSample: number, toSample: number) => {
      const last = Math.floor((Math.min(this.#header.lengthSamples, toSample) - 1) / samplesPerTile);
      for (let index = Math.max(0, Math.floor(fromSample / samplesPerTile)); index <= last; index++)
        if (!names.some((name) => name.index === index)) names.push({ level, index });
    };
    add(from, to);
    add(to, to + 2 * margin);
    add(from - margin, from);
    this.cache.wish(this.#centersMv ? names : [{ level: top, index: 0 }, ...names]);
  }

  /** Middle of each lead's usual range over the record, in mV; 0 until the top of the pyramid has come. */
  #centers(): readonly number[] {
    if (this.#centersMv) return this.#centersMv;
    const top = topLevel(this.#header.lengthSamples);
    const tile = this.cache.peek(top, 0);
    if (!tile) return this.#header.leads.map(() => 0);
    const stride = top === 0 ? 1 : 2;
    this.#centersMv = tile.leads.map((digital, lead) => {
      const sorted = (offset: number) =>
        Float64Array.from({ length: Math.floor(digital.length / stride) }, (_, i) =>
          this.#toMv(lead, digital[i * stride + offset]),
        )
          .filter((mv) => !Number.isNaN(mv))
          .sort();
      const [lows, highs] = [sorted(0), sorted(stride - 1)];
      if (lows.length === 0) return 0;
      // At the bottom of the pyramid the samples themselves are all there is: their usual range, not their middle.
      const [low, high] =
        stride === 1
          ? [lows[Math.floor(lows.length * 0.02)], highs[Math.floor(highs.length * 0.98)]]
          : [lows[lows.length >> 1], highs[highs.length >> 1]];
      return (low + high) / 2;
    });
    return this.#centersMv;
  }

  #findOffScale(scene: PaperScene): void {
    const frame = this.#frame!;
    const key = `${frame.zeroYs.join()} ${scene.leads.join()} ${scene.gainMmPerMv} ${frame.layout.height}`;
    if (key === this.#offScaleFor) return;
    this.#offScaleFor = key;
    const perMv = scene.gainMmPerMv * frame.layout.mm;
    const { xs, ys, count } = this.#window;
    this.#offScale = frame.layout.lanes.map((lane, row) =>
      isInMv(this.#header.leads[scene.leads[row]])
        ? offScalePeaks(
            xs,
            ys[scene.leads[row]],
            count,
            (frame.zeroYs[row] - lane.top - lane.height) / perMv,
            (frame.zeroYs[row] - lane.top) / perMv,
            joinOffScaleS * this.#header.samplingHz,
          )
        : [],
    );
  }

  #drawFrame(): void {
    const frame = this.#frame;
    if (!frame) return;
    const { canvas, layout } = frame;
    const { left, width, height } = layout;
    const column = { ...frame, layout: columnOf(layout, columnPx) };
    const part = { originPx: left - frame.x0, left, width: width - left, height };
    this.#sheet.draw(canvas, part, (onto, fromPx) =>
      this.#paint({ ...column, canvas: onto, ...stretchOf(column, fromPx, 0, columnPx) }),
    );
    drawEpisodeWords(frame, this.#window);
    if (this.#window.binSamples > 1) drawEnvelope(frame);
    drawDrag(frame);
    const callipers = frame.scene.callipers;
    if (callipers) {
      const [a, b] = [callipers.fromSample, callipers.toSample].map((at) => this.#mvAt(callipers.leadIndex, at));
      drawCallipers(frame, a === undefined || b === undefined ? undefined : b - a);
    }
    drawGutter(
      frame,
      layout.lanes.map((_, row) => this.#isOffScaleInSight(frame, row)),
    );
  }

  /** Paints one column. @returns whether its samples were there. */
  #paint(column: PaperFrame): boolean {
    const { lanes } = column.layout;
    const ofLanes = (draw: (row: number) => void) => lanes.forEach((_, row) => draw(row));
    drawLanes(column);
    drawRows(column);
    drawSelection(column);
    drawAttribution(column, 'tint');
    drawEpisodes(column, this.#hatch!);
    ofLanes((row) => drawGaps(column, row, this.#window, this.#hatch!));
    ofLanes((row) => drawTrace(column, row, this.#window));
    ofLanes((row) => drawOffScale(column, row, this.#offScale[row] ?? []));
    drawTimes(column);
    drawAttribution(column, 'bars');
    drawWaves(column);
    drawLabels(column, this.#places.own);
    drawOthers(column, this.#places.others);
    drawRr(column, (from, to) => this.#window.isWithoutSamples(from, to));
    return !this.#window.isMissing(column.fromSample, column.toSample);
  }

  #isOffScaleInSight(frame: PaperFrame, row: number): boolean {
    return (this.#offScale[row] ?? []).some(
      (peak) => peak.atSample >= frame.fromSample && peak.atSample < frame.toSample,
    );
  }
}

/** Where the record's start lies, and what is in sight of it, where so many pixels of the record lie left of the edge. */
function stretchOf(
  { scene, layout, pxPerSample }: Pick<PaperFrame, 'scene' | 'layout' | 'pxPerSample'>,
  originPx: number,
  left: number,
  width: number,
) {
  const { atSample } = scene.beats;
  const reach = reachPx * layout.unit;
  return {
    x0: left - originPx,
    fromSample: originPx / pxPerSample,
    toSample: (originPx + width) / pxPerSample,
    firstBeat: Math.max(0, firstBeatFrom(atSample, (originPx - reach) / pxPerSample) - 1),
    endBeat: Math.min(atSample.length, firstBeatFrom(atSample, (originPx + width + reach) / pxPerSample) + 1),
  };
}
