const halfWidthS = 0.004; // a spike has risen and fallen again in 8 ms
const besideS = 0.012; // what it has to stand out of
const leastMv = 0.2;
const leastFactor = 4; // times the largest step beside it
/** Slower recordings show a spike as wide as a narrow R wave. */
const leastHz = 250;

/** Samples of pacing spikes: impulses of a few milliseconds between two stretches much flatter than they are high. */
export function pacingSpikes(signal: Float32Array, samplingHz: number): number[] {
  const spikes: number[] = [];
  if (samplingHz < leastHz) return spikes;
  const half = Math.max(1, Math.round(halfWidthS * samplingHz));
  const beside = Math.round(besideS * samplingHz);
  for (let i = half + beside + 1; i < signal.length - half - beside - 1; i++) {
    const height = Math.abs(signal[i] - (signal[i - half] + signal[i + half]) / 2);
    if (!(height >= leastMv) || Math.abs(signal[i + half] - signal[i - half]) > 0.4 * height) continue;
    let step = 0;
    for (let k = half; k < half + beside; k++) {
      const [before, after] = [signal[i - k] - signal[i - k - 1], signal[i + k] - signal[i + k + 1]];
      step = Math.max(step, Math.abs(before), Math.abs(after));
    }
    if (height >= leastFactor * step) spikes.push(i);
  }
  return spikes;
}

/** The signal with a straight line in the place of each spike. */
export function bridgeSpikes(signal: Float32Array, spikes: readonly number[], samplingHz: number): Float32Array {
  if (spikes.length === 0) return signal;
  const half = Math.max(1, Math.round(halfWidthS * samplingHz));
  const bridged = signal.slice();
  for (const i of spikes) {
    const step = (signal[i + half] - signal[i - half]) / (2 * half);
    for (let k = 1 - half; k < half; k++) bridged[i + k] = signal[i - half] + step * (k + half);
  }
  return bridged;
}
