import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mostFixedBytes, putFixed } from '../../../../src-main/formats/csv/fixed-text.ts';

const textOf = (value: number, decimals: number): string => {
  const bytes = Buffer.alloc(2 * mostFixedBytes);
  return bytes.toString('latin1', 0, putFixed(bytes, 0, value, decimals));
};

it('writes what toFixed writes', () => {
  const decimals = fc.integer({ min: 0, max: 9 });
  const quotients = fc
    .tuple(fc.integer(), fc.constantFrom(100, 128, 200, 250, 256, 360, 400, 512, 1000, 1024, 249.89))
    .map(([samples, hz]) => samples / hz);
  const values = fc.oneof(quotients, fc.integer(), fc.double({ noNaN: true, min: -1e20, max: 1e20 }));
  fc.assert(
    fc.property(values, decimals, (value, places) => textOf(value, places) === value.toFixed(places)),
    {
      numRuns: 20_000,
    },
  );
});

it.each([0, -0, 1.005, 0.5, 1.5, -0.5, -0.001, 0.015625, 9.995, 999.9999999, 2 ** 31, 2 ** 31 - 1, 1e21, 0.1 + 0.2])(
  'writes what toFixed writes of %d',
  (value) => {
    const places = [0, 1, 2, 3, 5, 9];
    expect(places.map((decimals) => textOf(value, decimals))).toEqual(
      places.map((decimals) => value.toFixed(decimals)),
    );
  },
);
