import { detectBeats as findBeats } from '../../detect/qrs/detect-beats.ts';
import { ecgLeadsOf } from '../../domain/record.ts';
import { openSignal } from '../../store/signal-reader.ts';
import type { EngineJob } from '../supervision/messages.ts';
import { readSignals } from './record-signals.ts';

/** Name and version that the detector's annotations bear. */
const detector = { detector: 'rhythm-qrs', version: '2' } as const;

export const detectBeats: EngineJob<
  { signalHash: string },
  never,
  { detector: string; version: string; atSamples: Int32Array }
> = async ({ signalHash }, { workspaceFolder, progress }) => {
  progress({ fraction: null, doing: 'finding beats', rate: null, secondsLeft: null });
  const { samplingHz, leads } = readSignals(workspaceFolder, signalHash);
  const { header, close } = openSignal(workspaceFolder, signalHash);
  close();
  // A pulse wave peaks long after its beat; where nothing else is there, it is still better than nothing.
  const ecg = ecgLeadsOf(header.leads);
  const heard = ecg.length > 0 ? ecg.map((lead) => leads[lead]) : leads;
  // All leads together find more than the first alone, and go on where it is off or noisy.
  const atSamples = findBeats({ samplingHz, leads: heard.map(({ physical }) => physical) }, { otherLeads: 'fuse' });
  return { ...detector, atSamples };
};
