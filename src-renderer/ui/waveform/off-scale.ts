/** Where a trace leaves its lane, and how far it goes. */
export interface OffScalePeak {
  readonly atSample: number;
  readonly mv: number;
  readonly isAbove: boolean;
}

/**
 * The farthest point of each excursion out of a lane; excursions to one side closer than `joinSamples` are one.
 * @param xs       sample of each point, rising.
 * @param ys       millivolts, NaN in gaps.
 * @param leastMv  lower edge of the lane.
 * @param mostMv   upper edge of the lane.
 */
export function offScalePeaks(
  xs: Float64Array,
  ys: Float32Array,
  count: number,
  leastMv: number,
  mostMv: number,
  joinSamples: number,
): OffScalePeak[] {
  const peaks: OffScalePeak[] = [];
  let open = { side: 0, atSample: 0, mv: 0, lastOut: -Infinity };
  const close = () => {
    if (open.side !== 0) peaks.push({ atSample: open.atSample, mv: open.mv, isAbove: open.side > 0 });
    open = { side: 0, atSample: 0, mv: 0, lastOut: -Infinity };
  };
  for (let i = 0; i < count; i++) {
    const mv = ys[i];
    const side = mv > mostMv ? 1 : mv < leastMv ? -1 : 0;
    if (side === 0) {
      if (xs[i] - open.lastOut > joinSamples) close();
      continue;
    }
    if (side !== open.side) {
      close();
      open = { side, atSample: xs[i], mv, lastOut: xs[i] };
    } else if (mv * side > open.mv * side) {
      open.atSample = xs[i];
      open.mv = mv;
    }
    open.lastOut = xs[i];
  }
  close();
  return peaks;
}
