import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { softwareGpu } from './support/software-gpu.ts';

// Where a process finds Vulkan is settled before it starts; without a driver's name it finds no adapter there.
if (softwareGpu) process.env.LD_LIBRARY_PATH = softwareGpu.LD_LIBRARY_PATH;

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  plugins: [svelte({ configFile: false })],
  resolve: { conditions: ['browser'] },
  test: {
    include: ['test/{unit,architecture,integration}/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    maxWorkers: 2,
    env: { RHYTHM_DEVICE: 'cpu' }, // a test that means another device says so
  },
});
