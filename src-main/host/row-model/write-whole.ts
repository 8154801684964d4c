import { rename, writeFile } from 'node:fs/promises';

/** Writes a file whole or not at all: a kill leaves the one before. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.part`, content, { flush: true });
  await rename(`${path}.part`, path);
}
