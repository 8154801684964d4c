import type { CommandGroup, ScreenCommand } from '../../../state/commands.svelte.ts';
import { episodeText } from '../../../text/episodes.ts';
import type { Panels } from '../panels.svelte.ts';
import type { Review } from '../review.svelte.ts';

/** What can be done with episodes of bad signal. */
export function episodeCommands(review: Review, panels: Panels): CommandGroup {
  const { episodes, parts } = review;
  const text = episodeText.commands;
  const isOpen = () => parts.session.connection === 'open';
  const isCurrent = () => episodes.current !== undefined && isOpen();
  const show = (act: () => void) => () => {
    panels.list = 'noise';
    act();
  };
  const command = (id: string, title: string, key: string, run: () => void, canRun: () => boolean): ScreenCommand => ({
    ...{ id: `review.episode-${id}`, title, key, canRun, run },
  });
  const always = () => review.header !== undefined;
  return {
    title: episodeText.group,
    commands: [
      command(
        'next',
        text.next,
        'E',
        show(() => episodes.step(1)),
        always,
      ),
      command(
        'previous',
        text.previous,
        'Shift+E',
        show(() => episodes.step(-1)),
        always,
      ),
      command('confirm', text.confirm, 'Y', () => episodes.decide('confirmed'), isCurrent),
      command(
        'confirm-all',
        text.confirmAll,
        'Ctrl+Shift+Y',
        show(episodes.confirmAll),
        () => episodes.foundCount > 0 && isOpen(),
      ),
      command('reject', text.reject, 'Shift+Y', () => episodes.decide('rejected'), isCurrent),
      command('change', text.change, 'I', () => (panels.episodeAsked = 'change'), isCurrent),
      command('add', text.add, 'Shift+I', () => (panels.episodeAsked = 'add'), always),
    ],
  };
}
