import { devicesVerb } from './devices-verb.ts';
import { evaluateVerb } from './evaluate-verb.ts';
import { libraryVerbs } from './library-verbs.ts';
import { modelVerbs } from './model-verbs.ts';
import { openVerb } from './open-verb.ts';
import { rowsVerb } from './rows-verb.ts';
import { trainingVerbs } from './training-verbs.ts';
import { verifyVerb } from './verify-verb.ts';
import type { AddVerb } from './verb.ts';

/** All verbs that need the program's store or engine. */
export function workspaceVerbs(addVerb: AddVerb): void {
  openVerb(addVerb);
  libraryVerbs(addVerb);
  modelVerbs(addVerb);
  devicesVerb(addVerb);
  rowsVerb(addVerb);
  trainingVerbs(addVerb);
  evaluateVerb(addVerb);
  verifyVerb(addVerb);
}
