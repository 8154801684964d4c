import type { Lead } from '../../../src-main/domain/record.ts';
import { type Beat, labelOrigins, type BeatTable, beatFlags, noLabel } from '../../../src-main/domain/beat.ts';
import type { EpisodeKind, EpisodeState } from '../../../src-main/domain/signal-episode.ts';
import { beatClasses, mostProbable } from '../../../src-main/domain/beat-class.ts';

/** What is written on the paper. */
export const paperWords = {
  name: 'ECG paper',
  overviewName: 'Whole record: RR intervals and beats by class',
  label: 'Label',
  attribution: 'Attrib.',
  rr: 'RR ms',
  rrSeconds: 'RR s',
  peakIn: { lines: ['peak', 'in mV'], short: 'mV' },
  units: ({ unit, isCalibrated }: Lead) =>
    isCalibrated ? { lines: ['in', unit], short: unit } : { lines: ['units', 'not told'], short: 'no mV' },
  gap: 'no samples',
  later: 'later',
  artifact: 'artifact',
  was: (beatClass: string) => `was ${beatClass}`,
  percent: (p: number) => `${Math.round(100 * p)} %`,
  mv: (mv: number) => mv.toFixed(1).replace('-', '\u2212'),
  pulse: (mv: number) => `${mv} mV`,
  envelope: (samplesPerPx: number) =>
    `envelope, ${samplesPerPx < 10 ? samplesPerPx.toFixed(1) : Math.round(samplesPerPx)} samples per px`,
  interval: (ms: number) => `${Math.round(ms)} ms`,
  rate: (ms: number) => `${Math.round(60_000 / ms)} /min`,
  difference: (mv: number) => `${mv.toFixed(2).replace('-', '\u2212')} mV`,
  samples: (count: number) => `${count} samples`,
  marched: 'marched',
  episode: (kind: EpisodeKind, state: EpisodeState) =>
    `${{ noise: 'noise', off: 'lead off', saturated: 'saturated' }[kind]}${state === 'found' ? ', not confirmed' : ''}`,
} as const;

const originWords: Record<Beat['origin'], string> = {
  none: 'not labelled',
  model: 'not confirmed',
  confirmed: 'confirmed',
  changed: 'changed by a person',
};

/** Time as it is spoken: `2 minutes 44.1 seconds`. */
export function spokenTime(sample: number, samplingHz: number): string {
  const tenths = Math.round((sample / samplingHz) * 10);
  const [hours, minutes, seconds] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60, (tenths % 600) / 10];
  const part = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`;
  return [
    ...(hours > 0 ? [part(hours, 'hour')] : []),
    ...(hours > 0 || minutes > 0 ? [part(minutes, 'minute')] : []),
    part(seconds, 'second'),
  ].join(' ');
}

/** One beat as it is read aloud: `Beat 281, 2 minutes 44.1 seconds, N, model 55 percent, not confirmed`. */
export function spokenBeat(beats: BeatTable, index: number, samplingHz: number): string {
  const label = beats.label[index];
  const p = label === noLabel ? NaN : beats.probabilities[index * beatClasses.length + label];
  return [
    `Beat ${index + 1}`,
    spokenTime(beats.atSample[index], samplingHz),
    label === noLabel ? 'no label' : beatClasses[label],
    ...(Number.isNaN(p) ? [] : [`model ${Math.round(100 * p)} percent`]),
    originWords[labelOrigins[beats.origin[index]]],
    ...(beats.flags[index] & beatFlags.artifact ? ['artifact'] : []),
    ...(beats.flags[index] & beatFlags.forLater ? ['for later'] : []),
  ].join(', ');
}

/** What the model says of a beat, as an index into `beatClasses`; undefined where it has not spoken. */
export function modelClass(beats: BeatTable, index: number): number | undefined {
  const offset = index * beatClasses.length;
  return Number.isNaN(beats.probabilities[offset]) ? undefined : mostProbable(beats.probabilities, offset);
}
