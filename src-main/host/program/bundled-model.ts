import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExplanationFigures } from '../../domain/explanation.ts';
import { annotationSetsOf } from '../../store/annotation-sets.ts';
import { stepsOf } from '../../store/edit-steps.ts';
import { explanationFiguresOf, keepExplanationFigures } from '../../store/explanation-figures.ts';
import { modelsOf } from '../../store/models.ts';
import type { WriteDb } from '../../store/table-group.ts';
import type { ModelCard } from '../../training/model-card.ts';
import { resourcesFolder } from './app-root.ts';

/** What `resources/models/NAME.json` says beside `NAME.safetensors` and `NAME.md`. */
export interface BundledModel extends Omit<ModelCard, 'markdown'> {
  readonly family: 'record' | 'row';
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  /** How far its explanations can be relied on; kept among its evaluations. */
  readonly explanations?: ExplanationFigures;
}

/** Brings the models that come with the program into the workspace, and the first into use where none is yet. */
export async function ensureModel(db: WriteDb, nowMs: number): Promise<void> {
  const folder = join(resourcesFolder, 'models');
  const models = modelsOf(db);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  for (const stem of files.map((file) => file.replace(/\.json$/, '')).sort()) {
    const bundled = await addModelFiles(db, join(folder, stem), nowMs);
    const { hash, family, name, version } = bundled;
    if (bundled.explanations && !explanationFiguresOf(db, hash))
      keepExplanationFigures(db, hash, bundled.explanations, nowMs);
    // recordings are read by the record model alone; nothing asks for a row model unless it is named
    if (family === 'record' && !models.inUse(family)) {
      // A program's act: it is no step that a reader could undo.
      const annotatorId = annotationSetsOf(db).annotatorId({ kind: 'program', name: 'rhythm-attention', version: '' });
      stepsOf(db).useModel({
        ...{ annotatorId, madeAtMs: nowMs, title: `${name} ${version} came with the program`, view: null },
        ...{ use: { family, hash }, reason: 'came with the program' },
      });
    }
  }
}

/**
 * Brings a model into the workspace from its files, as one that may be used; the card may have been made anew since.
 * @param stem  path without `.json`, `.md` and `.safetensors`.
 */
export async function addModelFiles(db: WriteDb, stem: string, nowMs: number): Promise<BundledModel> {
  const models = modelsOf(db);
  const bundled = JSON.parse(await readFile(`${stem}.json`, 'utf8')) as BundledModel;
  const { hash, family, name, version, trainedOn, classes, figures, certainty } = bundled;
  const card: ModelCard = {
    ...{ markdown: await readFile(`${stem}.md`, 'utf8'), trainedOn, classes },
    ...(figures ? { figures } : {}),
    ...(certainty ? { certainty } : {}),
  };
  if (!models.byHash(hash))
    models.add({
      ...{ hash, family, name, version, parentHash: null, state: 'accepted', createdAtMs: nowMs, card },
      weights: await readFile(`${stem}.safetensors`),
    });
  models.tell(hash, card, certainty ? await readFile(`${stem}.familiarity.safetensors`) : null, nowMs);
  return bundled;
}
