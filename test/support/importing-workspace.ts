import type { ImportOutcome } from '../../src-main/contract/records.ts';
import { FormatError } from '../../src-main/domain/format-error.ts';
import { importRecord } from '../../src-main/host/jobs/import-record.ts';
import { migrationsFolder } from '../../src-main/host/program/app-root.ts';
import type { JobContext } from '../../src-main/host/supervision/messages.ts';
import { importRecords } from '../../src-main/library/import-records.ts';
import { openWorkspace, type Workspace } from '../../src-main/store/database.ts';

/** A workspace into which records are imported as the program does, with the engine's job in this process. */
export interface ImportingWorkspace extends Workspace {
  import(...paths: string[]): Promise<ImportOutcome[]>;
  context(): JobContext<never>;
}

export function importingWorkspace(folder: string): ImportingWorkspace {
  const workspace = openWorkspace(folder, { migrationsFolder });
  const context = (): JobContext<never> => ({
    ...{ workspaceFolder: folder, device: 'cpu', signal: new AbortController().signal },
    ...{ post: () => undefined, progress: () => undefined },
  });
  return {
    ...workspace,
    context,
    import: (...paths) =>
      importRecords(
        {
          workspace,
          now: () => 0,
          refusalOf: (error) =>
            error instanceof FormatError ? { kind: error.breach.kind, message: error.message } : undefined,
          jobs: {
            importRecord: (request) => importRecord(request, context()),
            simulateRecord: () => Promise.reject(new Error('nothing is simulated here')),
          },
        },
        paths,
        { signal: new AbortController().signal, onProgress: () => undefined },
        () => undefined,
      ),
  };
}
