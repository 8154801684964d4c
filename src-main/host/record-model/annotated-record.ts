import { classOfSymbol } from '../../domain/beat-class.ts';
import { physicalOf } from '../../domain/record.ts';
import { tileBins } from '../../domain/signal-tile.ts';
import { readAnnotationFile } from '../../formats/wfdb/annotation-file.ts';
import { openWfdbRecord } from '../../formats/wfdb/record.ts';
import { signalHasher } from '../../store/signal-file.ts';
import { patientOf, withAtrialFibrillation } from './databases.ts';
import type { AnnotatedRecord } from './measured-record.ts';

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
