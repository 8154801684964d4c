import { seededRandom } from '../../../../src-main/domain/random.ts';
import type { RecordSignals } from '../../../../src-main/detect/templates/prepared-record.ts';

export interface SimulatedRecord {
  readonly record: RecordSignals;
  readonly beatSamples: Int32Array;
  /** `N`, `A` (normal, the axis turned), `T` (fast), `S` (early, no P wave) or `V` (early, wide, upside down) for each beat. */
  readonly kinds: readonly string[];
}

/** Waves of a beat: seconds from the R peak, width (standard deviation) in seconds, mV in both leads. */
const normalWaves = [
  [-0.16, 0.02, 0.12, 0.1],
  [-0.03, 0.008, -0.1, 0.05],
  [0, 0.011, 1.1, -0.6],
  [0.03, 0.01, -0.2, -0.3],
  [0.26, 0.045, 0.3, 0.15],
];
const wavesOf: Record<string, number[][]> = {
  N: normalWaves,
  A: normalWaves.map(([atS, widthS, first, second]) => [atS, widthS, 0.5 * first - second, -second]),
  T: normalWaves.slice(1, 4),
  S: normalWaves.slice(1),
  V: [
    [0, 0.035, -1.3, 0.9],
    [0.09, 0.04, 0.5, -0.2],
    [0.3, 0.06, 0.5, -0.3],
  ],
};

/**
 * A recording drawn from a formula of time, so that any sampling rate shows the same heart.
 * @param kinds  of the beats, such as `NNNVNNS`.
 */
export function simulatedRecord(kinds: string, samplingHz: number, seed = 1): SimulatedRecord {
  const random = seededRandom(seed);
  const timesS: number[] = [];
  let nextS = 1;
  for (const kind of kinds) {
    const isEarly = kind === 'S' || kind === 'V';
    const earlyS = isEarly ? 0.25 : 0;
    timesS.push(nextS - earlyS);
    nextS +=
      (kind === 'T' ? 0.42 : 0.8) + 0.02 * random.normal() * (kind === 'T' ? 0.2 : 1) - (kind === 'S' ? earlyS : 0);
  }
  const lengthS = nextS + 1;
  const leads = ['MLII', 'V1'].map((name, lead) => {
    const physical = new Float32Array(Math.floor(lengthS * samplingHz));
    for (const [beat, kind] of [...kinds].entries())
      for (const [atS, widthS, ...amplitudes] of wavesOf[kind]) {
        const centre = timesS[beat] + atS;
        const from = Math.max(0, Math.ceil((centre - 6 * widthS) * samplingHz));
        const to = Math.min(physical.length, Math.floor((centre + 6 * widthS) * samplingHz));
        for (let i = from; i < to; i++)
          physical[i] += amplitudes[lead] * Math.exp(-0.5 * ((i / samplingHz - centre) / widthS) ** 2);
      }
    for (let i = 0; i < physical.length; i++) {
      const timeS = i / samplingHz;
      physical[i] += 0.3 * Math.sin(2 * Math.PI * 0.11 * timeS + lead) + 0.012 * Math.sin(2 * Math.PI * 31.7 * timeS);
    }
    return { name, physical };
  });
  return {
    record: { samplingHz, leads },
    beatSamples: Int32Array.from(timesS, (timeS) => Math.round(timeS * samplingHz)),
    kinds: [...kinds],
  };
}

/** Mostly normal beats with some of both ectopic kinds, never two in a row. */
export function mixedRhythm(beats: number, seed = 3): string {
  const random = seededRandom(seed);
  let kinds = 'NNN';
  while (kinds.length < beats) {
    const draw = random.uniform();
    kinds += kinds.endsWith('N') && draw < 0.12 ? (draw < 0.07 ? 'V' : 'S') : 'N';
  }
  return kinds;
}
