import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { writeRowModel } from '../../engine/row/model.ts';
import { readKeras } from '../../engine/weights/keras/read-keras.ts';
import type { EngineJob } from '../supervision/messages.ts';

export interface ImportedKeras {
  /** `.safetensors` bytes of a row model. */
  readonly weights: Uint8Array;
  readonly hash: string;
  readonly kerasVersion: string;
  readonly layers: number;
  readonly weightCount: number;
}

/** Reads a Keras model file as a row model; refused with a sentence where a layer cannot be computed here. */
export const importKeras: EngineJob<{ path: string }, never, ImportedKeras> = async ({ path }) => {
  const file = basename(path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new FormatError({ file, where: '', rule: 'there is no such file', kind: 'missing-file' }, { cause });
  });
  const { model, kerasVersion, layers, weights: weightCount } = readKeras(bytes, file);
  const { bytes: weights, hash } = writeRowModel(model);
  return { weights, hash, kerasVersion, layers, weightCount };
};
