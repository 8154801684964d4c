import { ecgLeadsOf, physicalOf, type Lead } from '../../domain/record.ts';
import { openSignal } from '../../store/signal-reader.ts';

/**
 * A record's signals in physical units, whole, as detector and models read them: its electrocardiograms. Where it has
 * none, all it has: a pulse wave peaks long after its beat, which is still better than nothing.
 */
export interface RecordSignals {
  readonly samplingHz: number;
  readonly lengthSamples: number;
  /** NaN where a sample is invalid. */
  readonly leads: readonly { readonly name: string; readonly physical: Float32Array }[];
}

/** Reads a record's samples from the workspace's signal file: each lead when it is asked for, and again when asked again. */
export function readSignals(workspaceFolder: string, signalHash: string): RecordSignals {
  const { header, close } = openSignal(workspaceFolder, signalHash);
  close();
  const { samplingHz, lengthSamples } = header;
  const leads = leadsRead(header.leads).map((lead) => ({
    name: header.leads[lead].name,
    get physical() {
      return readLead(workspaceFolder, signalHash, lead);
    },
  }));
  return { samplingHz, lengthSamples, leads };
}

/** Which leads are read: electrocardiograms, or all where there is none. */
export function leadsRead(leads: readonly Lead[]): number[] {
  const ecg = ecgLeadsOf(leads);
  return ecg.length > 0 ? ecg : [...leads.keys()];
}

/** All samples of a record at once, for whoever reads them again and again. */
export function wholeSignals(workspaceFolder: string, signalHash: string): RecordSignals {
  const { leads, ...rest } = readSignals(workspaceFolder, signalHash);
  return { ...rest, leads: leads.map(({ name, physical }) => ({ name, physical })) };
}

/** Samples that are read at once. */
const piece = 1 << 20;

function readLead(workspaceFolder: string, signalHash: string, lead: number): Float32Array {
  const signal = openSignal(workspaceFolder, signalHash);
  try {
    const { lengthSamples, leads } = signal.header;
    const physical = new Float32Array(lengthSamples);
    for (let from = 0; from < lengthSamples; from += piece)
      physical.set(physicalOf(signal.samples(lead, from, Math.min(lengthSamples, from + piece)), leads[lead]), from);
    return physical;
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
