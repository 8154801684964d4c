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
  /** For each beat the cluster of the usual beat thereabouts: the dominant one, or another that takes its place for minutes. */
  readonly usualOf: Int32Array;
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
/** A shape whose beats come as early as this, as ln(pre / mean5), is an ectopic one. */
const earlyOnAverage = -0.15;
/** A shape seen once may be an artifact. */
const fewestForSecond = 2;
/** Where another shape than the recording's most frequent one is the usual one for a while: a turned axis, a changed conduction. */
const elsewhereUsual = {
  reachS: 100, // a shorter while is not told from a run of ectopic beats
  fewestBeats: 30, // of the whole recording
  leastShare: 0.5, // of the beats thereabouts
  mostOfDominant: 0.7, // beats of the most frequent shape to one of the other
};

/** Finds a recording's templates without any label. A recording without beats has none. */
export function findTemplates(record: PreparedRecord): BeatTemplates {
  const rhythm = rhythmContext(record.beatTimesS);
  const shifts = bestShifts(record, usualWindow(record, rhythm));
  const aligned = cutWindows(record, shifts);
  const shapes = shapesOf(aligned);
  const clusters = clusterShapes(shapes);
  const dominant = dominantCluster(clusters, rhythm);
  const usualOf = usualClusters(clusters, dominant, rhythm, record.beatTimesS);
  const medians = new Map(
    Array.from(new Set(usualOf).add(dominant), (cluster) => {
      const median = medianWindow(aligned, membersOf(clusters, cluster));
      return [cluster, shapesOf(median)] as const;
    }),
  );
  const references = referenceBeats(shapes, medians, clusters, usualOf, rhythm);
  return {
    rhythm,
    shifts,
    aligned,
    shapes,
    clusters,
    dominant,
    usualOf,
    references,
    ...runningTemplates(aligned, references, usualOf, record.beatTimesS),
    second: secondTemplate(aligned, clusters, medians, medians.get(dominant)!),
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
function dominantCluster({ clusterOf, sizes }: Clusters, { pre5OfAll }: RhythmContext): number {
  const pre5Sums = new Float64Array(sizes.length);
  for (const [beat, cluster] of clusterOf.entries()) pre5Sums[cluster] += pre5OfAll[beat];
  const weights = sizes.map((size, cluster) => (pre5Sums[cluster] / size < earlyOnAverage ? 0.3 * size : size));
  return weights.indexOf(Math.max(...weights));
}

/**
 * For each beat the cluster of the usual beat thereabouts: the dominant one, but where for a while most beats are of
 * another that comes in time.
 */
function usualClusters(
  { clusterOf, sizes }: Clusters,
  dominant: number,
  { pre5OfAll }: RhythmContext,
  beatTimesS: Float64Array,
): Int32Array {
  const { reachS, fewestBeats, leastShare, mostOfDominant } = elsewhereUsual;
  const counts = new Int32Array(sizes.length);
  const pre5Sums = new Float64Array(sizes.length);
  const count = (beat: number, one: 1 | -1) => {
    counts[clusterOf[beat]] += one;
    pre5Sums[clusterOf[beat]] += one * pre5OfAll[beat];
  };
  let from = 0;
  let to = 0;
  return Int32Array.from(clusterOf, (_, beat) => {
    for (; to < clusterOf.length && beatTimesS[to] < beatTimesS[beat] + reachS; to++) count(to, 1);
    for (; beatTimesS[from] < beatTimesS[beat] - reachS; from++) count(from, -1);
    let most = dominant;
    for (const [cluster, found] of counts.entries())
      if (found > counts[most] && pre5Sums[cluster] / found >= earlyOnAverage) most = cluster;
    const isUsual =
      sizes[most] >= fewestBeats &&
      counts[most] >= leastShare * (to - from) &&
      counts[dominant] <= mostOfDominant * counts[most];
    return isUsual ? most : dominant;
  });
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
 * Beats that the usual is measured on: of the shape that is usual thereabouts, correlated above .8 with its median, in
 * time or nearly. Where these are too few the rule is loosened, last to all beats.
 * @param medians  shape of each cluster that is usual somewhere.
 */
function referenceBeats(
  shapes: Shapes,
  medians: ReadonlyMap<number, Shapes>,
  { clusterOf }: Clusters,
  usualOf: Int32Array,
  { pre5OfAll }: RhythmContext,
): Int32Array {
  const members = [...clusterOf.keys()].filter(
    (beat) =>
      clusterOf[beat] === usualOf[beat] &&
      dotOfRows(shapes.units, beat * shapeSize, medians.get(usualOf[beat])!.units, 0, shapeSize) > 0.8,
  );
  const inTime = members.filter((beat) => pre5OfAll[beat] > -0.12 && pre5OfAll[beat] < 0.35);
  const enough = [inTime, members].find(({ length }) => length >= fewestReferences);
  return Int32Array.from(enough ?? clusterOf.keys());
}

/** For every beat the sample-wise median of the reference beats nearest in time, of those of its own usual shape. */
function runningTemplates(
  aligned: Float32Array,
  references: Int32Array,
  usualOf: Int32Array,
  beatTimesS: Float64Array,
): Pick<BeatTemplates, 'templates' | 'templateOf'> {
  const templateOf = new Int32Array(beatTimesS.length);
  const parts: Float32Array[] = [];
  let before = 0;
  for (const [usual, beats] of Map.groupBy(usualOf.keys(), (beat) => usualOf[beat])) {
    const own = references.filter((beat) => usualOf[beat] === usual);
    const nearest = own.length > 0 ? own : references;
    const count = Math.min(beatsPerTemplate, nearest.length);
    // Reference beats [from, from + count) are nearest; from only rises, so one template serves each value it takes.
    let from = 0;
    for (const beat of beats) {
      const at = beatTimesS[beat];
      while (from + count < nearest.length && beatTimesS[nearest[from + count]] - at < at - beatTimesS[nearest[from]])
        from++;
      templateOf[beat] = before + from;
    }
    parts.push(slidingMedians(aligned, nearest, count, from + 1));
    before += from + 1;
  }
  const templates = new Float32Array(before * 2 * windowSamples);
  parts.reduce((at, part) => {
    templates.set(part, at);
    return at + part.length;
  }, 0);
  return { templates, templateOf };
}

/** Sample-wise medians of `count` neighbours among some beats, moving on by one: row-major (template, lead, sample). */
function slidingMedians(aligned: Float32Array, beats: Int32Array, count: number, templates: number): Float32Array {
  const size = 2 * windowSamples;
  const medians = new Float32Array(templates * size);
  for (let i = 0; i < size; i++) {
    const values = new SlidingMedian(count + 1);
    for (let r = 0; r < count; r++) values.add(aligned[beats[r] * size + i]);
    for (let t = 0; t < templates; t++) {
      if (t > 0) {
        values.remove(aligned[beats[t - 1] * size + i]);
        values.add(aligned[beats[t + count - 1] * size + i]);
      }
      medians[t * size + i] = values.median();
    }
  }
  return medians;
}

/** Median of the largest cluster that is usual nowhere and not the dominant shape in another guise. */
function secondTemplate(
  aligned: Float32Array,
  clusters: Clusters,
  usual: ReadonlyMap<number, Shapes>,
  dominantShape: Shapes,
) {
  for (const [cluster, size] of clusters.sizes.entries()) {
    if (usual.has(cluster) || size < fewestForSecond) continue;
    const median = medianWindow(aligned, membersOf(clusters, cluster));
    if (dotOfRows(shapesOf(median).units, 0, dominantShape.units, 0, shapeSize) < 0.85) return median;
  }
  return undefined;
}
