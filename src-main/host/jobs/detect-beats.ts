import { detectBeats as findBeats } from '../../detect/qrs/detect-beats.ts';
import type { EngineJob } from '../supervision/messages.ts';
import { readSignals } from './record-signals.ts';

/** Name and version that the detector's annotations bear. */
const detector = { detector: 'rhythm-qrs', version: '1' } as const;

export const detectBeats: EngineJob<
  { signalHash: string },
  never,
  { detector: string; version: string; atSamples: Int32Array }
> = async ({ signalHash }, { workspaceFolder, progress }) => {
  progress({ fraction: null, doing: 'finding beats', rate: null, secondsLeft: null });
  const { samplingHz, leads } = readSignals(workspaceFolder, signalHash);
  // Where the first lead is off, the others fill in: a reader wants every beat.
  const atSamples = findBeats(
    { samplingHz, leads: leads.map(({ physical }) => physical) },
    { otherLeads: 'fill-gaps' },
  );
  return { ...detector, atSamples };
};
