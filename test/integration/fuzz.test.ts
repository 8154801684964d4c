import { describe, expect, it } from 'vitest';
import { fuzzedFormats } from '../fuzz/formats.ts';
import { watchTries } from '../fuzz/watch-tries.ts';

describe('300 damaged files', () => {
  it.each(Object.keys(fuzzedFormats))('of %s are read or refused, within time and memory', async (format) => {
    const { failures, refused, read } = await watchTries(format, 300, 2026);
    expect(failures).toEqual([]);
    expect(refused + read).toBe(300);
    expect(refused).toBeGreaterThan(20);
  });
});
