import type { CommandGroup } from '../../state/commands.svelte.ts';
import type { Session } from '../../state/session.svelte.ts';
import { settingsText } from '../../text/settings.ts';

export interface SettingsActs {
  readonly keepMeasure: () => void;
  readonly forgetMeasure: () => void;
  readonly copyFolder: () => void;
  readonly tryDevices: () => void;
  readonly canTryDevices: () => boolean;
}

export function settingsCommands(session: Session, acts: SettingsActs): CommandGroup[] {
  const text = settingsText.commands;
  const isConnected = () => session.connection === 'open';
  return [
    {
      title: settingsText.group,
      commands: [
        { id: 'settings.keep-measure', title: text.keep, canRun: isConnected, run: acts.keepMeasure },
        {
          id: 'settings.forget-measure',
          title: text.forget,
          canRun: () => isConnected() && session.settings?.pxPerMm != null,
          run: acts.forgetMeasure,
        },
        {
          id: 'settings.try-devices',
          title: text.tryDevices,
          canRun: () => isConnected() && acts.canTryDevices(),
          run: acts.tryDevices,
        },
        { id: 'settings.copy-folder', title: text.copyFolder, canRun: () => true, run: acts.copyFolder },
      ],
    },
  ];
}
