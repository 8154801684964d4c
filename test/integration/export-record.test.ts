import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ExportFormat } from '../../src-main/domain/export-format.ts';
import { gapSample, physicalOf, type RecordHeader, type RecordId } from '../../src-main/domain/record.ts';
import { openRecording } from '../../src-main/formats/recording.ts';
import { writeWfdbRecord } from '../../src-main/formats/wfdb/record-writing.ts';
import { exportRecord } from '../../src-main/host/jobs/export-record.ts';
import { measureQuality } from '../../src-main/host/jobs/measure-quality.ts';
import { measureQuality as keepQuality } from '../../src-main/library/measure-quality.ts';
import { annotationSetsOf } from '../../src-main/store/annotation-sets.ts';
import { stepsOf } from '../../src-main/store/edit-steps.ts';
import { episodesOf } from '../../src-main/store/episodes.ts';
import { temporaryFolder } from '../support/program.ts';
import { type ImportingWorkspace, importingWorkspace } from '../support/importing-workspace.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let workspace: ImportingWorkspace;
beforeEach(async () => {
  folder = await temporaryFolder();
  workspace = importingWorkspace(join(folder.path, 'workspace'));
});
afterEach(async () => {
  workspace.close();
  await folder.remove();
});

/** Ten seconds of two leads whose samples take so many bits, without a sample from 3 s to 7 s. */
async function importedOf(bits: number) {
  const highest = 2 ** (bits - 1) - 1;
  const header: RecordHeader = {
    name: `of ${bits} bits`,
    samplingHz: 250,
    lengthSamples: 2500,
    leads: ['MLII', 'V5'].map((name) => ({ name, unit: 'mV', gain: 200, baseline: 0, isCalibrated: true })),
    notes: ['Jane Doe'],
  };
  const leads = [1, -1].map((sign) =>
    Int32Array.from({ length: 2500 }, (_, i) => (i >= 750 && i < 1750 ? gapSample : sign * (highest - (i % 9)))),
  );
  const source = join(folder.path, `b${bits}`);
  mkdirSync(source);
  await writeWfdbRecord(source, { ...header, name: 'rec' }, [{ fromSample: 0, leads }], bits <= 16 ? 16 : 32);
  const [{ recordId }] = await workspace.import(source);
  return { recordId: recordId!, leads };
}

async function exported(recordId: number, format: ExportFormat) {
  const out = join(folder.path, format);
  const { files } = await exportRecord({ recordId, format, folder: out, labels: 'all' }, workspace.context());
  const { header, blocks } = await openRecording(files.find((file) => /\.(hea|edf|bdf|csv)$/.test(file))!);
  const leads = header.leads.map(() => new Int32Array(header.lengthSamples));
  for await (const block of blocks()) block.leads.forEach((part, l) => leads[l].set(part, block.fromSample));
  return { header, leads };
}

it.each([
  [12, ['wfdb', 'edf', 'bdf', 'samples']],
  [16, ['wfdb', 'edf', 'bdf', 'samples']],
  [24, ['wfdb', 'bdf', 'samples']],
  [31, ['wfdb']],
] as const)('a record of %i bits is written as %j without losing a sample or a gap', async (bits, formats) => {
  const { recordId, leads } = await importedOf(bits);
  for (const format of formats) {
    const found = await exported(recordId, format);
    expect([format, found.header.samplingHz, found.header.lengthSamples]).toEqual([format, 250, 2500]);
    expect(JSON.stringify(found.header.notes)).not.toContain('Doe');
    if (format !== 'samples') expect(found.leads).toEqual(leads);
    else
      for (const [l, lead] of leads.entries())
        expect(physicalOf(found.leads[l], found.header.leads[l])).toEqual(physicalOf(lead, { gain: 200, baseline: 0 }));
  }
});

it.each([
  [24, 'edf', 'samples of 24 bits, and EDF holds 16; export it as BDF or WFDB'],
  [31, 'bdf', 'samples of 31 bits, and BDF holds 24; export it as WFDB'],
] as const)('a record of %i bits is not written as %s', async (bits, format, message) => {
  const { recordId } = await importedOf(bits);
  await expect(exported(recordId, format)).rejects.toThrow(message);
});

it('confirmed episodes of bad signal are written to WFDB, and read from there into another workspace', async () => {
  const recordId = (await importedOf(12)).recordId as RecordId;
  const episode = { fromSample: 100, toSample: 600, leads: [1], kind: 'noise' } as const;
  const annotatorId = annotationSetsOf(workspace.db).annotatorId({ kind: 'person', name: 'AB', version: '' });
  const edit = { recordId, annotatorId, madeAtMs: 0, title: '', view: null };
  for (const [expectedRevision, after] of [
    { ...episode, state: 'confirmed' as const },
    { ...episode, fromSample: 2000, toSample: 2500, leads: [0], kind: 'off' as const, state: 'confirmed' as const },
    { ...episode, leads: [0], state: 'rejected' as const },
  ].entries())
    stepsOf(workspace.db).applyEpisodes({ ...edit, expectedRevision, changes: [{ episodeId: null, after }] });
  const beat = { atSample: 50, personSymbol: 'N', isArtifact: false, isForLater: false, isDeleted: false };
  stepsOf(workspace.db).apply({ ...edit, expectedRevision: 3, changes: [{ add: { ...beat, act: 'changed' } }] });
  const out = join(folder.path, 'out');
  await exportRecord({ recordId, format: 'wfdb', folder: out, labels: 'all' }, workspace.context());

  const other = importingWorkspace(join(folder.path, 'other'));
  try {
    const [imported] = await other.import(out);
    const jobs = { measureQuality: (request: { signalHash: string }) => measureQuality(request, context) };
    const context = other.context();
    const handlers = { onProgress: () => undefined, signal: context.signal };
    await keepQuality({ workspace: other, jobs }, imported.recordId!, handlers);
    expect(
      episodesOf(other.db)
        .ofRecord(imported.recordId!)
        .map(({ episodeId: _, ...read }) => read),
    ).toEqual([
      { ...episode, state: 'found' },
      { ...episode, fromSample: 2000, toSample: 2500, leads: [0], kind: 'off', state: 'found' },
    ]);
  } finally {
    other.close();
  }
});
