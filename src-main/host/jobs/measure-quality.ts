import { badStretches, canJudge, qualityBySecond } from '../../detect/quality/signal-quality.ts';
import { isEcgLead, physicalOf } from '../../domain/record.ts';
import type { MeasuredQuality } from '../../library/jobs.ts';
import { openSignal } from '../../store/signal-reader.ts';
import type { EngineJob } from '../supervision/messages.ts';

/** How good each lead is, second by second; one lead is read at a time, in pieces. */
export const measureQuality: EngineJob<{ signalHash: string }, never, MeasuredQuality> = async (
  { signalHash },
  { workspaceFolder, progress, signal: stop },
) => {
  const signal = openSignal(workspaceFolder, signalHash);
  try {
    const { samplingHz, lengthSamples, leads } = signal.header;
    if (!canJudge(samplingHz))
      throw new RangeError(`Signal quality is judged from 100 to 1000 Hz; this record has ${samplingHz} Hz.`);
    const seconds: Uint8Array[] = [];
    for (const [index, lead] of leads.entries()) {
      if (!isEcgLead(lead)) {
        seconds.push(new Uint8Array(0)); // not assessed: what is judged is how surely beats are told
        continue;
      }
      const read = (from: number, to: number) => {
        const fraction = (index + from / lengthSamples) / leads.length;
        progress({ fraction, doing: `signal quality of ${lead.name}`, rate: null, secondsLeft: null });
        return physicalOf(signal.samples(index, from, to), lead);
      };
      seconds.push(qualityBySecond(read, lengthSamples, samplingHz));
      await new Promise(setImmediate); // hears that it is to stop
      stop.throwIfAborted();
    }
    return { seconds, found: badStretches(seconds, lengthSamples, samplingHz) };
  } finally {
    signal.close();
  }
};
