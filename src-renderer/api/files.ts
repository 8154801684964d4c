import type { CsvGiven } from '../../src-main/domain/csv-table.ts';
import { api } from './client.ts';

interface HostBridge {
  pathOfFile(file: File): string;
}

/** Electron knows where a dropped file lies; a browser does not and sends the bytes to the program on this machine. */
const bridge = (globalThis as { rhythmHost?: HostBridge }).rhythmHost;

/**
 * Imports files that were dropped or chosen. Files of one record (`100.hea`, `100.dat`, `100.atr`) belong together.
 * @param csv  what the reader says of CSV files among them.
 * @returns the import's job.
 */
export async function importFiles(
  files: readonly File[],
  csv: CsvGiven | undefined,
  onSending: (sent: number, all: number) => void,
) {
  if (bridge) return api.records.import({ paths: files.map((file) => bridge.pathOfFile(file)), csv });
  const upload = crypto.randomUUID();
  for (const [index, file] of files.entries()) {
    onSending(index, files.length);
    const response = await fetch(`/upload/${upload}/${encodeURIComponent(file.name)}`, { method: 'PUT', body: file });
    if (!response.ok) throw new Error(await response.text());
  }
  onSending(files.length, files.length);
  return api.records.import({ paths: [], upload, csv });
}
