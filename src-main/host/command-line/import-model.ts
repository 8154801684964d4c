import { basename } from 'node:path';
import { beatClasses } from '../../domain/beat-class.ts';
import { modelsOf } from '../../store/models.ts';
import type { ModelCard } from '../../training/model-card.ts';
import type { ImportedKeras } from '../jobs/import-keras.ts';
import { CommandRefused } from './output.ts';
import type { Session } from './session.ts';
import { pathFromHere } from './verb.ts';

/** `rhythm models import FILE.keras`: a Keras row model among the models, with what is known of it. */
export async function importModel({ program, output, follow }: Session, file: string | undefined): Promise<object> {
  if (!file?.endsWith('.keras')) throw new CommandRefused('bad-usage', 'Name a Keras model file, such as model.keras.');
  const { board, engine, workspace, now } = program.parts;
  const name = basename(file, '.keras');
  const jobId = board.start({
    kind: 'import',
    subject: basename(file),
    run: (onProgress, signal) => engine.importKeras({ path: pathFromHere(file) }, { onProgress, signal }),
  });
  const { weights, hash, kerasVersion, layers, weightCount } = await follow<ImportedKeras>(jobId);
  const card: ModelCard = {
    markdown: [
      `# ${name}`,
      '',
      `Imported from a model file of Keras ${kerasVersion}: ${layers} layers, ${weightCount.toLocaleString('en')} weights.`,
      'It classifies rows of 187 values as N, S, V, F or Q. What it was trained on, and how well it does, this program',
      'does not know: `rhythm evaluate --rows FOLDER --model HASH` measures it. Review and Retrain cannot use it.',
      '',
      `- Hash: ${hash}`,
      '- Not a medical device.',
    ].join('\n'),
    trainedOn: [],
    classes: beatClasses,
  };
  modelsOf(workspace.db).add({
    ...{ hash, family: 'row', name, version: 'imported', parentHash: null, state: 'accepted', createdAtMs: now() },
    ...{ card, weights },
  });
  output.line(`${name} (${hash.slice(0, 8)}): ${layers} layers, ${weightCount} weights of Keras ${kerasVersion}.`);
  output.line(
    'It scores rows, not recordings: `rhythm evaluate --rows FOLDER --model HASH`, `rhythm models export HASH`.',
  );
  return { hash, name, kerasVersion, layers, weights: weightCount };
}
