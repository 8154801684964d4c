import type { CommandGroup, ScreenCommand } from '../../state/commands.svelte.ts';
import { downloadText } from '../../state/download.ts';
import type { Messages } from '../../state/messages.svelte.ts';
import { evaluateText } from '../../text/evaluate.ts';
import type { Evaluation } from './evaluation.svelte.ts';
import { agreementCsv, comparisonCsv } from './tables.ts';

/** Everything that can be done in Evaluate, beside choosing. */
export function evaluateCommands(evaluation: Evaluation, messages: Messages): CommandGroup[] {
  const text = evaluateText.commands;
  const { people, repeat } = evaluation;
  const isComparison = () => evaluation.view === 'comparison';
  const command = (
    id: string,
    title: string,
    key: string | undefined,
    run: () => unknown,
    canRun = () => true,
  ): ScreenCommand => ({ id: `evaluate.${id}`, title, key, canRun, run: () => void run() });

  const exportCsv = () => {
    const { answer, reference, test } = evaluation;
    const save = (name: string, csv: string) => {
      downloadText(name, csv);
      messages.say(evaluateText.exported(name));
    };
    if (!isComparison() && people.answer) save('agreement.csv', agreementCsv(people.answer));
    else if (answer && reference && test) {
      const [a, b] = [reference, test].map(evaluateText.shortName);
      save(`evaluation-${a}-${b}.csv`.replace(/[^\w.-]+/g, '-'), comparisonCsv(answer, a, b));
    }
  };
  return [
    {
      title: evaluateText.group,
      commands: [
        command('comparison', text.comparison, '1', () => (evaluation.view = 'comparison')),
        command('agreement', text.agreement, '2', () => (evaluation.view = 'agreement')),
        command('swap', text.swap, 'X', evaluation.swap, isComparison),
        command('other-map', text.otherMap, 'M', evaluation.otherMap, isComparison),
        command('standard', text.standard, '0', evaluation.standardize, isComparison),
        command('export', text.exportCsv, 'Ctrl+E', exportCsv, () =>
          isComparison() ? evaluation.answer !== undefined : people.answer !== undefined,
        ),
        command('adjudicate', text.adjudicate, 'D', people.adjudicate, () => people.waiting > 0),
        command('repeat', text.repeat, 'B', repeat.start),
      ],
    },
  ];
}
