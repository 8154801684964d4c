import { cpus } from 'node:os';
import type { SettingsApi } from '../../../contract/settings.ts';
import { programVersion } from '../app-root.ts';
import type { Parts } from '../parts.ts';
import { changeSettings, readSettings } from '../readers.ts';

export const settingsApi = ({ workspace, host }: Parts): SettingsApi => ({
  get: async () => {
    const settings = readSettings(workspace.db);
    const processor = `${cpus()[0]?.model.trim() ?? 'processor'}, ${cpus().length} cores`;
    return {
      settings,
      program: {
        version: programVersion,
        host,
        workspaceFolder: workspace.folder,
        device: settings.device === 'auto' ? processor : `${settings.device} (chosen in Settings), ${processor}`,
      },
    };
  },
  change: async (change) => changeSettings(workspace.db, change),
});
