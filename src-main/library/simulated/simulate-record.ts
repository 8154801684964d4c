import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import type { Annotation } from '../../domain/annotation.ts';
import { seededRandom, type Random } from '../../domain/random.ts';
import { addDisturbances } from './disturbances.ts';
import { episodesOf, isWithin, type Episodes, type Stretch } from './episodes.ts';
import { planRhythm, type PlannedBeat, type Rhythm } from './rhythm.ts';
import { marksOf } from './marks.ts';
import { leadNames, sinusP, wavesOf, type Wave } from './wave-shapes.ts';

export interface SimulationOptions {
  /** The same seed gives the same record. */
  readonly seed: number;
  /** More than 0, up to a day of 1440. */
  readonly minutes: number;
  readonly samplingHz: number;
}

/** As long, as fast and as coarse as a record of the MIT-BIH Arrhythmia Database. */
export const simulationDefaults: SimulationOptions = { seed: 1, minutes: 30, samplingHz: 360 };

export interface SimulatedRecord {
  readonly header: RecordHeader;
  /** Digital samples, gaps `gapSample`. */
  readonly leads: Int32Array[];
  /** Beats, rhythm and noise as they are known from making them, by rising time. */
  readonly annotations: Annotation[];
}

const mostMinutes = 1440;
const gain = 200;
const baseline = 1024;
const breathHz = 0.24;
const breathDepth = 0.07; // of the height of the waves: the heart moves under the electrodes

/**
 * A record of no patient, for the demo, the tests and the manual: sinus rhythm with premature beats of both kinds,
 * bigeminy, couplets, a run, fusion beats and a paced stretch, disturbed as recordings are, and with electrodes off.
 * @throws {RangeError} for a length or a sampling rate out of bounds.
 */
export function simulateRecord(options: Partial<SimulationOptions> = {}): SimulatedRecord {
  const { seed, minutes, samplingHz } = { ...simulationDefaults, ...options };
  if (!(minutes > 0 && minutes <= mostMinutes))
    throw new RangeError(`${minutes} minutes to simulate, expected more than 0 and up to ${mostMinutes}`);
  if (!(samplingHz >= 100 && samplingHz <= 1000))
    throw new RangeError(`sampling rate ${samplingHz} Hz, expected 100 to 1000`);
  const random = seededRandom(seed);
  const durationS = minutes * 60;
  const lengthSamples = Math.round(durationS * samplingHz);
  const episodes = episodesOf(durationS);
  const breathAt = (atS: number) => 2 * Math.PI * breathHz * atS + 1.5 * Math.sin((2 * Math.PI * atS) / 47);
  const rhythm = planRhythm(durationS, episodes, breathAt, random);
  const signals = leadNames.map(() => new Float32Array(lengthSamples));
  addWaves(signals, samplingHz, rhythm, breathAt, random);
  for (const signal of signals) addDisturbances(signal, samplingHz, episodes, breathAt, random);
  const leads = signals.map(digitized);
  for (const stretch of episodes.bothLeadsOff) for (const lead of leads) takeOff(lead, stretch, samplingHz);
  for (const stretch of episodes.firstLeadOff) takeOff(leads[0], stretch, samplingHz);
  return {
    header: {
      name: 'simulated-demo',
      samplingHz,
      lengthSamples,
      leads: leadNames.map((name): Lead => ({ name, unit: 'mV', gain, baseline, isCalibrated: true })),
      notes: ['Simulated by RhythmAttention; no patient'],
    },
    leads,
    annotations: marksOf(heardBeats(rhythm.beats, episodes), episodes, samplingHz, lengthSamples),
  };
}

const heardBeats = (beats: readonly PlannedBeat[], { bothLeadsOff }: Episodes): PlannedBeat[] =>
  beats.filter(({ atS }) => !isWithin(bothLeadsOff, atS));

function addWaves(
  signals: readonly Float32Array[],
  samplingHz: number,
  { beats, blockedAtS }: Rhythm,
  breathAt: (atS: number) => number,
  random: Random,
): void {
  const heightAt = (atS: number) => 1 + breathDepth * Math.sin(breathAt(atS));
  for (const { atS, origin, fusedShare, adaptedRrS } of beats) {
    const height = heightAt(atS) * (1 + 0.02 * random.normal());
    for (const [lead, signal] of signals.entries()) {
      for (const wave of wavesOf(origin, lead, adaptedRrS))
        addWave(signal, samplingHz, atS, wave, height * (1 - fusedShare));
      if (fusedShare > 0)
        for (const wave of wavesOf('outflow-tract', lead, adaptedRrS))
          addWave(signal, samplingHz, atS, wave, height * fusedShare);
    }
  }
  for (const atS of blockedAtS)
    for (const [lead, signal] of signals.entries())
      for (const wave of sinusP[lead]) addWave(signal, samplingHz, atS, wave, heightAt(atS));
}

function addWave(signal: Float32Array, samplingHz: number, beatAtS: number, wave: Wave, height: number): void {
  const centre = (beatAtS + wave.atMs / 1000) * samplingHz;
  const before = (wave.beforeMs / 1000) * samplingHz;
  const after = (wave.afterMs / 1000) * samplingHz;
  const last = Math.min(signal.length - 1, Math.floor(centre + 4 * after));
  for (let i = Math.max(0, Math.ceil(centre - 4 * before)); i <= last; i++) {
    const deviations = (i - centre) / (i < centre ? before : after);
    signal[i] += height * wave.heightMv * Math.exp(-0.5 * deviations * deviations);
  }
}

/** Digital samples in the memory of the signal, which is used up: a day of two leads is a quarter of a gigabyte. */
function digitized(signal: Float32Array): Int32Array {
  const digital = new Int32Array(signal.buffer);
  for (let i = 0; i < signal.length; i++) digital[i] = Math.round(signal[i] * gain) + baseline;
  return digital;
}

const takeOff = (lead: Int32Array, { fromS, toS }: Stretch, samplingHz: number) =>
  lead.fill(gapSample, Math.round(fromS * samplingHz), Math.round(toS * samplingHz));
