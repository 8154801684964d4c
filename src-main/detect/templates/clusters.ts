import { dotOfRows, shapeSize, type Shapes } from './shape.ts';

/** Beats of like shape. */
export interface Clusters {
  /** Cluster of each beat. */
  readonly clusterOf: Int32Array;
  /** Beats in each cluster; the largest first. */
  readonly sizes: readonly number[];
}

/** Least correlation with a cluster's centre. */
const leastCorrelation = 0.9;
/** Centres above this are one shape. */
const mergeCorrelation = 0.95;
const leastAmplitudeRatio = 0.6;
/** A recording of noise would found a cluster a beat; past this number a beat joins the nearest one. */
const mostClusters = 300;

/**
 * Groups the beats of a recording by shape without any label: leader clustering (Hartigan 1975, chapter 3) with
 * running means as leaders, then merging of centres that came out alike.
 */
export function clusterShapes({ units, norms }: Shapes): Clusters {
  const beats = norms.length;
  const clusterOf = new Int32Array(beats);
  const centres: Centre[] = [];
  for (let beat = 0; beat < beats; beat++) {
    let best = -1;
    let bestCorrelation = -Infinity;
    const isFull = centres.length >= mostClusters;
    for (const [c, centre] of centres.entries()) {
      const r = dotOfRows(units, beat * shapeSize, centre.sum, 0, shapeSize) / centre.length;
      if (r <= bestCorrelation || (!isFull && (r < leastCorrelation || !isLikeAmplitude(norms[beat], centre))))
        continue;
      best = c;
      bestCorrelation = r;
    }
    if (best < 0) best = centres.push({ sum: new Float32Array(shapeSize), length: 0, count: 0 }) - 1;
    addTo(centres[best], units, norms, beat);
    clusterOf[beat] = best;
  }
  return numberedBySize(clusterOf, mergedInto(centres));
}

/**
 * Which clusters each beat resembles: its own, and those whose centre it correlates with as their members do. Beats on
 * the border of two shapes resemble both.
 * @returns bits, row-major (beat, cluster), each row of ceil(clusters / 32) words.
 */
export function resembledShapes({ units, norms }: Shapes, { clusterOf, sizes }: Clusters): Uint32Array {
  const centres = sizes.map((): Centre => ({ sum: new Float32Array(shapeSize), length: 0, count: 0 }));
  for (const [beat, cluster] of clusterOf.entries()) addTo(centres[cluster], units, norms, beat);
  const words = Math.ceil(sizes.length / 32);
  const bits = new Uint32Array(clusterOf.length * words);
  for (const [beat, own] of clusterOf.entries())
    for (const [c, { sum, length }] of centres.entries())
      if (c === own || dotOfRows(units, beat * shapeSize, sum, 0, shapeSize) > leastCorrelation * length)
        bits[beat * words + (c >> 5)] |= 1 << (c & 31);
  return bits;
}

interface Centre {
  /** Sum of the members' shapes at their own heights. */
  readonly sum: Float32Array;
  /** Length of that sum. */
  length: number;
  count: number;
}

function addTo(centre: Centre, units: Float32Array, norms: Float32Array, beat: number): void {
  let squares = 0;
  for (let i = 0; i < shapeSize; i++) {
    centre.sum[i] += units[beat * shapeSize + i] * norms[beat];
    squares += centre.sum[i] * centre.sum[i];
  }
  centre.length = Math.max(Math.sqrt(squares), 1e-9);
  centre.count++;
}

function isLikeAmplitude(norm: number, centre: Centre): boolean {
  const ratio = (norm * centre.count) / centre.length;
  return ratio >= leastAmplitudeRatio && ratio <= 1 / leastAmplitudeRatio;
}

/** For each cluster the one it ends up in; the larger of two alike takes the smaller, until none are alike. */
function mergedInto(centres: Centre[]): Int32Array {
  const target = Int32Array.from(centres, (_, c) => c);
  const alive = centres.map((_, c) => c).sort((one, other) => centres[other].count - centres[one].count);
  for (let i = 0; i < alive.length; i++)
    for (let j = i + 1; j < alive.length; j++) {
      const large = centres[alive[i]];
      const small = centres[alive[j]];
      const r = dotOfRows(large.sum, 0, small.sum, 0, shapeSize) / (large.length * small.length);
      if (r <= mergeCorrelation || !isLikeAmplitude(small.length / small.count, large)) continue;
      for (let k = 0; k < shapeSize; k++) large.sum[k] += small.sum[k];
      large.length = Math.sqrt(dotOfRows(large.sum, 0, large.sum, 0, shapeSize));
      large.count += small.count;
      for (let c = 0; c < target.length; c++) if (target[c] === alive[j]) target[c] = alive[i];
      alive.splice(j, 1);
      j = i; // the centre has moved: look at all the smaller ones again
    }
  return target;
}

function numberedBySize(clusterOf: Int32Array, target: Int32Array): Clusters {
  const counts = new Int32Array(target.length);
  for (const cluster of clusterOf) counts[target[cluster]]++;
  const order = [...counts.keys()].filter((c) => counts[c] > 0).sort((a, b) => counts[b] - counts[a] || a - b);
  const rank = new Int32Array(target.length);
  for (const [place, cluster] of order.entries()) rank[cluster] = place;
  return { clusterOf: clusterOf.map((cluster) => rank[target[cluster]]), sizes: order.map((c) => counts[c]) };
}
