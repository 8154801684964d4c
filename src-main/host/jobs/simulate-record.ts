import type { ImportedRecord } from '../../library/jobs.ts';
import { simulateRecord as simulate } from '../../library/simulated/simulate-record.ts';
import { createSignalWriter } from '../../store/signal-writer.ts';
import type { EngineJob } from '../supervision/messages.ts';

/** The annotator that knows what was simulated. */
const truth = 'truth';
const blockSamples = 65536;

/** Makes a simulated record in the workspace's form, its known beats as a reference annotator. */
export const simulateRecord: EngineJob<{ seed: number; minutes: number }, never, ImportedRecord> = async (
  { seed, minutes },
  { workspaceFolder, progress, signal },
) => {
  progress({ fraction: 0, doing: 'simulating', rate: null, secondsLeft: null });
  const { header, leads, annotations } = simulate({ seed, minutes });
  const writer = createSignalWriter(workspaceFolder, header);
  try {
    for (let from = 0; from < header.lengthSamples; from += blockSamples) {
      signal.throwIfAborted();
      writer.append(leads.map((lead) => lead.subarray(from, from + blockSamples)));
      progress({ fraction: from / header.lengthSamples, doing: 'writing samples', rate: null, secondsLeft: null });
    }
    const { hash, incomingPath } = writer.finish();
    return {
      header,
      signalHash: hash,
      incomingPath,
      source: { files: [], format: 'simulated', readerVersion: `seed ${seed}`, checksumsVerified: false },
      reference: [{ annotator: truth, annotations }],
    };
  } catch (error) {
    writer.abandon();
    throw error;
  }
};
