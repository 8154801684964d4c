import { delineate } from '../../detect/delineation/delineate.ts';
import { joinLeads } from '../../detect/delineation/joint-leads.ts';
import { isEcgLead, physicalOf } from '../../domain/record.ts';
import type { DelineateRequest, ReviewJobs } from '../../review/jobs.ts';
import { openSignal } from '../../store/signal-reader.ts';
import type { EngineJob } from '../supervision/messages.ts';

const marginS = 1; // beyond the neighbouring beats: what the filters look at

/** Boundaries of P, QRS and T of one beat in every lead, from the stretch around it and its neighbours. */
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
    const shifted = (wave: { onset: number; peak: number; offset: number } | undefined) =>
      wave && { onset: wave.onset + from, peak: wave.peak + from, offset: wave.offset + from };
    const alone = leads.map((lead, leadIndex) => {
      if (!isEcgLead(lead)) return { p: undefined, qrs: undefined, t: undefined };
      const { p, qrs, t } = delineate(physicalOf(signal.samples(leadIndex, from, to), lead), marks, samplingHz)[index];
      return { p: shifted(p), qrs: shifted(qrs), t: shifted(t) };
    });
    return joinLeads(alone);
  } finally {
    signal.close();
  }
};
