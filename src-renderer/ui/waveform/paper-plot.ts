import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { gapSample, type RecordHeader } from '../../../src-main/domain/record.ts';
import { tileBins, topLevel } from '../../../src-main/domain/signal-tile.ts';
import { firstBeatFrom } from '../paper/beat-search.ts';
import { placeMarks } from '../paper/mark-places.ts';
import { drawAttribution, drawDrag, drawLabels, drawOthers, drawRows, drawRr, drawSelection } from './draw/beats.ts';
import { drawCallipers } from './draw/callipers.ts';
import { drawGaps, drawGutter, drawLanes, drawOffScale, drawTimes, drawTrace, hatchOf } from './draw/leads.ts';
import { MarkSheet } from './draw/marks.ts';
import { drawWaves } from './draw/waves.ts';
import { type OffScalePeak, offScalePeaks } from './off-scale.ts';
import { gutterPx, layOutPaper, type PaperLayout, zeroYOf } from './paper-layout.ts';
import type { PaperCursor, PaperFrame, PaperScene } from './paper-scene.ts';
import { samplesOf, snapToPeak } from './snap-peak.ts';
import { type LoadTile, TileCache, type TileName } from './tile-cache.ts';
import { binSamplesAt, isInMv, levelOfBin, mvPerUnit, TraceWindow } from './trace-window.ts';

const scaleOf = (leadIndex: number) => `lead${leadIndex}`;
/** Excursions closer than this are one chevron. */
const joinOffScaleS = 0.2;

/**
 * The paper of one record: one uPlot whose x scale is samples and whose every lead has a millivolt scale of its own.
 * uPlot keeps canvas, scales and redraws; all that is seen is drawn in its hooks, from `scene`.
 */
export class PaperPlot {
  readonly cache: TileCache;
  readonly #header: RecordHeader;
  readonly #host: HTMLElement;
  readonly #window = new TraceWindow();
  readonly #plot: uPlot;
  #scene: PaperScene | undefined;
  #layout: PaperLayout | undefined;
  #frame: PaperFrame | undefined;
  #marks: MarkSheet | undefined;
  #hatch: CanvasPattern | undefined;
  #places: Uint8Array = new Uint8Array(0);
  #otherPlaces: readonly Uint8Array[] = [];
  #placesFor: { beats: PaperScene['beats']; others: PaperScene['others']; samplesPerPx: number } | undefined;
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
          ...Object.fromEntries(
            header.leads.map((_, i) => [scaleOf(i), { auto: false, range: [-1, 1] as [number, number] }]),
          ),
        },
        series: [
          {},
          ...header.leads.map((lead, i) => ({
            label: lead.name,
            scale: scaleOf(i),
            auto: false,
            points: { show: false },
            paths: () => null,
          })),
        ],
        hooks: {
          drawClear: [() => this.#drawGround()],
          drawSeries: [(_plot, series) => this.#drawLead(series - 1)],
          draw: [() => this.#drawOver()],
        },
      },
      [[0, 1], ...header.leads.map(() => [null, null])],
      host,
    );
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
    this.#placeScales(frame);
  }

  #layOut(scene: PaperScene, widthPx: number, heightPx: number): PaperLayout {
    const ratio = uPlot.pxRatio;
    const layout = layOutPaper({
      widthPx,
      heightPx,
      ratio,
      pxPerMm: scene.pxPerMm,
      uiScale: scene.palette.scale,
      leads: scene.leads.length,
      others: scene.others.length,
      hasAttribution: scene.attributions !== undefined,
    });
    this.#layout = layout;
    const height = layout.height / ratio;
    if (this.#plot.width !== widthPx || this.#plot.height !== height) this.#plot.setSize({ width: widthPx, height });
    if (!this.#marks?.isFor(scene.palette, layout.unit)) {
      this.#marks = new MarkSheet(scene.palette, layout.unit);
      this.#hatch = hatchOf(scene.palette, layout.unit);
    }
    return layout;
  }

  /** The frame of a scene; time starts on a whole device pixel, so that nothing shimmers while it scrolls. */
  #frameOf(scene: PaperScene, layout: PaperLayout): PaperFrame {
    const samplesPerDevicePx = scene.samplesPerPx / uPlot.pxRatio;
    const originPx = Math.round(scene.fromSample / samplesPerDevicePx);
    const fromSample = originPx * samplesPerDevicePx;
    const toSample = fromSample + (layout.width - layout.left) * samplesPerDevicePx;
    const { atSample } = scene.beats;
    const centers = this.#centers();
    return {
      canvas: this.#plot.ctx,
      scene,
      layout,
      marks: this.#marks!,
      x0: layout.left - originPx,
      pxPerSample: 1 / samplesPerDevicePx,
      zeroYs: layout.lanes.map((lane, row) => zeroYOf(lane, layout.mm, scene.gainMmPerMv, centers[scene.leads[row]])),
      fromSample,
      toSample,
      firstBeat: Math.max(0, firstBeatFrom(atSample, fromSample) - 1),
      endBeat: Math.min(atSample.length, firstBeatFrom(atSample, toSample) + 1),
    };
  }

  /** Sets the scales of uPlot, over all of its canvas, which draws the frame at once. */
  #placeScales({ scene, layout, fromSample, toSample, pxPerSample, zeroYs }: PaperFrame): void {
    const perMv = scene.gainMmPerMv * layout.mm;
    this.#plot.batch(() => {
      this.#plot.setScale('x', { min: fromSample - layout.left / pxPerSample, max: toSample });
      zeroYs.forEach((zeroY, row) =>
        this.#plot.setScale(scaleOf(scene.leads[row]), { min: (zeroY - layout.height) / perMv, max: zeroY / perMv }),
      );
    });
  }

  #placeMarks(scene: PaperScene, layout: PaperLayout): void {
    const { beats, others, samplesPerPx } = scene;
    const last = this.#placesFor;
    if (last?.beats === beats && last.others === others && last.samplesPerPx === samplesPerPx) return;
    this.#placesFor = { beats, others, samplesPerPx };
    const perUnit = (samplesPerPx * layout.unit) / uPlot.pxRatio;
    this.#places = placeMarks(beats, 20 * perUnit, 37 * perUnit);
    this.#otherPlaces = others.map((labels) => placeMarks(labels, 22 * perUnit, Infinity));
  }

  #fill({ scene, fromSample, toSample, pxPerSample }: PaperFrame): void {
    const header = this.#header;
    const binSamples = binSamplesAt(1 / pxPerSample);
    const window = this.#window;
    const from = Math.max(0, fromSample);
    const to = Math.min(header.lengthSamples, toSample);
    if (this.#isStale || !window.covers(from, to, binSamples)) {
      const margin = toSample - fromSample;
      window.fill(this.cache, header, from - margin, to + margin, binSamples);
      this.#isStale = false;
      this.#offScaleFor = '';
      this.#wish(binSamples, from, to, margin);
      const ys = window.ys.map((y) => y.subarray(0, window.count));
      this.#plot.setData([window.xs.subarray(0, window.count), ...ys], false);
    }
    this.#findOffScale(scene);
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

  #drawGround(): void {
    const frame = this.#frame;
    if (!frame) return;
    drawLanes(frame);
    drawRows(frame);
    drawSelection(frame);
    drawAttribution(frame, 'tint');
    frame.layout.lanes.forEach((_, row) => drawGaps(frame, row, this.#window, this.#hatch!));
  }

  #drawLead(leadIndex: number): void {
    const frame = this.#frame;
    const row = frame?.scene.leads.indexOf(leadIndex) ?? -1;
    if (!frame || row < 0) return;
    const zeroY = this.#plot.valToPos(0, scaleOf(leadIndex), true);
    drawTrace(frame, row, this.#window, zeroY, this.#plot.valToPos(1, scaleOf(leadIndex), true) - zeroY);
  }

  #drawOver(): void {
    const frame = this.#frame;
    if (!frame) return;
    frame.layout.lanes.forEach((_, row) => drawOffScale(frame, row, this.#offScale[row] ?? []));
    drawTimes(frame, this.#window);
    drawAttribution(frame, 'bars');
    drawWaves(frame);
    drawLabels(frame, this.#places);
    drawOthers(frame, this.#otherPlaces);
    drawRr(frame);
    drawDrag(frame);
    const callipers = frame.scene.callipers;
    if (callipers) {
      const [a, b] = [callipers.fromSample, callipers.toSample].map((at) => this.#mvAt(callipers.leadIndex, at));
      drawCallipers(frame, a === undefined || b === undefined ? undefined : b - a);
    }
    drawGutter(
      frame,
      frame.layout.lanes.map((_, row) => this.#isOffScaleInSight(frame, row)),
    );
  }

  #isOffScaleInSight(frame: PaperFrame, row: number): boolean {
    return (this.#offScale[row] ?? []).some(
      (peak) => peak.atSample >= frame.fromSample && peak.atSample < frame.toSample,
    );
  }
}
