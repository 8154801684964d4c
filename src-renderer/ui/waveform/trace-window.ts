import { ecgLeadsOf, gapSample, type Lead, type RecordHeader } from '../../../src-main/domain/record.ts';
import {
  pyramidFactor,
  samplesPerBin,
  type SignalTile,
  tileBins,
  topLevel,
} from '../../../src-main/domain/signal-tile.ts';
import type { TileCache, TileName } from './tile-cache.ts';

/** Millivolts in a unit that a lead can be given in; undefined for a unit that is no voltage. */
export const mvPerUnit = (unit: string): number | undefined =>
  ({ mV: 1, V: 1000, uV: 0.001, µV: 0.001, μV: 0.001, nV: 1e-6 })[unit];

/** Whether anything may be said of a lead in millivolts. */
export const isInMv = (lead: Lead): boolean => lead.isCalibrated && mvPerUnit(lead.unit) !== undefined;

/** A gap shorter than this cannot hide a beat. */
const leastGapS = 0.1;

/** A stretch without valid samples in one lead, half-open. */
export interface Gap {
  readonly fromSample: number;
  readonly toSample: number;
}

/** Samples that one point pair of the trace stands for at a scale: a power of two, about one a pixel; 1 means every sample. */
export const binSamplesAt = (samplesPerPx: number): number => 2 ** Math.max(0, Math.round(Math.log2(samplesPerPx)));

/** The pyramid level that bins of so many samples are read from. */
export const levelOfBin = (binSamples: number, lengthSamples: number): number =>
  Math.min(topLevel(lengthSamples), Math.floor(Math.log2(binSamples) / Math.log2(pyramidFactor) + 1e-9));

/**
 * What the paper draws of a record: a stretch somewhat longer than is seen, as polylines in millivolts.
 * Up to about one sample a pixel these are the samples; beyond, the least and greatest of each bin, in the order they
 * came where samples are read, so that no peak is lost. Bins lie at fixed samples: scrolling does not make them shimmer.
 */
export class TraceWindow {
  fromSample = 0;
  toSample = 0;
  binSamples = 1;
  /** Points in use of `xs` and of each of `ys`. */
  count = 0;
  /** Sample position of each point. */
  xs = new Float64Array(0);
  /** Millivolts (or the lead's own unit where it is no voltage) of each lead; NaN in gaps and where a tile is awaited. */
  ys: Float32Array[] = [];
  gaps: Gap[][] = [];
  /** Tiles that are not here yet; empty once all is drawn. */
  missing: TileName[] = [];
  #leastGapSamples = 0;
  /** Leads that show beats, by index in the header. */
  #heartLeads: readonly number[] = [];

  covers(fromSample: number, toSample: number, binSamples: number): boolean {
    return this.binSamples === binSamples && fromSample >= this.fromSample && toSample <= this.toSample;
  }

  /** Fills the window with a stretch of the record; what lies beyond either end is left out. */
  fill(cache: TileCache, header: RecordHeader, fromSample: number, toSample: number, binSamples: number): void {
    const level = levelOfBin(binSamples, header.lengthSamples);
    const firstBin = Math.max(0, Math.floor(fromSample / binSamples));
    const endBin = Math.ceil(Math.min(toSample, header.lengthSamples) / binSamples);
    const bins = Math.max(0, endBin - firstBin);
    this.#leastGapSamples = leastGapS * header.samplingHz;
    this.#heartLeads = ecgLeadsOf(header.leads);
    this.binSamples = binSamples;
    this.fromSample = firstBin === 0 ? -Infinity : firstBin * binSamples;
    this.toSample = endBin * binSamples >= header.lengthSamples ? Infinity : endBin * binSamples;
    this.#reserve(bins * (binSamples === 1 ? 1 : 2), header.leads.length);
    this.#placePoints(firstBin, bins);
    this.missing = [];
    this.gaps = header.leads.map(() => []);
    const unitsPerBin = binSamples / samplesPerBin(level);
    const binsPerTile = tileBins / unitsPerBin;
    for (let bin = firstBin; bin < endBin;) {
      const index = Math.floor(bin / binsPerTile);
      const tileEnd = Math.min(endBin, (index + 1) * binsPerTile);
      const tile = cache.peek(level, index);
      if (!tile) {
        this.missing.push({ level, index });
        for (const y of this.ys) y.fill(NaN, this.#pointOf(bin, firstBin), this.#pointOf(tileEnd, firstBin));
      } else
        header.leads.forEach((lead, i) =>
          this.#readBins(tile, i, lead, bin, tileEnd, firstBin, index * binsPerTile, unitsPerBin),
        );
      bin = tileEnd;
    }
  }

  /** Whether a tile of a stretch is not here yet. */
  isMissing(fromSample: number, toSample: number): boolean {
    return this.missing.some(({ level, index }) => {
      const samples = tileBins * samplesPerBin(level);
      return index * samples < toSample && (index + 1) * samples > fromSample;
    });
  }

  /** Whether somewhere in a stretch no lead of the heart has a sample for 0.1 s or longer: a beat may be hidden there. */
  isWithoutSamples(fromSample: number, toSample: number): boolean {
    const inside = (gaps: readonly Gap[]) =>
      gaps
        .map((gap) => ({
          fromSample: Math.max(fromSample, gap.fromSample),
          toSample: Math.min(toSample, gap.toSample),
        }))
        .filter((gap) => gap.toSample > gap.fromSample);
    const [first, ...others] = this.#heartLeads.map((lead) => inside(this.gaps[lead] ?? []));
    const common = others.reduce(
      (some, gaps) =>
        some.flatMap((a) =>
          gaps
            .map((b) => ({
              fromSample: Math.max(a.fromSample, b.fromSample),
              toSample: Math.min(a.toSample, b.toSample),
            }))
            .filter((gap) => gap.toSample > gap.fromSample),
        ),
      first ?? [],
    );
    return common.some((gap) => gap.toSample - gap.fromSample >= this.#leastGapSamples);
  }

  /** Index of the last point at or before a sample, within the points there are. */
  pointBefore(sample: number): number {
    const first = this.count > 0 ? Math.floor(this.xs[0] / this.binSamples) : 0;
    const point = Math.floor((sample / this.binSamples - first) * (this.binSamples === 1 ? 1 : 2));
    return Math.max(0, Math.min(this.count - 1, point));
  }

  #pointOf(bin: number, firstBin: number): number {
    return (bin - firstBin) * (this.binSamples === 1 ? 1 : 2);
  }

  #reserve(points: number, leads: number): void {
    this.count = points;
    if (this.xs.length < points) this.xs = new Float64Array(points);
    if (this.ys.length !== leads || (leads > 0 && this.ys[0].length < points))
      this.ys = Array.from({ length: leads }, () => new Float32Array(points));
  }

  #placePoints(firstBin: number, bins: number): void {
    const { xs, binSamples } = this;
    if (binSamples === 1) for (let i = 0; i < bins; i++) xs[i] = firstBin + i;
    else
      for (let i = 0; i < bins; i++) {
        xs[2 * i] = (firstBin + i + 0.25) * binSamples;
        xs[2 * i + 1] = (firstBin + i + 0.75) * binSamples;
      }
  }

  #readBins(
    tile: SignalTile,
    leadIndex: number,
    lead: Lead,
    fromBin: number,
    toBin: number,
    firstBin: number,
    tileFirstBin: number,
    unitsPerBin: number,
  ): void {
    const digital = tile.leads[leadIndex];
    const stride = tile.level === 0 ? 1 : 2;
    const scale = (mvPerUnit(lead.unit) ?? 1) / lead.gain;
    const y = this.ys[leadIndex];
    let last = NaN;
    for (let bin = fromBin; bin < toBin; bin++) {
      const unit = (bin - tileFirstBin) * unitsPerBin;
      const unitEnd = Math.min(unit + unitsPerBin, digital.length / stride);
      let least = Infinity;
      let most = -Infinity;
      let leastAt = 0;
      let mostAt = 0;
      for (let u = unit; u < unitEnd; u++) {
        const low = digital[u * stride];
        if (low === gapSample) continue;
        const high = digital[u * stride + stride - 1];
        if (low < least) {
          least = low;
          leastAt = u;
        }
        if (high > most) {
          most = high;
          mostAt = u;
        }
      }
      const point = this.#pointOf(bin, firstBin);
      if (least > most) {
        this.#addGap(leadIndex, bin);
        y[point] = NaN;
        if (this.binSamples > 1) y[point + 1] = NaN;
        last = NaN;
        continue;
      }
      const low = (least - lead.baseline) * scale;
      const high = (most - lead.baseline) * scale;
      // Within one bin of the pyramid the order is unknown: the nearer to where the line stands comes first.
      const isLowFirst = leastAt === mostAt ? !(Math.abs(last - high) < Math.abs(last - low)) : leastAt < mostAt;
      y[point] = isLowFirst ? low : high;
      last = isLowFirst ? high : low;
      if (this.binSamples > 1) y[point + 1] = last;
    }
  }

  #addGap(leadIndex: number, bin: number): void {
    const gaps = this.gaps[leadIndex];
    const fromSample = bin * this.binSamples;
    const toSample = fromSample + this.binSamples;
    const previous = gaps[gaps.length - 1];
    if (previous?.toSample === fromSample) gaps[gaps.length - 1] = { fromSample: previous.fromSample, toSample };
    else gaps.push({ fromSample, toSample });
  }
}
