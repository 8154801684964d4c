import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { classOfSymbol } from '../../domain/beat-class.ts';
import { physicalOf } from '../../domain/record.ts';
import { tileBins } from '../../domain/signal-tile.ts';
import { readAnnotationFile } from '../../formats/wfdb/annotation-file.ts';
import { openWfdbRecord } from '../../formats/wfdb/record.ts';
import { signalHasher } from '../../store/signal-file.ts';
import { patientOf, withAtrialFibrillation } from './databases.ts';
import type { AnnotatedRecord } from './measured-record.ts';

/**
 * Looks in some folders, and in those right below them, for WFDB recordings with reference annotations `atr`.
 * @returns the path of a recording by its name, without extension; undefined where there is none.
 */
export async function findRecordings(folders: readonly string[]): Promise<(name: string) => string | undefined> {
  const stems = new Map<string, string>();
  const look = async (folder: string): Promise<string[]> => {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = new Set(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name));
    for (const file of files) {
      const name = file.replace(/\.hea$/, '');
      if (name !== file && files.has(`${name}.atr`) && !stems.has(name)) stems.set(name, join(folder, name));
    }
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  };
  const below: string[] = [];
  for (const folder of folders) below.push(...(await look(folder)));
  for (const folder of below) await look(folder);
  return (name) => stems.get(name);
}

/**
 * Signals in mV, beats of the annotator `atr`, and the hash that the workspace gives the signal.
 * @param path  of the header, without `.hea`.
 */
export async function readAnnotatedRecord(
  path: string,
): Promise<{ readonly record: AnnotatedRecord; readonly signalHash: string }> {
  const { header, clock, blocks } = await openWfdbRecord(path);
  const digital = header.leads.map(() => new Int32Array(header.lengthSamples));
  for await (const { fromSample, leads } of blocks()) leads.forEach((lead, i) => digital[i].set(lead, fromSample));
  const hasher = signalHasher(header);
  for (let from = 0; from < header.lengthSamples; from += tileBins)
    hasher.update(digital.map((lead) => lead.subarray(from, from + tileBins)));
  const { annotations } = await readAnnotationFile(`${path}.atr`, clock);
  const beats = annotations.filter(({ symbol }) => classOfSymbol(symbol, 'literature') !== undefined);
  const record: AnnotatedRecord = {
    name: header.name,
    patient: patientOf(header.name),
    signals: {
      samplingHz: header.samplingHz,
      leads: header.leads.map((lead, i) => ({ name: lead.name, physical: physicalOf(digital[i], lead) })),
    },
    beatSamples: Int32Array.from(beats, ({ atSample }) => atSample),
    symbols: beats.map(({ symbol }) => symbol),
    hasAtrialFibrillation: withAtrialFibrillation.includes(header.name),
  };
  return { record, signalHash: hasher.digest() };
}
