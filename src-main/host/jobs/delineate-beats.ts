import { delineateLeads } from '../../detect/delineation/delineate.ts';
import { ecgLeadsOf, physicalOf } from '../../domain/record.ts';
import type { BeatWaves, Wave } from '../../domain/waves.ts';
import type { DelineateRequest, ReviewJobs } from '../../review/jobs.ts';
import { openSignal } from '../../store/signal-reader.ts';
import type { EngineJob } from '../supervision/messages.ts';

const marginS = 1; // beyond the neighbouring beats: what the filters look at

/** Boundaries of P, QRS and T of one beat in every electrocardiogram, from the stretch around it and its neighbours. */
export const delineateBeat: EngineJob<DelineateRequest, never, Awaited<ReturnType<ReviewJobs['delineate']>>> = async (
  { signalHash, atSamples, index },
  { workspaceFolder },
) => {
  const signal = openSignal(workspaceFolder, signalHash);
  try {
    const { samplingHz, lengthSamples, leads } = signal.header;
    const margin = Math.round(marginS * samplingHz);
    const from = Math.max(0, atSamples[0] - margin);
    const to = Math.min(lengthSamples, atSamples[atSamples.length - 1] + margin);
    const marks = atSamples.map((at) => at - from);
    const shifted = (wave: Wave | undefined): Wave | undefined =>
      wave && { onset: wave.onset + from, peak: wave.peak + from, offset: wave.offset + from };
    const ecg = ecgLeadsOf(leads);
    const signals = ecg.map((lead) => physicalOf(signal.samples(lead, from, to), leads[lead]));
    const measured = delineateLeads(signals, marks, samplingHz).map((beats) => beats[index]);
    return leads.map((_, lead) => {
      const of: BeatWaves | undefined = measured[ecg.indexOf(lead)];
      return { p: shifted(of?.p), qrs: shifted(of?.qrs), t: shifted(of?.t) };
    });
  } finally {
    signal.close();
  }
};
