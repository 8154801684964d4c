import { type BeatTable, labelOrigins } from '../../../src-main/domain/beat.ts';
import { beatClasses } from '../../../src-main/domain/beat-class.ts';
import { seededRandom } from '../../../src-main/domain/random.ts';
import { gapSample, type RecordHeader } from '../../../src-main/domain/record.ts';
import {
  pyramidFactor,
  type SignalTile,
  samplesPerBin,
  tileBins,
  topLevel,
} from '../../../src-main/domain/signal-tile.ts';

const samplingHz = 360;
const gain = 200;
const baseline = 1024;

/** Waves of one beat: amplitude in mV, centre and width in seconds. */
type Wave = readonly [amplitudeMv: number, centerS: number, widthS: number];
const narrow: readonly Wave[] = [
  [0.12, -0.17, 0.025],
  [-0.1, -0.026, 0.008],
  [1.25, 0, 0.011],
  [-0.25, 0.028, 0.01],
  [0.28, 0.27, 0.05],
];
const wide: readonly Wave[] = [
  [1.9, 0.005, 0.032],
  [-0.55, 0.11, 0.045],
  [-0.35, 0.28, 0.06],
];
const leadFactors = [1, -0.65];

/** A record whose every beat is known: half an hour, two leads, some of every class, one gap. */
export interface SimulatedRecord {
  readonly header: RecordHeader;
  readonly beats: BeatTable;
  readonly loadTile: (level: number, index: number) => Promise<SignalTile>;
}

export function simulateRecord(minutes = 30, leads = 2, seed = 7): SimulatedRecord {
  const random = seededRandom(seed).uniform;
  const lengthSamples = minutes * 60 * samplingHz;
  const at: number[] = [];
  const labels: number[] = [];
  let sample = 200;
  let isEarly = false;
  while (sample < lengthSamples - 200) {
    const draw = random();
    const label = draw < 0.06 ? 'V' : draw < 0.085 ? 'S' : draw < 0.095 ? 'F' : draw < 0.099 ? 'Q' : 'N';
    at.push(sample);
    labels.push(beatClasses.indexOf(label));
    const rest = isEarly ? 1.05 : 0.78;
    isEarly = random() < 0.09;
    const rrS = (isEarly ? 0.52 : rest) + 0.06 * Math.sin(at.length / 40) + 0.03 * (random() - 0.5);
    sample += Math.round(rrS * samplingHz);
  }
  const signals = Array.from({ length: leads }, (_, lead) => simulateLead(lead, lengthSamples, at, labels, random));
  const header: RecordHeader = {
    name: 'simulated',
    samplingHz,
    lengthSamples,
    leads: signals.map((_, lead) => ({
      name: ['MLII', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'I', 'II', 'III', 'aVR', 'aVL'][lead],
      unit: 'mV',
      gain,
      baseline,
      isCalibrated: true,
    })),
    notes: [],
  };
  return { header, beats: tableOf(at, labels, random), loadTile: tileLoader(signals) };
}

/** Serves the tiles of signals of equal length. */
export function tileLoader(signals: readonly Int32Array[]): SimulatedRecord['loadTile'] {
  const levels = pyramidOf(signals, signals[0].length);
  return async (level, index) => {
    const stride = level === 0 ? 1 : 2;
    const range = [index * tileBins * stride, (index + 1) * tileBins * stride] as const;
    return { level, index, leads: levels[level].map((lead) => lead.slice(...range)) };
  };
}

function simulateLead(
  lead: number,
  length: number,
  at: readonly number[],
  labels: readonly number[],
  random: () => number,
) {
  const mv = new Float32Array(length);
  for (let i = 0; i < length; i++)
    mv[i] = 0.05 * Math.sin(i / 700) + 0.012 * (random() - 0.5) + 0.015 * Math.sin((i * 2 * Math.PI * 50) / samplingHz);
  const factor = leadFactors[lead % leadFactors.length];
  at.forEach((beat, i) => {
    const isWide = beatClasses[labels[i]] === 'V' || beatClasses[labels[i]] === 'F';
    for (const [amplitude, center, width] of isWide ? wide : narrow) {
      const middle = beat + center * samplingHz;
      const sigma = width * samplingHz;
      const height = amplitude * factor * (beatClasses[labels[i]] === 'F' ? 0.7 : 1);
      for (let k = Math.max(0, Math.ceil(middle - 4 * sigma)); k < Math.min(length, middle + 4 * sigma); k++)
        mv[k] += height * Math.exp(-0.5 * ((k - middle) / sigma) ** 2);
    }
  });
  const digital = Int32Array.from(mv, (value) => baseline + Math.round(value * gain));
  if (lead === 0) digital.fill(gapSample, 40 * samplingHz, 42 * samplingHz);
  return digital;
}

function pyramidOf(signals: readonly Int32Array[], length: number): Int32Array[][] {
  const levels: Int32Array[][] = [[...signals]];
  for (let level = 1; level <= topLevel(length); level++) {
    const stride = level === 1 ? 1 : 2;
    levels.push(
      levels[level - 1].map((finer) => {
        const bins = Math.ceil(length / samplesPerBin(level));
        const coarse = new Int32Array(2 * bins).fill(gapSample);
        for (let unit = 0; unit < finer.length / stride; unit++) {
          const [low, high] = [finer[unit * stride], finer[unit * stride + stride - 1]];
          if (low === gapSample) continue;
          const bin = 2 * Math.floor(unit / pyramidFactor);
          coarse[bin] = coarse[bin] === gapSample ? low : Math.min(coarse[bin], low);
          coarse[bin + 1] = Math.max(coarse[bin + 1], high);
        }
        return coarse;
      }),
    );
  }
  return levels;
}

function tableOf(at: readonly number[], labels: readonly number[], random: () => number): BeatTable {
  const count = at.length;
  const probabilities = new Float32Array(5 * count);
  const origin = new Uint8Array(count);
  labels.forEach((label, i) => {
    const p = random() < 0.8 ? 0.9 + 0.1 * random() : 0.4 + 0.4 * random();
    const draw = random();
    const by = draw < 0.6 ? 'model' : draw < 0.9 ? 'confirmed' : 'changed';
    origin[i] = labelOrigins.indexOf(by);
    const said = by === 'changed' ? (label + 1) % 5 : label;
    for (let c = 0; c < 5; c++) probabilities[5 * i + c] = c === said ? p : (1 - p) / 4;
  });
  return {
    revision: 1,
    beatId: Int32Array.from(at, (_, i) => i + 1),
    atSample: Int32Array.from(at),
    label: Uint8Array.from(labels),
    origin,
    symbols: labels.map((label, i) => (origin[i] === 1 ? ' ' : beatClasses[label])).join(''),
    flags: Uint8Array.from(at, (_, i) => (i % 97 === 50 ? 1 : i % 83 === 20 ? 2 : 0)),
    probabilities,
  };
}
