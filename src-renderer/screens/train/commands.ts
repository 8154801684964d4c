import type { CommandGroup } from '../../state/commands.svelte.ts';
import type { Session } from '../../state/session.svelte.ts';
import { trainText } from '../../text/train.ts';
import type { Retraining } from './retraining.svelte.ts';

export interface TrainActs {
  readonly readCard: () => void;
  /** Accepts at once where the rules are met, else asks for a reason. */
  readonly accept: () => void;
}

export function trainCommands(session: Session, retraining: Retraining, acts: TrainActs): CommandGroup[] {
  const text = trainText.commands;
  const isConnected = () => session.connection === 'open';
  const shown = () => retraining.shownModel;
  const isCandidate = () => isConnected() && shown()?.state === 'candidate';
  return [
    {
      title: trainText.group,
      commands: [
        {
          id: 'train.start',
          title: text.train,
          key: 'Ctrl+Enter',
          canRun: () => retraining.obstacle === undefined,
          run: () => void retraining.train(),
        },
        {
          id: 'train.cancel',
          title: text.cancel,
          canRun: () => retraining.runningRun !== undefined,
          run: () => void retraining.cancel(),
        },
        { id: 'train.accept', title: text.accept, canRun: isCandidate, run: acts.accept },
        {
          id: 'train.reject',
          title: text.reject,
          canRun: isCandidate,
          run: () => void retraining.reject(shown()!, ''),
        },
        { id: 'train.card', title: text.card, canRun: () => shown() !== undefined, run: acts.readCard },
        {
          id: 'train.export',
          title: text.export,
          canRun: () => isConnected() && shown() !== undefined,
          run: () => void retraining.exportModel(shown()!),
        },
        {
          id: 'train.use-again',
          title: text.useAgain,
          canRun: () => {
            const model = shown();
            const wasAccepted = model?.state === 'accepted' || model?.state === 'retired';
            return isConnected() && model?.family === 'record' && wasAccepted && !model.isInUse;
          },
          run: () => void retraining.rollBack(shown()!),
        },
      ],
    },
  ];
}
