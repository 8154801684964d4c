import { windowBefore, windowSamples } from '../../domain/record-inputs.ts';
import { clusterShapes, type Clusters } from './clusters.ts';
import { medianOf, SlidingMedian } from './order-statistics.ts';
import { cutWindows, type PreparedRecord } from './prepared-record.ts';
import { rhythmContext, type RhythmContext } from './rhythm-context.ts';
import { correlation, dotOfRows, region, shapesOf, shapeSize, type Shapes } from './shape.ts';

/** A recording's own shapes: what its usual beat looks like, from hour to hour, and which beats are usual. */
export interface BeatTemplates {
  readonly rhythm: RhythmContext;
  /** Samples from the R peak as given to where the beat fits the dominant shape best. */
  readonly shifts: Int8Array;
  /** Windows moved by their shifts: row-major (beat, lead, sample). */
  readonly aligned: Float32Array;
  readonly shapes: Shapes;
  readonly clusters: Clusters;
  /** Cluster of the patient's usual beat. */
  readonly dominant: number;
  /** Beats that the usual is measured on, rising. */
  readonly references: Int32Array;
  /** Running templates: row-major (template, lead, sample). */
  readonly templates: Float32Array;
  /** Template of each beat. */
  readonly templateOf: Int32Array;
  /** Median of the largest other shape, (lead, sample); undefined where all beats look alike. */
  readonly second: Float32Array | undefined;
}

const mostShift = 10;
/** What one sample of shift must gain in correlation; keeps flat optima near the R peak as given. */
const shiftCost = 0.004;
const secondLeadWeight = 0.4;
const alignRegion = region(-0.12, 0.22);
/** Beats of a template, enough to average noise out and few enough to follow a slow drift. */
const beatsPerTemplate = 101;
/** Fewer reference beats than this tell no usual: all beats are taken then. */
const fewestReferences = 5;
/** A shape seen once may be an artifact. */
const fewestForSecond = 2;

/** Finds a recording's templates without any label. A recording without beats has none. */
export function findTemplates(record: PreparedRecord): BeatTemplates {
  const rhythm = rhythmContext(record.beatTimesS);
  const shifts = bestShifts(record, usualWindow(record, rhythm));
  const aligned = cutWindows(record, shifts);
  const shapes = shapesOf(aligned);
  const clusters = clusterShapes(shapes);
  const dominant = dominantCluster(clusters, rhythm);
  const dominantShape = shapesOf(medianWindow(aligned, membersOf(clusters, dominant)));
  const references = referenceBeats(shapes, dominantShape, clusters, dominant, rhythm);
  return {
    rhythm,
    shifts,
    aligned,
    shapes,
    clusters,
    dominant,
    references,
    ...runningTemplates(aligned, references, record.beatTimesS),
    second: secondTemplate(aligned, clusters, dominant, dominantShape),
  };
}

/** The usual beat where R peaks are taken as given. */
function usualWindow(record: PreparedRecord, rhythm: RhythmContext): Float32Array {
  const asGiven = cutWindows(record, new Int8Array(record.beatSamples.length));
  const clusters = clusterShapes(shapesOf(asGiven));
  return medianWindow(asGiven, membersOf(clusters, dominantCluster(clusters, rhythm)));
}

/** Members of a cluster, at most 999 spread over the recording: enough for a median. */
function membersOf({ clusterOf }: Clusters, cluster: number): number[] {
  const members = [...clusterOf.keys()].filter((beat) => clusterOf[beat] === cluster);
  const step = Math.max(1, members.length / 999);
  return Array.from({ length: Math.min(members.length, 999) }, (_, i) => members[Math.floor(i * step)]);
}

/** The largest cluster; one whose beats come early is an ectopic rhythm and counts 0.3 of its size. */
function dominantCluster({ clusterOf, sizes }: Clusters, { pre5 }: RhythmContext): number {
  const pre5Sums = new Float64Array(sizes.length);
  for (const [beat, cluster] of clusterOf.entries()) pre5Sums[cluster] += pre5[beat];
  const weights = sizes.map((size, cluster) => (pre5Sums[cluster] / size < -0.15 ? 0.3 * size : size));
  return weights.indexOf(Math.max(...weights));
}

/** Sample-wise median of some beats' windows: (lead, sample); zeros of none. */
function medianWindow(windows: Float32Array, beats: readonly number[]): Float32Array {
  const size = 2 * windowSamples;
  const column = new Float64Array(beats.length);
  return Float32Array.from({ length: size }, (_, i) => {
    for (const [row, beat] of beats.entries()) column[row] = windows[beat * size + i];
    return beats.length > 0 ? medianOf(column) : 0;
  });
}

/** For every beat the shift at which it correlates best with the usual window; 0 where the recording's end is near. */
function bestShifts(record: PreparedRecord, usual: Float32Array): Int8Array {
  const { leads, beatSamples } = record;
  const weights = leads.length > 1 ? [1 / (1 + secondLeadWeight), secondLeadWeight / (1 + secondLeadWeight)] : [1];
  return Int8Array.from(beatSamples, (beatSample) => {
    const windowAt = beatSample - windowBefore;
    const isInside =
      windowAt - mostShift + alignRegion.from >= 0 && windowAt + mostShift + alignRegion.to <= leads[0].samples.length;
    let best = 0;
    let bestScore = -Infinity;
    for (let shift = -mostShift; isInside && shift <= mostShift; shift++) {
      let score = -shiftCost * Math.abs(shift);
      for (const [lead, { samples }] of leads.entries())
        score += weights[lead] * correlation(samples, windowAt + shift, usual, lead * windowSamples, alignRegion);
      if (score <= bestScore) continue;
      best = shift;
      bestScore = score;
    }
    return best;
  });
}

/**
 * Beats that the usual is measured on: of the dominant shape, correlated above .8 with its median, in time or nearly.
 * Where these are too few the rule is loosened, last to all beats.
 */
function referenceBeats(
  shapes: Shapes,
  dominantShape: Shapes,
  { clusterOf }: Clusters,
  dominant: number,
  { pre5 }: RhythmContext,
): Int32Array {
  const members = [...clusterOf.keys()].filter(
    (beat) =>
      clusterOf[beat] === dominant &&
      dotOfRows(shapes.units, beat * shapeSize, dominantShape.units, 0, shapeSize) > 0.8,
  );
  const inTime = members.filter((beat) => pre5[beat] > -0.12 && pre5[beat] < 0.35);
  const enough = [inTime, members].find(({ length }) => length >= fewestReferences);
  return Int32Array.from(enough ?? clusterOf.keys());
}

/** For every beat the sample-wise median of the reference beats nearest in time. */
function runningTemplates(aligned: Float32Array, references: Int32Array, beatTimesS: Float64Array) {
  const size = 2 * windowSamples;
  const count = Math.min(beatsPerTemplate, references.length);
  const templateOf = new Int32Array(beatTimesS.length);
  // Reference beats [from, from + count) are nearest; from only rises, so one template serves each value it takes.
  let from = 0;
  for (let beat = 0; beat < templateOf.length; beat++) {
    const at = beatTimesS[beat];
    while (
      from + count < references.length &&
      beatTimesS[references[from + count]] - at < at - beatTimesS[references[from]]
    )
      from++;
    templateOf[beat] = from;
  }
  const templateCount = references.length === 0 ? 0 : from + 1;
  const templates = new Float32Array(templateCount * size);
  for (let i = 0; i < size; i++) {
    const values = new SlidingMedian(count + 1);
    for (let r = 0; r < count; r++) values.add(aligned[references[r] * size + i]);
    for (let t = 0; t < templateCount; t++) {
      if (t > 0) {
        values.remove(aligned[references[t - 1] * size + i]);
        values.add(aligned[references[t + count - 1] * size + i]);
      }
      templates[t * size + i] = values.median();
    }
  }
  return { templates, templateOf };
}

/** Median of the largest cluster that is not the dominant shape in another guise. */
function secondTemplate(aligned: Float32Array, clusters: Clusters, dominant: number, dominantShape: Shapes) {
  for (const [cluster, size] of clusters.sizes.entries()) {
    if (cluster === dominant || size < fewestForSecond) continue;
    const median = medianWindow(aligned, membersOf(clusters, cluster));
    if (dotOfRows(shapesOf(median).units, 0, dominantShape.units, 0, shapeSize) < 0.85) return median;
  }
  return undefined;
}
