import { importModel } from './import-model.ts';
import { CommandRefused } from './output.ts';
import { type CommonOptions, deviceOption, type Session, withProgram } from './session.ts';
import { type AddVerb, pathFromHere } from './verb.ts';
import { verifyModels, type VerifyOptions } from './verify-models.ts';

type ModelOptions = CommonOptions & VerifyOptions & { readonly reason: string; readonly out?: string };

/** Verbs on models. */
export function modelVerbs(addVerb: AddVerb): void {
  addVerb(
    'models <action> [hash]',
    'list, accept, reject, rollback, export or verify model versions; import FILE.keras',
  )
    .option('--reason <text>', 'why; kept with the decision', '')
    .option('--out <folder>', 'folder for an export')
    .addOption(deviceOption())
    .option('--databases <folders...>', 'verify: where the recordings lie (mitdb and svdb, or the folder above)')
    .option('--models <folder>', "verify: models with their cards; else the program's own")
    .option('--section <name...>', 'verify: only these parts of the cards')
    .action((action: string, hash: string | undefined, options: ModelOptions) =>
      action === 'verify'
        ? verifyModels(hash, options)
        : withProgram(options, (session) => modelAction(session, action, hash, options)),
    );
}

async function modelAction(
  session: Session,
  action: string,
  hash: string | undefined,
  { reason, out }: { reason: string; out?: string },
): Promise<object> {
  if (action === 'import') return importModel(session, hash);
  const { program, output, settle } = session;
  const { training } = program.api;
  const models = await training.models({});
  if (action === 'list') {
    for (const { hash: full, name, version, state, isInUse, family } of models) {
      const use = family === 'row' ? 'for rows (evaluate --rows, export)' : `${state}${isInUse ? ', in use' : ''}`;
      output.line(`${full.slice(0, 8)} ${name} ${version}: ${use}`);
    }
    return { models };
  }
  const model = models.find((one) => hash !== undefined && one.hash.startsWith(hash));
  if (!model) throw new CommandRefused('no-such-model', `Name a model by its hash; \`rhythm models list\` shows them.`);
  // Against the gate a reason is kept, were it that none was given.
  const decision = { hash: model.hash, reason: reason || `${action} on the command line, no reason given` };
  const decide = { accept: training.accept, reject: training.reject, rollback: training.rollBack };
  if (action === 'accept' || action === 'reject' || action === 'rollback') {
    const decided = await decide[action](decision);
    if (!decided.ok)
      throw new CommandRefused(
        decided.refusal,
        `${model.name} ${model.version} is ${model.state}: ${decided.refusal}.`,
      );
    await settle();
    output.line(`${model.name} ${model.version}: ${action} done`);
    return { hash: model.hash };
  }
  if (action === 'export') {
    const exported = await training.export({ hash: model.hash, folder: out ? pathFromHere(out) : '' });
    for (const file of exported.files) output.line(file);
    return exported;
  }
  throw new CommandRefused(
    'bad-usage',
    `There is no action ${action}: list, accept, reject, rollback, export, verify, import.`,
  );
}
