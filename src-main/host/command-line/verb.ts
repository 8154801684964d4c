import type { Command } from 'commander';

/** Adds a verb with the options that all of them take. */
export type AddVerb = (nameAndArguments: string, description: string) => Command;
