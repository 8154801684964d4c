import { api } from '../../api/client.ts';
import type { RecordSource, RecordSummary } from '../../../src-main/contract/records.ts';
import type { BeatTable } from '../../../src-main/domain/beat.ts';
import { labelOrigins, noLabel } from '../../../src-main/domain/beat.ts';
import { type BeatClass, beatClasses } from '../../../src-main/domain/beat-class.ts';
import { type Lead, physicalOf, type RecordHeader } from '../../../src-main/domain/record.ts';
import { rrIntervalsMs } from '../../../src-main/domain/rr-interval.ts';
import { tileBins } from '../../../src-main/domain/signal-tile.ts';

/** A look at one record: a stretch of its first lead, its rhythm, its counts, where it comes from. */
export interface Preview {
  readonly header: RecordHeader;
  readonly source: RecordSource;
  readonly lead: Lead;
  readonly stripFromSample: number;
  /** In the lead's unit about its middle, as amplifiers may add any level; NaN where there is a gap. */
  readonly strip: Float32Array;
  readonly beats: BeatTable;
  readonly classes: readonly ClassCount[];
}

export interface ClassCount {
  readonly beatClass: BeatClass;
  readonly now: number;
  readonly confirmed: number;
  readonly changed: number;
}

/** A minute after the start, where electrodes have settled; a shorter record from its start. */
const lookAtS = 60;
const stripS = 5;

export async function loadPreview({ recordId }: Pick<RecordSummary, 'recordId'>): Promise<Preview> {
  const [{ header, source }, beats] = await Promise.all([
    api.records.header({ recordId }),
    api.review.beats({ recordId }),
  ]);
  const wanted = lookAtS * header.samplingHz;
  const stripFromSample = wanted + stripS * header.samplingHz < header.lengthSamples ? Math.round(wanted) : 0;
  const index = Math.floor(stripFromSample / tileBins);
  const tile = await api.records.tile({ recordId, level: 0, index });
  const offset = stripFromSample - index * tileBins;
  const digital = tile.leads[0].subarray(offset, offset + Math.ceil(stripS * header.samplingHz));
  const lead = header.leads[0];
  return {
    header,
    source,
    lead,
    stripFromSample,
    strip: aboutMiddle(physicalOf(digital, lead)),
    beats,
    classes: countClasses(beats),
  };
}

/** The values minus their median. */
export function aboutMiddle(values: Float32Array): Float32Array {
  const present = values.filter((value) => !Number.isNaN(value)).sort();
  const middle = present[present.length >> 1] ?? 0;
  return values.map((value) => value - middle);
}

/** Beats by current class, and how many of them a person confirmed or changed; artifacts count as they stand. */
export function countClasses(beats: Pick<BeatTable, 'label' | 'origin'>): ClassCount[] {
  const counts = beatClasses.map((beatClass) => ({ beatClass, now: 0, confirmed: 0, changed: 0 }));
  beats.label.forEach((label, i) => {
    if (label === noLabel) return;
    counts[label].now++;
    const origin = labelOrigins[beats.origin[i]];
    if (origin === 'confirmed' || origin === 'changed') counts[label][origin]++;
  });
  return counts;
}

/** One dot of the tachogram: when, how long since the beat before, and of which class the beat is. */
export interface RhythmDot {
  readonly atS: number;
  readonly rrS: number;
  readonly label: number;
}

export function rhythmDots(beats: Pick<BeatTable, 'atSample' | 'label'>, samplingHz: number): RhythmDot[] {
  return Array.from(rrIntervalsMs(beats.atSample, samplingHz), (rrMs, i) => ({
    atS: beats.atSample[i + 1] / samplingHz,
    rrS: rrMs / 1000,
    label: beats.label[i + 1],
  }));
}
