import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import type { BeatState } from '../../../src-main/domain/beat.ts';
import type { Annotation } from '../../../src-main/domain/annotation.ts';
import type { Lead, RecordId } from '../../../src-main/domain/record.ts';
import { type Annotator, type NewAnnotationSet, annotationSetsOf } from '../../../src-main/store/annotation-sets.ts';
import { type Workspace, openWorkspace } from '../../../src-main/store/database.ts';
import { type NewRecord, recordsOf } from '../../../src-main/store/records.ts';
import type { WriteDb } from '../../../src-main/store/table-group.ts';

export const migrationsFolder = new URL('../../../src-main/store/migrations', import.meta.url).pathname;

/** After the test at work; outside of one after the file's tests. The last given comes first. */
function afterwards(clean: () => void): void {
  try {
    onTestFinished(clean);
  } catch {
    afterAll(clean);
  }
}

/** A new empty folder, removed afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rhythm-store-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A workspace in a folder of its own, closed afterwards. */
export function temporaryWorkspace(): Workspace {
  const workspace = openWorkspace(temporaryFolder(), { migrationsFolder });
  afterwards(() => workspace.close());
  return workspace;
}

export const leadNamed = (name: string): Lead => ({ name, unit: 'mV', gain: 200, baseline: 0, isCalibrated: true });

export const mark = (atSample: number, symbol = 'N'): Annotation => ({
  ...{ atSample, symbol },
  ...{ subtype: 0, channel: 0, num: 0, aux: '' },
});

export const newRecord = (name: string, lengthSamples = 1_000_000): NewRecord => ({
  patient: `patient of ${name}`,
  header: { name, samplingHz: 360, lengthSamples, leads: [leadNamed('MLII')], notes: [] },
  signalHash: `hash of ${name}`,
  isSimulated: true,
  source: { files: [], format: 'simulated', readerVersion: '1', checksumsVerified: true },
  importedAtMs: 1_700_000_000_000,
});

export const reference: Annotator = { kind: 'reference', name: 'atr', version: '' };
export const detector: Annotator = { kind: 'program', name: 'detector', version: '1' };
export const reader: Annotator = { kind: 'person', name: 'AB', version: '' };

export const setOf = (annotator: Annotator, annotations: readonly Annotation[]): NewAnnotationSet => ({
  annotator,
  madeAtMs: 1_700_000_000_000,
  annotations,
});

/** Adds a record whose beats are at the given samples. */
export function addRecord(db: WriteDb, name: string, beatSamples: readonly number[]): RecordId {
  const added = recordsOf(db).add(newRecord(name), [
    setOf(
      reference,
      beatSamples.map((atSample) => mark(atSample)),
    ),
  ]);
  if (!added.ok) throw new Error(added.refusal);
  return added.value;
}

export const readerOf = (db: WriteDb) => annotationSetsOf(db).annotatorId(reader);

/** A beat that nobody has said anything of. */
export const untouched: BeatState = {
  ...{ atSample: 0, personSymbol: null, act: null },
  ...{ isArtifact: false, isForLater: false, isDeleted: false },
};

/** The projections of a workspace. */
export const rowsOf = (db: WriteDb) => ({
  beats: db.prepare('SELECT * FROM beats ORDER BY beat_id').all(),
  tallies: db.prepare('SELECT * FROM beat_tallies WHERE beats > 0').all(),
});
