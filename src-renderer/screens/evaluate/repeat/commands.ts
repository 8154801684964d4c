import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import type { CommandGroup, ScreenCommand } from '../../../state/commands.svelte.ts';
import { evaluateText } from '../../../text/evaluate.ts';
import type { Repeat } from './repeat.svelte.ts';

/** What keys mean while a blinded repeat is on screen. @param then  does something and shows the beat it leads to. */
export function repeatCommands(repeat: Repeat, then: (act: () => void) => void): CommandGroup[] {
  const text = evaluateText.repeat.commands;
  const command = (id: string, title: string, key: string, run: () => unknown, canRun = () => true): ScreenCommand => ({
    ...{ id: `repeat.${id}`, title, key, canRun, run: () => void run() },
  });
  return [
    {
      title: evaluateText.repeat.title,
      commands: [
        ...beatClasses.map((beatClass) =>
          command(`answer-${beatClass}`, text.answer(beatClass), beatClass, () => then(() => repeat.answer(beatClass))),
        ),
        command('next', text.next, '→', () => then(() => repeat.step(1))),
        command('previous', text.previous, '←', () => then(() => repeat.step(-1))),
        command('finish', text.finish, 'Ctrl+Enter', repeat.keep, () => repeat.answered > 0),
        command('leave', text.leave, 'Esc', repeat.leave),
      ],
    },
  ];
}
