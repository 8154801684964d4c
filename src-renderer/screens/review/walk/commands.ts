import type { CommandGroup, ScreenCommand } from '../../../state/commands.svelte.ts';
import { reviewText } from '../../../text/review.ts';
import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import { classOf } from '../beat-order.ts';
import type { Review } from '../review.svelte.ts';
import type { Decision } from './decision.svelte.ts';

/** What keys mean while a list of beats is reviewed; they go before those of Review. */
export function walkCommands(review: Review, decision: Decision): CommandGroup[] {
  const { editing, selection, callipers } = review;
  const { session, messages } = review.parts;
  const { walk } = session;
  const text = reviewText.walk;
  const isOpen = () => walk.list !== undefined;
  const go = (step: 1 | -1) => {
    if (!walk.step(step)) messages.say(step > 0 ? text.last : text.first);
  };
  const hasSelected = () => isOpen() && selection.count > 0 && session.connection === 'open';
  /** Where the list asks for reasons, a label waits for its own. */
  const decide = (symbol: string | undefined) => {
    if (symbol !== undefined) decision.choose(symbol);
  };
  const command = (id: string, title: string, key: string, run: () => void, canRun = isOpen): ScreenCommand => ({
    ...{ id: `review.walk-${id}`, title, key, canRun, run },
  });
  return [
    {
      title: text.name,
      commands: [
        command('next', text.next, 'J', () => go(1)),
        command('previous', text.previous, 'K', () => go(-1)),
        command(
          'confirm-next',
          text.confirmNext,
          'Enter',
          () => {
            if (walk.list?.asksWhy) return decide(review.beats && classOf(review.beats, selection.currentIndex));
            editing.confirm();
            go(1);
          },
          hasSelected,
        ),
        ...(walk.list?.asksWhy
          ? beatClasses.map((one) => command(`decide-${one}`, text.decide(one), one, () => decide(one), hasSelected))
          : []),
        command('leave', text.leave, 'Esc', () => (callipers.legs ? callipers.putAway() : walk.leave())),
      ],
    },
  ];
}
