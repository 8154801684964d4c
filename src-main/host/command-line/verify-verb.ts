import { readSafetensors, modelHash } from '../../engine/weights/safetensors.ts';
import { modelsOf } from '../../store/models.ts';
import { verifyWorkspace } from '../../store/verification/verify-workspace.ts';
import { CommandRefused } from './output.ts';
import { type CommonOptions, withProgram } from './session.ts';
import type { AddVerb } from './verb.ts';

/** `rhythm verify`: whether a workspace is whole. */
export const verifyVerb = (addVerb: AddVerb): void =>
  void addVerb('verify', 'look whether the workspace is whole: database, signals, models, work that ended').action(
    (options: CommonOptions) =>
      withProgram(options, async ({ program, output }) => {
        const { workspace } = program.parts;
        const models = modelsOf(workspace.db);
        const changed = models.list().filter(({ hash }) => {
          const { weights, metadata } = readSafetensors(new Uint8Array(models.weights(hash)!), 'model weights');
          return modelHash(weights, metadata) !== hash;
        });
        const faults = [
          ...verifyWorkspace(workspace),
          ...changed.map(({ hash }) => `The weights of model ${hash} are not those it was named by.`),
        ];
        for (const fault of faults) output.line(fault);
        if (faults.length > 0)
          throw new CommandRefused('not-whole', `${faults.length} faults were found; nothing was changed.`);
        output.line('The workspace is whole.');
        return { faults };
      }),
  );
