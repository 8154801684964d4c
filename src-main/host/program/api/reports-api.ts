import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReportsApi } from '../../../contract/reports.ts';
import type { RecordId } from '../../../domain/record.ts';
import { pseudonymOf } from '../../../library/de-identify.ts';
import { recordsOf } from '../../../store/records.ts';
import { programVersion } from '../app-root.ts';
import type { Parts } from '../parts.ts';
import { readSettings } from '../readers.ts';
import { Refusal } from '../respond.ts';

/** Reports are made in the engine process: drawing a page takes longer than a keystroke may wait. */
export function reportsApi({ workspace, board, engine, now }: Parts): {
  api: ReportsApi;
  pathOf: (jobId: number) => string | undefined;
} {
  const { db } = workspace;
  const written = new Map<number, string>();
  const nameOf = (recordId: RecordId) => {
    const record = recordsOf(db).byId(recordId);
    if (!record) throw new Refusal('no-such-record', 'This record is no longer in the library.');
    return record.header.name;
  };
  const madeBy = () => {
    const { readerInitials, reportPatientLine } = readSettings(db);
    return { readerInitials, patientLine: reportPatientLine, madeAt: localTime(now()), programVersion };
  };
  const api: ReportsApi = {
    preview: async ({ recordId, sections, map }) => {
      nameOf(recordId);
      return engine.reports.preview({ recordId, sections, map, ...madeBy() });
    },
    write: async ({ recordId, sections, map, path, deIdentify }) => {
      const own = nameOf(recordId);
      const name = deIdentify ? pseudonymOf(recordsOf(db).byId(recordId)!.signalHash) : own;
      const stamp = localTime(now()).replace(/[:T]/g, '-');
      const target = path.endsWith('/')
        ? `${path}${name}.pdf`
        : path || join(workspace.folder, 'reports', `${name}-${stamp}.pdf`);
      const jobId = board.start({
        kind: 'report',
        subject: name,
        recordId,
        sentenceOf: (result) => `${(result as { pages: number }).pages} pages written to ${target}`,
        run: async (onProgress, signal, id) => {
          await mkdir(dirname(target), { recursive: true });
          const request = { recordId, sections, map, path: target, deIdentify, ...madeBy() };
          const { pages } = await engine.reports.write(request, { onProgress, signal });
          written.set(id, target);
          return { path: target, pages };
        },
      });
      return { jobId };
    },
  };
  return { api, pathOf: (jobId) => written.get(jobId) };
}

/** `2026-03-01T14:05`, local time. */
function localTime(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 16);
}
