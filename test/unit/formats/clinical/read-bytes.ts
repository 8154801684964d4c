import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { gapSample } from '../../../../src-main/domain/record.ts';
import { openRecording, type Recording } from '../../../../src-main/formats/recording.ts';

/** Writes files into a folder that goes with the test; gives the path of the first. */
export function written(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'format-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return join(folder, Object.keys(files)[0]);
}

export async function samplesIn(recording: Recording): Promise<Int32Array[]> {
  const { lengthSamples, leads } = recording.header;
  const samples = leads.map(() => new Int32Array(lengthSamples));
  for await (const { fromSample, leads: parts } of recording.blocks())
    parts.forEach((part, l) => samples[l].set(part, fromSample));
  return samples;
}

/** Format, rate, length, lead names and the sum of each lead's samples, gaps left out. */
export async function factsOf(path: string) {
  const recording = await openRecording(path);
  const samples = await samplesIn(recording);
  const { samplingHz, lengthSamples, leads } = recording.header;
  return {
    format: recording.format,
    samplingHz,
    lengthSamples,
    leads: leads.map(({ name }) => name),
    sums: samples.map((lead) => lead.reduce((sum, sample) => (sample === gapSample ? sum : sum + sample), 0)),
  };
}
