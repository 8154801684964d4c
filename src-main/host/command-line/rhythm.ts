import { Command, CommanderError, Option } from 'commander';
import { FormatError } from '../../domain/format-error.ts';
import { WorkspaceRefused } from '../../store/database.ts';
import { JobFailed } from '../supervision/engine-lane.ts';
import { programVersion } from '../program/api/settings-api.ts';
import { Refusal } from '../program/respond.ts';
import { compareVerb } from './compare-verb.ts';
import { libraryVerbs } from './library-verbs.ts';
import { modelVerbs } from './model-verbs.ts';
import { openVerb } from './open-verb.ts';
import { CommandRefused, Output } from './output.ts';
import { rowsVerb } from './rows-verb.ts';
import { trainingVerbs } from './training-verbs.ts';
import type { AddVerb } from './verb.ts';

/** `rhythm <verb>`: the program without a window, for scripts and tests. Exit code 0 only when all was done. */
const program = new Command('rhythm')
  .description('ECG review without a window. Not a medical device.')
  .version(programVersion)
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

const addVerb: AddVerb = (nameAndArguments, description) =>
  program
    .command(nameAndArguments)
    .description(description)
    .addOption(new Option('--workspace <folder>', 'workspace to work in').default(undefined, "the reader's own"))
    .option('--json', 'one JSON object a line, progress included; the last one holds the result')
    .exitOverride();

openVerb(addVerb);
libraryVerbs(addVerb);
modelVerbs(addVerb);
rowsVerb(addVerb);
trainingVerbs(addVerb);
compareVerb(addVerb);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** One clear sentence, no stack. @returns the exit code. */
function report(error: unknown): number {
  // Help and wrong usage were printed by commander itself.
  if (error instanceof CommanderError) return error.exitCode;
  const output = new Output(process.argv.includes('--json'));
  if (error instanceof CommandRefused) output.error(error.kind, error.file, error.message);
  else if (error instanceof FormatError) output.error(error.breach.kind, error.breach.file, error.message);
  else if (error instanceof JobFailed) output.error(error.failure.kind, error.failure.file, error.message);
  else if (error instanceof WorkspaceRefused) output.error(error.reason, null, error.message);
  else if (error instanceof Refusal) output.error(error.kind, null, error.message);
  else output.error('fault', null, error instanceof Error ? error.message : String(error));
  return 1;
}
