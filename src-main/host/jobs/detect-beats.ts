import { beatsByBlock } from '../../detect/qrs/detect-beats.ts';
import { physicalOf } from '../../domain/record.ts';
import { openSignal } from '../../store/signal-reader.ts';
import type { EngineJob } from '../supervision/messages.ts';
import { leadsRead } from './record-signals.ts';

/** Name and version that the detector's annotations bear. */
const detector = { detector: 'rhythm-qrs', version: '2' } as const;

/**
 * Beats of a record by all leads together, which find more than the first alone and go on where it is off or noisy; ten
 * minutes are read at a time.
 */
export const detectBeats: EngineJob<
  { signalHash: string },
  never,
  { detector: string; version: string; atSamples: Int32Array }
> = async ({ signalHash }, { workspaceFolder, progress, signal: stop }) => {
  const signal = openSignal(workspaceFolder, signalHash);
  try {
    const { samplingHz, lengthSamples, leads } = signal.header;
    const used = leadsRead(leads);
    const read = (lead: number, from: number, to: number) =>
      physicalOf(signal.samples(used[lead], from, to), leads[used[lead]]);
    const found: number[] = [];
    progress({ fraction: null, doing: 'finding beats', rate: null, secondsLeft: null });
    for (const { beats, toSample } of beatsByBlock({ samplingHz, lengthSamples, leads: used.length, read })) {
      for (const beat of beats) found.push(beat);
      progress({ fraction: toSample / lengthSamples, doing: 'finding beats', rate: null, secondsLeft: null });
      await new Promise(setImmediate); // hears that it is to stop
      stop.throwIfAborted();
    }
    return { ...detector, atSamples: Int32Array.from(found) };
  } finally {
    signal.close();
  }
};
