import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { readAnnotationFile } from './annotation-file.ts';
import { readHeader } from './header.ts';

/** An annotation file that lies beside its record. */
export interface AnnotatorFile {
  /** The suffix: `atr`, `qrs`. */
  readonly annotator: string;
  readonly path: string;
  readonly annotationCount: number;
}

const otherSuffixes = new Set(['dat', 'hea', 'xws']);

/**
 * The annotation files of a record: `RECORD.*` that parse as such and are no signal file of it, by name.
 * @param path  the record's path without `.hea`.
 */
export async function annotatorsBeside(path: string): Promise<AnnotatorFile[]> {
  const record = basename(path);
  const folder = dirname(path);
  const signalFiles = new Set((await readHeader(`${path}.hea`)).signals.map(({ file }) => file));
  const annotators: AnnotatorFile[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const annotator = file.startsWith(`${record}.`) ? file.slice(record.length + 1) : '';
    if (annotator === '' || annotator.includes('.') || otherSuffixes.has(annotator) || signalFiles.has(file)) continue;
    try {
      const { annotations } = await readAnnotationFile(join(folder, file));
      annotators.push({ annotator, path: join(folder, file), annotationCount: annotations.length });
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause; // a file of another kind is passed over
    }
  }
  return annotators;
}
