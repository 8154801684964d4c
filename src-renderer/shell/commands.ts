import type { CommandGroup } from '../state/commands.svelte.ts';
import { focusRegion } from '../state/regions.ts';
import { type Place, places, type Session } from '../state/session.svelte.ts';
import { shellText } from '../text/shell.ts';

interface ShellActs {
  readonly openPalette: () => void;
  readonly openKeys: () => void;
  readonly changeTheme: () => void;
}

/** Places that a digit goes to; Settings stands apart from the working order. */
export const numberedPlaces: readonly Place[] = places.filter((place) => place !== 'settings');

/** What can be done from anywhere. */
export function shellCommands(session: Session, acts: ShellActs): CommandGroup[] {
  const text = shellText.commands;
  const always = () => true;
  return [
    {
      title: text.group,
      commands: [
        ...numberedPlaces.map((place, i) => ({
          id: `go.${place}`,
          title: text.goTo(shellText.places[place]),
          key: `Alt+${i + 1}`,
          canRun: always,
          run: () => session.goTo(place),
        })),
        {
          id: 'go.settings',
          title: text.goTo(shellText.places.settings),
          key: 'Ctrl+,',
          canRun: always,
          run: () => session.goTo('settings'),
        },
        { id: 'shell.region', title: text.nextRegion, key: 'F6', canRun: always, run: () => focusRegion(1) },
        {
          id: 'shell.region-back',
          title: text.previousRegion,
          key: 'Shift+F6',
          canRun: always,
          run: () => focusRegion(-1),
        },
        { id: 'shell.palette', title: text.palette, key: 'Ctrl+K', canRun: always, run: acts.openPalette },
        { id: 'shell.keys', title: text.keys, key: '?', alsoKeys: ['F1'], canRun: always, run: acts.openKeys },
        { id: 'shell.theme', title: text.theme, canRun: always, run: acts.changeTheme },
      ],
    },
    {
      title: text.history,
      commands: [
        { id: 'shell.undo', title: text.undo, key: 'Ctrl+Z', canRun: always, run: session.undo },
        {
          id: 'shell.redo',
          title: text.redo,
          key: 'Ctrl+Y',
          alsoKeys: ['Ctrl+Shift+Z'],
          canRun: always,
          run: session.redo,
        },
      ],
    },
  ];
}
