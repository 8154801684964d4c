import { resample } from '../../src-main/detect/resample.ts';
import type { RecordSignals } from '../../src-main/detect/templates/prepared-record.ts';

/** A copy of a recording at another sampling rate; beats at the nearest sample of their time. */
export const atRate = ({ samplingHz, leads }: RecordSignals, beatSamples: Int32Array, toHz: number) => ({
  signals: {
    samplingHz: toHz,
    leads: leads.map(({ name, physical }) => ({ name, physical: resample(physical, samplingHz, toHz) })),
  },
  beatSamples: beatSamples.map((sample) => Math.round((sample * toHz) / samplingHz)),
});
