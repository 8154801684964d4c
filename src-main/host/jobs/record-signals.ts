import { physicalOf } from '../../domain/record.ts';
import { openSignal } from '../../store/signal-reader.ts';

/** A record's signals in physical units, whole, as detector and models read them. */
export interface RecordSignals {
  readonly samplingHz: number;
  readonly lengthSamples: number;
  /** NaN where a sample is invalid. */
  readonly leads: readonly { readonly name: string; readonly physical: Float32Array }[];
}

/** Reads all samples of a record from the workspace's signal file. */
export function readSignals(workspaceFolder: string, signalHash: string): RecordSignals {
  const signal = openSignal(workspaceFolder, signalHash);
  try {
    const { header } = signal;
    return {
      samplingHz: header.samplingHz,
      lengthSamples: header.lengthSamples,
      leads: header.leads.map((lead, index) => ({
        name: lead.name,
        physical: physicalOf(signal.samples(index, 0, header.lengthSamples), lead),
      })),
    };
  } finally {
    signal.close();
  }
}

/** The sampling rate of a signal file. */
export function samplingHzOf(workspaceFolder: string, signalHash: string): number {
  const signal = openSignal(workspaceFolder, signalHash);
  try {
    return signal.header.samplingHz;
  } finally {
    signal.close();
  }
}
