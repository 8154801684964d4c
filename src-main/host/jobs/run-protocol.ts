import { join } from 'node:path';
import { openWorkspaceReadOnly } from '../../store/database.ts';
import { resourcesFolder } from '../program/app-root.ts';
import { type FineTunedFigures, fineTunedFigures } from '../protocols/fine-tuned.ts';
import { type ProtocolName, protocols } from '../protocols/protocols.ts';
import { type Recordings, recordingsInFolders, recordingsInWorkspace } from '../protocols/recordings.ts';
import { measureProtocol, protocolFigures, type ProtocolFigures } from '../protocols/run-protocol.ts';
import { readFolds } from '../record-model/cross-validation.ts';
import { ds1 } from '../record-model/databases.ts';
import type { EngineJob, JobContext } from '../supervision/messages.ts';
import { executorOf, familiarityOf, modelOf } from './engine-models.ts';

export interface ProtocolRequest {
  readonly protocol: ProtocolName;
  /** Recordings to measure on, of those that the protocol names. */
  readonly names: readonly string[];
  /** Where recordings and their reference beats lie as WFDB files; null for those of the workspace. */
  readonly folders: readonly string[] | null;
  /** Null where the protocol measures with folds that come with the program. */
  readonly modelHash: string | null;
  readonly fineTune: 'none' | 'all' | 'each';
}

export interface MeasuredProtocol {
  readonly figures: ProtocolFigures;
  readonly fineTuned: readonly FineTunedFigures[];
  readonly executor: string;
  /** Recordings that each fold had left out. */
  readonly folds: readonly (readonly string[])[] | null;
}

/** Measures a model, or the folds, as a protocol says. */
export const runProtocol: EngineJob<ProtocolRequest, never, MeasuredProtocol> = async (request, context) => {
  if (request.folders) return measured(request, await recordingsInFolders(request.folders), context);
  const workspace = openWorkspaceReadOnly(context.workspaceFolder);
  try {
    return await measured(request, recordingsInWorkspace(workspace), context);
  } finally {
    workspace.close();
  }
};

async function measured(
  { protocol: name, names, modelHash, fineTune }: ProtocolRequest,
  recordings: Recordings,
  { workspaceFolder, device, progress, signal }: JobContext<never>,
): Promise<MeasuredProtocol> {
  const protocol = protocols[name];
  const executor = executorOf(device);
  const startedMs = performance.now();
  const parts = {
    ...{ recordings, executor, signal },
    onProgress: (fraction: number, doing: string) => {
      const goneS = (performance.now() - startedMs) / 1000;
      const secondsLeft = fraction > 0.02 ? (goneS * (1 - fraction)) / fraction : null;
      progress({ fraction, doing, rate: null, secondsLeft });
    },
  };
  const folds = protocol.foldsOf && (await readFolds(join(resourcesFolder, 'models'), protocol.foldsOf));
  const parent = modelHash === null ? undefined : await modelOf(workspaceFolder, modelHash);
  const familiarity = modelHash === null ? undefined : await familiarityOf(workspaceFolder, modelHash);
  const modelFor = (one: string) => (folds ? folds.find(({ leftOut }) => leftOut.includes(one))!.model : parent!);
  const all = await measureProtocol(names, protocol, modelFor, { ...parts, familiarity });
  const fineTuned: FineTunedFigures[] = [];
  const canReplay = name === 'ds2-labels' && (await recordings.missing(ds1)).length === 0;
  if (parent && canReplay && fineTune !== 'none')
    for (const patients of fineTune === 'each' ? (['all', 'one'] as const) : (['all'] as const))
      fineTuned.push(await fineTunedFigures(all, patients, protocol, parent, parts));
  return {
    ...{ figures: protocolFigures(all, protocol), fineTuned },
    executor: `${executor.name} ${executor.device}`,
    folds: folds ? folds.map(({ leftOut }) => leftOut) : null,
  };
}
