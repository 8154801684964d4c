import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportOutcome } from '../contract/records.ts';
import { isBeatSymbol } from '../domain/annotation.ts';
import type { JobHandlers } from '../contract/jobs.ts';
import type { CsvGiven } from '../domain/csv-table.ts';
import type { RecordId } from '../domain/record.ts';
import { annotationSetsOf } from '../store/annotation-sets.ts';
import type { Workspace } from '../store/database.ts';
import { recordsOf } from '../store/records.ts';
import { publishSignal } from '../store/signal-writer.ts';
import { deIdentified, secretOf } from './de-identify.ts';
import type { ImportedRecord, ImportRequest, LibraryJobs } from './jobs.ts';
import { patientOf } from './known-patients.ts';
import { recordingsAmong } from './sources.ts';

/** A job of the engine that refused for a reason that people can mend. */
export interface RefusedSource {
  readonly kind: string;
  readonly message: string;
}

export interface ImportParts {
  readonly workspace: Workspace;
  readonly jobs: Pick<LibraryJobs, 'importRecord' | 'simulateRecord'>;
  readonly now: () => number;
  /** Tells a refusal of a source from a fault and from cancelling, which both end the import. */
  readonly refusalOf: (error: unknown) => RefusedSource | undefined;
}

export interface ImportChoices {
  readonly csv?: CsvGiven | undefined;
  /** Whether names, identifiers, dates and free text are removed before anything is kept. */
  readonly deIdentify?: boolean | undefined;
}

/**
 * Imports each source whole or not at all; one that is refused does not stop the others.
 * @param paths  headers, records without `.hea`, any file of a record, files of other formats, or folders of them.
 * @param choices  what the reader says of CSV files among them, and whether identities are removed.
 */
export async function importRecords(
  parts: ImportParts,
  paths: readonly string[],
  handlers: JobHandlers,
  onOutcome: (outcome: ImportOutcome) => void,
  { csv, deIdentify = false }: ImportChoices = {},
): Promise<ImportOutcome[]> {
  const outcomes: ImportOutcome[] = [];
  const sources = await recordingsAmong(paths);
  for (const [index, source] of sources.entries()) {
    handlers.signal.throwIfAborted();
    const outcome = await importSource(parts, { path: source, csv }, deIdentify, {
      signal: handlers.signal,
      onProgress: (progress) =>
        handlers.onProgress({
          ...progress,
          doing: `${basename(source)}: ${progress.doing}`,
          fraction: (index + (progress.fraction ?? 0)) / sources.length,
          secondsLeft: sources.length === 1 ? progress.secondsLeft : null,
        }),
    });
    outcomes.push(outcome);
    onOutcome(outcome);
  }
  return outcomes;
}

async function importSource(
  parts: ImportParts,
  request: ImportRequest,
  deIdentify: boolean,
  handlers: JobHandlers,
): Promise<ImportOutcome> {
  const source = basename(request.path);
  try {
    const imported = await parts.jobs.importRecord(request, handlers);
    if (!deIdentify) return await keep(parts, imported, source, false);
    const without = deIdentified(imported, secretOf(parts.workspace.folder));
    return await keep(parts, without, without.header.name, false);
  } catch (error) {
    const refusal = parts.refusalOf(error);
    if (!refusal) throw error;
    const outcome = { source, outcome: 'refused', recordId: null, name: null, beats: 0 } as const;
    return { ...outcome, sentence: refusal.message, kind: refusal.kind };
  }
}

/** Seed and length of the demo record: fixed, so that everyone sees the same and it is made once a workspace. */
export const demoRecord = { seed: 20260301, minutes: 30 } as const;

/** Makes the simulated record, or finds the one that is there. */
export async function importDemo(parts: ImportParts, handlers: JobHandlers): Promise<ImportOutcome> {
  const simulated = await parts.jobs.simulateRecord(demoRecord, handlers);
  return keep(parts, simulated, simulated.header.name, true);
}

/** Annotations that came to a record later, such as `100.atr` after `100.dat`; gives the names of those that are new. */
function addReference(
  { db }: Workspace,
  recordId: RecordId,
  reference: ImportedRecord['reference'],
  madeAtMs: number,
): string[] {
  const sets = annotationSetsOf(db);
  const known = new Set(sets.ofRecord(recordId).map(({ setId }) => setId));
  return reference
    .map(({ annotator: name, annotations }) => {
      const annotator = { kind: 'reference', name, version: '' } as const;
      return { name, setId: sets.add(recordId, { annotator, madeAtMs, annotations }) };
    })
    .filter(({ setId }) => !known.has(setId))
    .map(({ name }) => name);
}

async function keep(
  { workspace, now }: ImportParts,
  { header, signalHash, incomingPath, source, reference }: ImportedRecord,
  sourceName: string,
  isSimulated: boolean,
): Promise<ImportOutcome> {
  const records = recordsOf(workspace.db);
  const present = records.bySignalHash(signalHash);
  if (present) {
    await rm(incomingPath, { force: true });
    const added = addReference(workspace, present.recordId, reference, now());
    return {
      source: sourceName,
      outcome: 'already-here',
      recordId: present.recordId,
      name: present.header.name,
      beats: 0,
      sentence:
        `${sourceName} is already in the library as ${present.header.name}; ` +
        (added.length > 0 ? `its annotations ${added.join(', ')} were added there.` : 'nothing was imported twice.'),
      kind: 'already-imported',
    };
  }
  publishSignal(workspace.folder, incomingPath, signalHash);
  const importedAtMs = now();
  const added = records.add(
    { patient: patientOf(signalHash, header.name), header, signalHash, isSimulated, source, importedAtMs },
    reference.map(({ annotator, annotations }) => ({
      annotator: { kind: 'reference', name: annotator, version: '' },
      madeAtMs: importedAtMs,
      annotations,
    })),
  );
  if (!added.ok) throw new Error(`${sourceName} was imported by another at the same moment`);
  const beats = reference[0]?.annotations.filter(({ symbol }) => isBeatSymbol(symbol)).length ?? 0;
  const outcome = { source: sourceName, outcome: 'imported', name: header.name, beats } as const;
  return { ...outcome, recordId: added.value as RecordId, sentence: '', kind: null };
}
