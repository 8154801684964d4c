import { defineConfig } from 'vitest/config';

/** Whole-program tests, one after another: each starts a program and a browser of its own. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } }, // a busy machine draws late
    fileParallelism: false,
    pool: 'forks',
    env: { RHYTHM_DEVICE: 'cpu' }, // a test that means another device says so
  },
});
