import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportOutcome, RecordsApi, RecordSummary } from '../../../contract/records.ts';
import { canJudge } from '../../../detect/quality/signal-quality.ts';
import { reviewClassMap } from '../../../domain/beat-class.ts';
import { FormatError } from '../../../domain/format-error.ts';
import type { RecordId } from '../../../domain/record.ts';
import { describeCsv } from '../../../formats/csv/table.ts';
import { detectBeats } from '../../../library/detect-beats.ts';
import { importDemo, importRecords, type ImportParts } from '../../../library/import-records.ts';
import { measureQuality } from '../../../library/measure-quality.ts';
import { annotationSetsOf } from '../../../store/annotation-sets.ts';
import { recordsOf } from '../../../store/records.ts';
import { removeSignal } from '../../../store/signal-writer.ts';
import { JobFailed } from '../../supervision/job-failed.ts';
import type { Parts } from '../parts.ts';
import { currentReader, readSettings } from '../readers.ts';
import { Refusal } from '../respond.ts';
import { signalCache } from '../signal-cache.ts';

/** Failures of the engine that are not the file's fault. */
const faults = new Set(['fault', 'engine-ended', 'engine-crashed', 'device-failed']);

export function recordsApi(parts: Parts): RecordsApi {
  const { workspace, events, board, engine, background, now, uploadsFolder } = parts;
  const { db } = workspace;
  const records = recordsOf(db);
  const signals = signalCache(workspace.folder);
  const importParts: ImportParts = {
    workspace,
    jobs: engine.library,
    now,
    refusalOf: (error) => (error instanceof JobFailed && !faults.has(error.failure.kind) ? error.failure : undefined),
  };
  const known = (recordId: RecordId) => {
    const record = records.byId(recordId);
    if (!record) throw new Refusal('no-such-record', 'This record is no longer in the library.');
    return record;
  };

  const detect = (recordId: RecordId) =>
    board.start({
      kind: 'detect',
      subject: known(recordId).header.name,
      recordId,
      sentenceOf: (result) => `${(result as { found: number }).found} beats found`,
      run: async (onProgress, signal) => {
        const jobs = engine.library;
        const detected = await detectBeats({ workspace, jobs, now }, recordId, { onProgress, signal });
        announceRecord(recordId);
        return detected;
      },
    });

  const quality = (recordId: RecordId) =>
    board.start({
      kind: 'quality',
      subject: known(recordId).header.name,
      recordId,
      sentenceOf: (result) => {
        const { episodes } = result as { episodes: number };
        return episodes === 1 ? '1 episode of bad signal' : `${episodes} episodes of bad signal`;
      },
      run: async (onProgress, signal) => {
        const measured = await measureQuality({ workspace, jobs: engine.library }, recordId, { onProgress, signal });
        const revision = records.byId(recordId)?.revision ?? 0;
        events.announce({ event: 'onEpisodesChanged', recordId, revision });
        return measured;
      },
    });

  const announceRecord = (recordId: RecordId) => {
    const revision = records.byId(recordId)?.revision ?? 0;
    events.announce({ event: 'onRecordsChanged' });
    events.announce({ event: 'onBeatsChanged', recordId, revision, cause: 'prediction' });
  };

  /** A record that came in is looked at by itself: beats where it has none, classes, then how good its signal is. */
  const lookAt = async ({ outcome, recordId }: ImportOutcome): Promise<void> => {
    events.announce({ event: 'onRecordsChanged' });
    if (outcome !== 'imported' || recordId === null) return;
    if (known(recordId).seededFromSet === null && (await board.ended(detect(recordId))).state !== 'done') return;
    background.now(recordId);
    if (canJudge(known(recordId).header.samplingHz)) quality(recordId);
  };

  return {
    list: async () => records.list(reviewClassMap).map(summaryOf),
    header: async ({ recordId }) => {
      const { header, source } = known(recordId);
      return { header, source };
    },
    tile: async ({ recordId, level, index }) => signals.of(known(recordId).signalHash).tile(level, index),
    import: async ({ paths, upload, csv, deIdentify = readSettings(db).removeIdentities }) => {
      const uploaded = upload === undefined ? [] : [join(uploadsFolder, upload)];
      if (upload?.match(/[/\\]|^\./)) throw new Refusal('bad-request', 'This is no upload.');
      const subject =
        paths.length === 1 && !deIdentify
          ? (paths[0].split(/[/\\]/).at(-1) ?? '')
          : paths.length === 1
            ? 'one source'
            : `${paths.length} sources`;
      const jobId = board.start({
        kind: 'import',
        subject: upload === undefined ? subject : 'dropped files',
        sentenceOf: (result) => importSentence(result as ImportOutcome[]),
        run: async (onProgress, signal) => {
          try {
            if (uploaded.length > 0) await mkdir(uploaded[0], { recursive: true });
            return await importRecords(
              importParts,
              [...paths, ...uploaded],
              { onProgress, signal },
              (outcome) => void lookAt(outcome).catch(parts.onFault),
              { csv, deIdentify },
            );
          } finally {
            for (const folder of uploaded) await rm(folder, { recursive: true, force: true });
          }
        },
      });
      return { jobId };
    },
    describeCsv: async ({ file, head, isWhole }) => {
      try {
        const { delimiter, hasDecimalComma, headerLines, columns, suggested } = describeCsv(head, file, isWhole);
        return { table: { delimiter, hasDecimalComma, headerLines, columns, suggested } };
      } catch (error) {
        if (error instanceof FormatError) return { sentence: error.message };
        throw error;
      }
    },
    demo: async () => ({
      jobId: board.start({
        kind: 'demo',
        subject: 'simulated demo record',
        sentenceOf: (result) => importSentence(result as ImportOutcome[]),
        run: async (onProgress, signal) => {
          const outcome = await importDemo(importParts, { onProgress, signal });
          void lookAt(outcome).catch(parts.onFault);
          return [outcome];
        },
      }),
    }),
    detect: async ({ recordId }) => ({ jobId: detect(recordId) }),
    measureQuality: async ({ recordId }) => ({ jobId: quality(recordId) }),
    predict: async ({ recordId }) => ({ jobId: background.now(known(recordId).recordId)! }),
    remove: async ({ recordId }) => {
      const { signalHash } = known(recordId);
      const removed = records.remove(recordId);
      if (removed) {
        signals.forget(signalHash);
        removeSignal(workspace.folder, signalHash);
        events.announce({ event: 'onRecordsChanged' });
      }
      return { removed };
    },
    unblind: async ({ recordId }) => {
      known(recordId);
      const sets = annotationSetsOf(db);
      sets.unblind(recordId, currentReader(db), now());
      events.announce({ event: 'onRecordsChanged' });
      return sets.ofRecord(recordId).map(({ setId, annotator }) => ({
        annotator: annotator.name,
        kind: annotator.kind,
        marks: sets.annotations(setId),
      }));
    },
    export: async ({ recordIds, format, folder, labels, deIdentify }) => {
      const target = folder || join(workspace.folder, 'exports');
      const names = recordIds.map((recordId) => known(recordId).header.name);
      return {
        jobId: board.start({
          kind: 'export',
          subject: names.join(', '),
          sentenceOf: (result) => `${(result as { files: string[] }).files.length} files written to ${target}`,
          run: async (onProgress, signal) => {
            const files: string[] = [];
            let annotations = 0;
            for (const recordId of recordIds) {
              const request = { recordId, format, folder: target, labels, deIdentify };
              const exported = await engine.library.exportRecord(request, { onProgress, signal });
              files.push(...exported.files);
              annotations += exported.annotations;
            }
            return { files, annotations };
          },
        }),
      };
    },
  };
}

function importSentence(outcomes: readonly ImportOutcome[]): string {
  const count = (outcome: ImportOutcome['outcome']) => outcomes.filter((o) => o.outcome === outcome).length;
  const parts = [
    [count('imported'), 'imported'],
    [count('already-here'), 'already here'],
    [count('refused'), 'refused'],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, words]) => `${n} ${words}`);
  return said.join(', ') || 'No recording was found there.';
}

type Listed = ReturnType<ReturnType<typeof recordsOf>['list']>[number];
const summaryOf = ({ recordId, header, counts, source, ...record }: Listed): RecordSummary => ({
  recordId,
  name: header.name,
  patient: record.patient,
  isSimulated: record.isSimulated,
  samplingHz: header.samplingHz,
  lengthSamples: header.lengthSamples,
  leadNames: header.leads.map(({ name }) => name),
  sizeBytes: source.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  importedAtMs: record.importedAtMs,
  positionsFrom: record.positionsFrom,
  beats: counts.beats,
  beatsByClass: counts.byClass,
  labelled: counts.beats - counts.unlabelled - counts.artifacts,
  confirmed: counts.confirmed,
  changed: counts.changed,
  forLater: counts.forLater,
  modelHash: record.modelHash,
  unlikeness: record.unlikeness,
  isUnblinded: record.isUnblinded,
});
