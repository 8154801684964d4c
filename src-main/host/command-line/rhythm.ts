import { Command, CommanderError, Option } from 'commander';
import { programVersion } from '../program/app-root.ts';
import { compareVerb } from './compare-verb.ts';
import { Output } from './output.ts';
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

// The other verbs bring store and engine with them, which take longer to load than 48 records to compare.
if (process.argv[2] !== 'compare') (await import('./workspace-verbs.ts')).workspaceVerbs(addVerb);
compareVerb(addVerb);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await report(error);
}

/** One clear sentence, no stack. @returns the exit code. */
async function report(error: unknown): Promise<number> {
  // Help and wrong usage were printed by commander itself.
  if (error instanceof CommanderError) return error.exitCode;
  const { kind, file, message } = (await import('./failures.ts')).failureOf(error);
  new Output(process.argv.includes('--json')).error(kind, file, message);
  return 1;
}
