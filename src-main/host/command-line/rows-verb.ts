import { beatClasses } from '../../domain/beat-class.ts';
import { rowParts } from '../../formats/rows/row-files.ts';
import { type RowSplit, rowSplits } from '../../formats/rows/split-rows.ts';
import type { RebuiltRowFiles } from '../jobs/rebuild-rows.ts';
import { CommandRefused } from './output.ts';
import { type CommonOptions, type Session, withProgram } from './session.ts';
import { type AddVerb, pathFromHere } from './verb.ts';
import { wholeNumber } from './whole-number.ts';

interface RowsOptions extends CommonOptions {
  readonly from: string;
  readonly out: string;
  readonly split: string;
  readonly seed: string;
}

/** `rhythm rows`: the published rows out of the recordings they were made from. */
export function rowsVerb(addVerb: AddVerb): void {
  addVerb('rows', 'rebuild the 187-value rows of the published set from the MIT-BIH Arrhythmia Database')
    .requiredOption('--from <folder>', 'WFDB records at 360 Hz with their .atr')
    .requiredOption('--out <folder>', 'for mitbih_train.csv, mitbih_test.csv and the record and sample of each row')
    .option(
      '--split <how>',
      'published: at random by beat, in the published sizes; patient: no patient on both sides',
      'published',
    )
    .option('--seed <number>', 'draws the published split', '1')
    .action((options: RowsOptions) => withProgram(options, (session) => rows(session, options)));
}

async function rows({ program, output, follow }: Session, options: RowsOptions): Promise<object> {
  if (!rowSplits.includes(options.split as RowSplit))
    throw new CommandRefused('bad-usage', `--split is ${rowSplits.join(' or ')}, not ${options.split}.`);
  const { board, engine } = program.parts;
  const request = {
    fromFolder: pathFromHere(options.from),
    outFolder: pathFromHere(options.out),
    split: options.split as RowSplit,
    seed: wholeNumber(options.seed, '--seed'),
  };
  const jobId = board.start({
    kind: 'export',
    subject: 'rows',
    run: (onProgress, signal) => engine.rebuildRows(request, { onProgress, signal }),
  });
  const made = await follow<RebuiltRowFiles>(jobId);
  const cells = (counts: readonly (number | string)[]) => counts.map((count) => String(count).padStart(8)).join('');
  output.line(`rows    ${cells([...beatClasses, 'all'])}`);
  for (const part of rowParts) {
    const counts = made.counts[part];
    output.line(`${part.padEnd(8)}${cells([...counts, counts.reduce((sum, count) => sum + count, 0)])}`);
  }
  output.line(
    made.split === 'published'
      ? 'Split at random by beat, as published: each patient has beats on both sides, so figures flatter.'
      : 'Split by patient: none is on both sides.',
  );
  for (const file of made.files) output.line(file);
  return made;
}
