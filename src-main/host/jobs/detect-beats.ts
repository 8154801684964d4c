import { detectBeats as findBeats } from '../../detect/qrs/detect-beats.ts';
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
  // All leads together find more than the first alone, and go on where it is off or noisy.
  const atSamples = findBeats({ samplingHz, leads: leads.map(({ physical }) => physical) }, { otherLeads: 'fuse' });
  return { ...detector, atSamples };
};
