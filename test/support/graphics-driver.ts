import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A Vulkan driver that does one thing as soon as it is loaded; undefined where nothing here can compile it. */
export async function driverThat(act: string, folder: string): Promise<Record<string, string> | undefined> {
  const source = join(folder, 'driver.c');
  const library = join(folder, 'libdriver.so');
  await writeFile(source, `#include <stdlib.h>\n__attribute__((constructor)) static void act(void) { ${act} }\n`);
  if (spawnSync('cc', ['-shared', '-fPIC', '-o', library, source]).status !== 0) return undefined;
  const manifest = join(folder, 'driver.json');
  const ICD = { library_path: library, api_version: '1.0.5' };
  await writeFile(manifest, JSON.stringify({ file_format_version: '1.0.0', ICD }));
  return { VK_ICD_FILENAMES: manifest };
}

/** Sets variables that engine processes of this test inherit. */
export function setFor(variables: Readonly<Record<string, string>>): void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  onTestFinished(() => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });
}

/** Lets a test's programs keep what they know of devices in a folder of their own. */
export const setCacheFor = (folder: string): void =>
  setFor({ XDG_CACHE_HOME: folder, LOCALAPPDATA: folder, HOME: folder });
