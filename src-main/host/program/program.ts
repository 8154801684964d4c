import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from '../../contract/api.ts';
import type { JobId, JobKind } from '../../contract/jobs.ts';
import { recordClassifier } from '../../review/classify-record.ts';
import { KeptBeats } from '../../review/kept-beats.ts';
import { openWorkspace } from '../../store/database.ts';
import { jobsOf } from '../../store/jobs.ts';
import { machineDevices } from '../devices/machine-devices.ts';
import { Cancelled } from '../supervision/job-failed.ts';
import { engineUses } from '../supervision/engine-uses.ts';
import { evaluationApi } from './api/evaluation-api.ts';
import { jobsApi } from './api/jobs-api.ts';
import { recordsApi } from './api/records-api.ts';
import { reportsApi } from './api/reports-api.ts';
import { reviewApi } from './api/review-api.ts';
import { settingsApi } from './api/settings-api.ts';
import { trainingApi } from './api/training-api.ts';
import { migrationsFolder } from './app-root.ts';
import { predictInBackground } from './background-prediction.ts';
import { ensureModel } from './bundled-model.ts';
import { checkExplanationsInBackground } from './explanation-checks.ts';
import { EventHub } from './event-hub.ts';
import { JobBoard } from './job-board.ts';
import { openLog } from './log.ts';
import type { Parts } from './parts.ts';
import { deviceAtStart, readSettings } from './readers.ts';
import { contractResponder } from './respond.ts';
import { webResponder } from './web-responder.ts';

export interface Program {
  readonly parts: Parts;
  readonly api: Api;
  readonly respond: (request: Request) => Promise<Response>;
  /** The PDF behind a page's link to a report. */
  reportPathOfUrl(url: string): string | undefined;
  readonly isClosed: boolean;
  close(): Promise<void>;
}

export interface ProgramOptions {
  readonly workspaceFolder: string;
  readonly host: 'electron' | 'browser';
  /** Computes on this device instead of the one in Settings; else `RHYTHM_DEVICE` names one. */
  readonly device?: string;
}

/**
 * Opens the workspace, the engine and the contract over them.
 * @throws {WorkspaceRefused} where the workspace is open elsewhere or of a newer program.
 */
export async function openProgram({ workspaceFolder, host, device }: ProgramOptions): Promise<Program> {
  const atStart = deviceAtStart(device ?? process.env.RHYTHM_DEVICE);
  mkdirSync(workspaceFolder, { recursive: true });
  const log = openLog(workspaceFolder);
  const workspace = openWorkspace(workspaceFolder, {
    migrationsFolder,
    onSlowQuery: (query, elapsedMs) => log.info({ query, elapsedMs: Math.round(elapsedMs) }, 'slow query'),
  });
  const { db } = workspace;
  const now = Date.now;
  const uploadsFolder = join(workspaceFolder, 'uploads');
  rmSync(uploadsFolder, { recursive: true, force: true }); // what an earlier run received and did not import
  const events = new EventHub();
  const onFault = (error: unknown) => {
    if (!(error instanceof Cancelled)) log.error({ message: error instanceof Error ? error.message : String(error) });
  };
  await ensureModel(db, now());
  const onLog = (line: string) => log.info({ engine: line.slice(0, 500) });
  const devices = await machineDevices({
    asked: () =>
      atStart ? { asked: atStart, askedBy: 'start' } : { asked: readSettings(db).device, askedBy: 'settings' },
    onChanged: () => events.announce({ event: 'onDevicesChanged' }),
    onReplaced: (replaced) => events.announce({ event: 'onDeviceReplaced', replaced }),
    ...{ onLog, now },
  });
  const engine = engineUses(workspaceFolder, devices, onLog);
  const board = new JobBoard(
    {
      started: (kind: JobKind, subject, recordId, atMs) =>
        jobsOf(db).add({ kind, subject, recordId, state: 'running', startedAtMs: atMs, detail: null }) as JobId,
      ended: (jobId, state, sentence, endedAtMs) => jobsOf(db).end(jobId, { state, sentence, endedAtMs }),
    },
    events.announce,
    now,
  );
  const kept = new KeptBeats(db);
  const classifier = recordClassifier({
    workspace,
    kept,
    jobs: engine.review,
    announce: events.announce,
    now,
    onFault,
  });
  const background = predictInBackground({ workspace, board, classifier });
  const checkExplanations = checkExplanationsInBackground({ workspace, board, engine, events, now });
  const parts: Parts = {
    ...{ workspace, kept, events, board, engine, devices, classifier, background, checkExplanations },
    ...{ now, host, onFault, uploadsFolder },
  };
  const reports = reportsApi(parts);
  const api: Api = {
    records: recordsApi(parts),
    review: reviewApi(parts),
    evaluation: evaluationApi(parts),
    training: trainingApi(parts),
    reports: reports.api,
    jobs: jobsApi(parts),
    settings: settingsApi(parts),
  };
  let isClosed = false;
  return {
    parts,
    api,
    respond: webResponder({
      contract: contractResponder(api, events, (fault, cause) => {
        log.warn({ logId: fault.logId, kind: fault.kind });
        if (fault.kind === 'fault') log.error({ logId: fault.logId, stack: (cause as Error).stack });
      }),
      reportPath: reports.pathOf,
      uploadsFolder,
    }),
    reportPathOfUrl: (url) => {
      const jobId = /\/files\/report\/(\d+)$/.exec(url)?.[1];
      return jobId === undefined ? undefined : reports.pathOf(Number(jobId));
    },
    get isClosed() {
      return isClosed;
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      background.close();
      await board.close();
      await classifier.settled();
      engine.close();
      devices.close();
      workspace.close();
    },
  };
}
