import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';

/**
 * Writes a file whole or not at all: beside its place, then moved there. A failure or a kill leaves the one before.
 * @returns what `write` returns.
 */
export async function writeAside<Result>(path: string, write: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const aside = `${path}.part`;
  const file = await open(aside, 'w');
  try {
    const result = await write(file);
    await file.sync();
    await file.close();
    await rename(aside, path);
    return result;
  } catch (cause) {
    await file.close().catch(() => undefined);
    await rm(aside, { force: true });
    throw cause;
  }
}

/** @throws {RangeError} with the first of the paths where something lies already. */
export async function refuseExisting(...paths: readonly string[]): Promise<void> {
  for (const path of paths)
    if (await stat(path).catch(() => undefined))
      throw new RangeError(`${path} is there already; choose another folder`);
}
