import type { RecordSummary } from '../../../src-main/contract/records.ts';
import type { CommandGroup } from '../../state/commands.svelte.ts';
import type { Session } from '../../state/session.svelte.ts';
import { libraryText } from '../../text/library.ts';
import type { Library } from './library.svelte.ts';

/** What the library's parts do when a command asks for it. */
export interface LibraryActs {
  readonly importFiles: () => void;
  readonly importFolder: () => void;
  readonly openDemo: () => void;
  readonly find: () => void;
  readonly classify: (records: readonly RecordSummary[]) => void;
  readonly detect: (record: RecordSummary) => void;
  readonly askExport: () => void;
  readonly askRemove: () => void;
}

export function libraryCommands(session: Session, library: Library, acts: LibraryActs): CommandGroup[] {
  const text = libraryText.commands;
  const always = () => true;
  const isConnected = () => session.connection === 'open';
  const hasRecord = () => session.record !== undefined;
  const hasActed = () => isConnected() && library.acted.length > 0;
  return [
    {
      title: libraryText.group,
      commands: [
        {
          id: 'library.import',
          title: libraryText.importFiles,
          key: 'Ctrl+O',
          canRun: isConnected,
          run: acts.importFiles,
        },
        {
          id: 'library.import-folder',
          title: libraryText.importFolder,
          key: 'Ctrl+Shift+O',
          canRun: isConnected,
          run: acts.importFolder,
        },
        { id: 'library.demo', title: text.demo, canRun: isConnected, run: acts.openDemo },
        { id: 'library.find', title: text.find, key: '/', canRun: always, run: acts.find },
        {
          id: 'library.review',
          title: text.review,
          key: 'Enter',
          canRun: hasRecord,
          run: () => session.goTo('review'),
        },
        {
          id: 'library.classify',
          title: text.classify,
          canRun: () => hasActed() && library.acted.some((record) => record.positionsFrom !== null),
          run: () => acts.classify(library.acted.filter((record) => record.positionsFrom !== null)),
        },
        {
          id: 'library.detect',
          title: text.detect,
          canRun: () => isConnected() && session.record?.positionsFrom === null,
          run: () => acts.detect(session.record!),
        },
        { id: 'library.export', title: text.export, key: 'Ctrl+E', canRun: hasActed, run: acts.askExport },
        {
          id: 'library.report',
          title: text.report,
          key: 'Ctrl+P',
          canRun: hasRecord,
          run: () => session.goTo('report'),
        },
        { id: 'library.remove', title: text.remove, key: 'Del', canRun: hasActed, run: acts.askRemove },
        {
          id: 'library.check-all',
          title: text.checkAll,
          key: 'Ctrl+A',
          canRun: always,
          run: () => library.checkAll(true),
        },
        {
          id: 'library.check-none',
          title: text.checkNone,
          key: 'Esc',
          canRun: () => library.checked.length > 0,
          run: () => library.checkAll(false),
        },
      ],
    },
  ];
}
