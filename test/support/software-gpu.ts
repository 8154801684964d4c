import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe } from 'vitest';
import { installedBrowser } from './browser.ts';

/** Where Chromium keeps its Vulkan loader and SwiftShader, the driver that computes on the processor. */
const folder = [
  dirname(realpathSync(installedBrowser() ?? '/')),
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
].find((path) => ['vk_swiftshader_icd.json', 'libvulkan.so.1'].every((file) => existsSync(join(path, file))));

/** Variables under which a process finds a graphics adapter made of software; the first must be set before it starts. */
export const softwareGpu = folder
  ? { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json') }
  : undefined;

/** A block of tests on that adapter; skipped, saying so, where there is none. */
export const describeOnSoftwareGpu = (
  title: string,
  body: (variables: NonNullable<typeof softwareGpu>) => void,
): void => {
  if (softwareGpu) describe(title, () => body(softwareGpu!));
  else describe.skip(`${title} (skipped: no Chromium with SwiftShader and its Vulkan loader)`, () => undefined);
};
