import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Executor } from '../../engine/executors/executor.ts';
import { compareCards, type VerifiedFigure } from './card/compare-cards.ts';
import { cardMarkdown, measureCard, provenanceOf, type RecordCard, type SectionName } from './card/record-card.ts';
import { measureModel, readModel } from './kept-model.ts';

export interface Verification {
  readonly name: string;
  readonly hash: string;
  readonly figures: readonly VerifiedFigure[];
  readonly isEqual: boolean;
}

/**
 * Measures the figures of a model's card again from its weights and those of its cross-validation; trains nothing.
 * @throws {RangeError} where the weights are not those that the card tells of.
 */
export async function verifyModel(
  name: string,
  options: {
    readonly modelsFolder: string;
    readonly databases: readonly string[];
    readonly only: readonly SectionName[];
    readonly executor: Executor;
    readonly say: (sentence: string) => void;
  },
): Promise<Verification> {
  const { modelsFolder, only } = options;
  const text = await readFile(join(modelsFolder, `${name}.json`), 'utf8');
  const kept = JSON.parse(text) as RecordCard;
  const found = await readModel(modelsFolder, name);
  const provenance = { ...provenanceOf(kept, found.hash), temperature: found.model.temperature };
  const now = await measureCard(provenance, measureModel(found, options), { only, kept });
  const markdown = await readFile(join(modelsFolder, `${name}.md`), 'utf8');
  const parts = ['hash', 'temperature', 'classes', 'figures', ...only] as const;
  const figures = [
    ...parts.flatMap((part) => compareCards(kept[part], JSON.parse(JSON.stringify(now[part])), part)),
    ...compareCards(markdown, cardMarkdown(kept), `${name}.md`),
  ];
  return { name, hash: found.hash, figures, isEqual: figures.every(({ isEqual }) => isEqual) };
}
