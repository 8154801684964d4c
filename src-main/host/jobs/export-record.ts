import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beatClasses, reviewClassMap, symbolOfClass } from '../../domain/beat-class.ts';
import { beatFlags, type BeatTable, labelOrigins } from '../../domain/beat.ts';
import type { ExportedBeat } from '../../domain/exported-beat.ts';
import { annotationsOfEpisodes } from '../../domain/quality-annotations.ts';
import { gapSample, type RecordId } from '../../domain/record.ts';
import { beatsCsv } from '../../formats/csv/beats-csv.ts';
import { writeCsvRecord } from '../../formats/csv/record-writing.ts';
import { writeEdfRecord } from '../../formats/edf/record-writing.ts';
import { beatsJson } from '../../formats/json/beats-json.ts';
import { writeAnnotations } from '../../formats/wfdb/annotation-writing.ts';
import { writeWfdbRecord } from '../../formats/wfdb/record-writing.ts';
import { pseudonymOf } from '../../library/de-identify.ts';
import type { ExportedRecord, ExportRequest } from '../../library/jobs.ts';
import { beatsOf } from '../../store/beats.ts';
import { openWorkspaceReadOnly } from '../../store/database.ts';
import { episodesOf } from '../../store/episodes.ts';
import { recordsOf } from '../../store/records.ts';
import { openSignal, type SignalReader } from '../../store/signal-reader.ts';
import type { EngineJob } from '../supervision/messages.ts';

/** Suffix of the annotation file that an export writes. */
const annotator = 'rhy';
const blockSamples = 65536;

/**
 * Writes a record anew; the files it came from are never touched.
 * Episodes of bad signal are written to WFDB alone, and only those that a person confirmed.
 * `person`: only beats that a person labelled. `all`: every beat with its current label; an unlabelled one as `Q`.
 */
export const exportRecord: EngineJob<ExportRequest, never, ExportedRecord> = async (request, context) => {
  const workspace = openWorkspaceReadOnly(context.workspaceFolder);
  try {
    const record = recordsOf(workspace.db).byId(request.recordId as RecordId);
    if (!record) throw new RangeError('This record is no longer in the library.');
    // Header text may name the patient; it stays in the workspace.
    const name = request.deIdentify ? pseudonymOf(record.signalHash) : record.header.name;
    const header = { ...record.header, name: fileNameOf(name), notes: [] };
    const table = beatsOf(workspace.db).table(record.recordId, reviewClassMap);
    const beats = exportedBeats(table).filter(({ origin }) => request.labels === 'all' || isByPerson(origin));
    await mkdir(request.folder, { recursive: true });
    // Files outside the workspace may be the very ones that were imported: they are never written over.
    const replace = request.folder.startsWith(context.workspaceFolder);
    const flag = replace ? 'w' : 'wx';
    const stem = join(request.folder, header.name);
    context.progress({ fraction: null, doing: `writing ${request.format}`, rate: null, secondsLeft: null });
    if (request.format === 'csv') {
      await writeNew(`${stem}.csv`, beatsCsv(header, beats), flag);
      return { files: [`${stem}.csv`], annotations: beats.length };
    }
    if (request.format === 'json') {
      await writeNew(`${stem}.json`, beatsJson(header, beats), flag);
      return { files: [`${stem}.json`], annotations: beats.length };
    }
    const signal = openSignal(context.workspaceFolder, record.signalHash);
    try {
      const blocks = blocksOf(signal, (read) =>
        context.progress({
          fraction: read / header.lengthSamples,
          doing: 'writing samples',
          rate: null,
          secondsLeft: null,
        }),
      );
      if (request.format === 'samples') {
        await writeCsvRecord(`${stem}.samples.csv`, header, blocks, { replace });
        return { files: [`${stem}.samples.csv`], annotations: 0 };
      }
      const { bits, pauses } = extentOf(signal);
      if (request.format === 'edf' || request.format === 'bdf') {
        const sampleBytes = request.format === 'bdf' ? 3 : 2;
        refuseWide(bits, 8 * sampleBytes, request.format);
        const file = `${stem}.${request.format}`;
        await writeEdfRecord(file, header, blocks, beats.map(annotationOf), { replace, sampleBytes, pauses });
        return { files: [file], annotations: beats.length };
      }
      const files = await writeWfdbRecord(request.folder, header, blocks, wfdbFormatOf(bits), { replace });
      context.signal.throwIfAborted();
      const confirmed = episodesOf(workspace.db)
        .ofRecord(record.recordId)
        .filter(({ state }) => state === 'confirmed');
      const marks = [...beats.map(annotationOf), ...annotationsOfEpisodes(confirmed, header.lengthSamples)];
      marks.sort((a, b) => a.atSample - b.atSample);
      await writeNew(`${stem}.${annotator}`, writeAnnotations(marks), flag);
      return { files: [...files, `${stem}.${annotator}`], annotations: marks.length };
    } finally {
      signal.close();
    }
  } finally {
    workspace.close();
  }
};

async function writeNew(path: string, content: string | Uint8Array, flag: 'w' | 'wx'): Promise<void> {
  try {
    await writeFile(path, content, { flag });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new RangeError(`${path} is there already and is not written over; choose another folder.`, { cause });
  }
}

const isByPerson = (origin: ExportedBeat['origin']) => origin === 'confirmed' || origin === 'changed';

function exportedBeats(table: BeatTable): ExportedBeat[] {
  return Array.from(table.atSample, (atSample, i) => {
    const beatClass = beatClasses[table.label[i]];
    const own = table.symbols[i];
    const p = table.probabilities.subarray(i * beatClasses.length, (i + 1) * beatClasses.length);
    return {
      atSample,
      symbol: own !== ' ' ? own : beatClass ? symbolOfClass[beatClass] : 'Q',
      beatClass: beatClass ?? null,
      origin: labelOrigins[table.origin[i]],
      probabilities: Number.isNaN(p[0]) ? null : Array.from(p),
      isArtifact: (table.flags[i] & beatFlags.artifact) !== 0,
      isForLater: (table.flags[i] & beatFlags.forLater) !== 0,
    };
  });
}

const annotationOf = ({ atSample, symbol }: ExportedBeat) => ({
  ...{ atSample, symbol, subtype: 0, channel: 0, num: 0, aux: '' },
});

function* blocksOf(signal: SignalReader, onRead: (read: number) => void) {
  const { lengthSamples, leads } = signal.header;
  for (let fromSample = 0; fromSample < lengthSamples; fromSample += blockSamples) {
    const to = Math.min(lengthSamples, fromSample + blockSamples);
    yield { fromSample, leads: leads.map((_, lead) => signal.samples(lead, fromSample, to)) };
    onRead(to);
  }
}

/** Letters, digits, - and _ alone, as WFDB's names have them. */
const fileNameOf = (name: string): string => name.replace(/[^\w-]+/g, '_');

/** The shortest WFDB format that holds samples of so many bits. */
const wfdbFormatOf = (bits: number): number => (bits <= 12 ? 212 : bits <= 16 ? 16 : bits <= 24 ? 24 : 32);

function refuseWide(bits: number, most: number, format: 'edf' | 'bdf'): void {
  if (bits <= most) return;
  throw new RangeError(
    `This record has samples of ${bits} bits, and ${format.toUpperCase()} holds ${most}; ` +
      `export it as ${bits <= 24 ? 'BDF or WFDB' : 'WFDB'}.`,
  );
}

/** How many bits the samples take, one value being kept for gaps, and where no lead has a sample. */
function extentOf(signal: SignalReader): { bits: number; pauses: [fromSample: number, toSample: number][] } {
  const pauses: [number, number][] = [];
  let largest = 0;
  for (const { fromSample, leads } of blocksOf(signal, () => undefined))
    for (let i = 0; i < leads[0].length; i++) {
      let isPause = true;
      for (const lead of leads) {
        if (lead[i] === gapSample) continue;
        isPause = false;
        largest = Math.max(largest, Math.abs(lead[i]));
      }
      if (!isPause) continue;
      const at = fromSample + i;
      const last = pauses.at(-1);
      if (last?.[1] === at) last[1]++;
      else pauses.push([at, at + 1]);
    }
  return { bits: Math.floor(Math.log2(Math.max(1, largest))) + 2, pauses };
}
