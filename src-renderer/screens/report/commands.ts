import type { CommandGroup } from '../../state/commands.svelte.ts';
import type { Session } from '../../state/session.svelte.ts';
import { reportText } from '../../text/report.ts';
import type { ReportDraft } from './draft.svelte.ts';

export function reportCommands(session: Session, draft: ReportDraft, turnTo: (page: number) => void): CommandGroup[] {
  const text = reportText.commands;
  const hasPages = () => draft.preview !== undefined;
  return [
    {
      title: reportText.group,
      commands: [
        {
          id: 'report.write',
          title: text.write,
          key: 'Ctrl+P',
          canRun: () => hasPages() && !draft.isWriting && session.connection === 'open',
          run: () => void draft.write(),
        },
        {
          id: 'report.open',
          title: text.open,
          canRun: () => draft.address !== undefined,
          run: () => void window.open(draft.address, '_blank'),
        },
        {
          id: 'report.next-unconfirmed',
          title: text.next,
          key: 'J',
          canRun: () => hasPages() && draft.toConfirm.length > 0,
          run: draft.goToNext,
        },
        {
          id: 'report.next-page',
          title: text.nextPage,
          key: 'PgDn',
          canRun: hasPages,
          run: () => turnTo(draft.page + 1),
        },
        {
          id: 'report.previous-page',
          title: text.previousPage,
          key: 'PgUp',
          canRun: hasPages,
          run: () => turnTo(draft.page - 1),
        },
      ],
    },
  ];
}
