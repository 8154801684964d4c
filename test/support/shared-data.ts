import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';

/** Root of the project. */
export const projectRoot = join(import.meta.dirname, '..', '..');

/** Folder of real recordings beside the project; absent on most machines. */
export const sharedData = join(projectRoot, '..', 'shared', 'data');
export const hasSharedData = existsSync(join(sharedData, 'mitdb', '100.hea'));

/** A block of tests on real recordings; skipped, saying so, where the recordings are absent. */
export const describeOnRecordings = (title: string, body: () => void): void => {
  if (hasSharedData) describe(title, body);
  else describe.skip(`${title} (skipped: no recordings in ../shared/data)`, body);
};
