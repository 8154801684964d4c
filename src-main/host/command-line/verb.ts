import { resolve } from 'node:path';
import type { Command } from 'commander';

/** Adds a verb with the options that all of them take. */
export type AddVerb = (nameAndArguments: string, description: string) => Command;

/** Paths on the command line are meant from where the reader stands, also under `npm run`. */
export const pathFromHere = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);
