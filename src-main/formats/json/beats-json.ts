import { beatClasses } from '../../domain/beat-class.ts';
import type { ExportedBeat } from '../../domain/exported-beat.ts';
import type { RecordHeader } from '../../domain/record.ts';

/**
 * Beats as one JSON document: what the record is, then `beats` in order of time with their time in seconds.
 * `probabilities` is an object of class and probability, or null. The header's notes may hold patient data and stay out.
 */
export function beatsJson(header: RecordHeader, beats: Iterable<ExportedBeat>): string {
  const { name, samplingHz, lengthSamples, leads } = header;
  const document = {
    record: { name, samplingHz, lengthSamples, leads: leads.map((lead) => lead.name) },
    beats: Array.from(beats, ({ probabilities, ...beat }) => ({
      timeS: Number((beat.atSample / samplingHz).toFixed(3)),
      ...beat,
      probabilities:
        probabilities && Object.fromEntries(beatClasses.map((beatClass, c) => [beatClass, probabilities[c]])),
    })),
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}
