import { cpus } from 'node:os';
import type { DevicesView, SettingsApi } from '../../../contract/settings.ts';
import { programVersion } from '../app-root.ts';
import type { Parts } from '../parts.ts';
import { changeSettings, readSettings } from '../readers.ts';

export const settingsApi = ({ workspace, host, board, devices }: Parts): SettingsApi => ({
  get: async () => {
    const settings = readSettings(workspace.db);
    const processor = `${cpus()[0]?.model.trim() ?? 'processor'}, ${cpus().length} cores`;
    return {
      settings,
      program: {
        version: programVersion,
        host,
        workspaceFolder: workspace.folder,
        processor,
        device: `${processor}${computingWords(devices.view())}`,
      },
    };
  },
  change: async (change) => {
    const settings = changeSettings(workspace.db, change);
    if (change.device) devices.askedAgain();
    return settings;
  },
  devices: async () => devices.view(),
  tryDevices: async () => ({
    jobId: board.start({
      kind: 'devices',
      subject: 'this computer',
      sentenceOf: (result) => `${predictsAndTrains(result as DevicesView)}.`,
      run: (onProgress, signal) => devices.tryAgain({ onProgress, signal }),
    }),
  }),
});

const predictsAndTrains = ({ predict, train }: DevicesView): string =>
  predict === train ? `${predict} predicts and trains` : `${predict} predicts, ${train} trains`;

/** Nothing where the processor that was just named computes by itself. */
function computingWords(view: DevicesView): string {
  const { asked, askedBy, predict, train } = view;
  if (asked === predict && asked === train)
    return `; ${asked} computes, chosen ${askedBy === 'start' ? 'when the program was started' : 'in Settings'}`;
  return predict === 'cpu' && train === 'cpu' ? '' : `; ${predictsAndTrains(view)}`;
}
