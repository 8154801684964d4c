import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentOf, printedNumber, shareOf } from '../../../../src-main/evaluate/ec57/ratio.ts';

describe('printedNumber', () => {
  it('sends an exact tie to the even digit, as printf does', () => {
    const printed = [3.125, 3.375, 15.625, 0.125, 0.5, 1.5, 12.5].map((value, i) =>
      printedNumber(value, i < 4 ? 2 : 0),
    );
    expect(printed).toEqual(['3.12', '3.38', '15.62', '0.12', '0', '2', '12']);
    expect(printedNumber(0.0625, 3)).toBe('0.062');
  });

  it('rounds what only looks like a tie by its binary value', () => {
    expect([printedNumber(1.005, 2), printedNumber(1.115, 2), printedNumber(8.345, 2)]).toEqual([
      '1.00',
      '1.11',
      '8.35',
    ]);
  });

  it('is within half a unit of the value, and rounds nothing that has so few decimals', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 4096 }), (part, whole) => {
        const printed = Number(printedNumber(part / whole, 2));
        expect(Math.abs(printed - part / whole)).toBeLessThanOrEqual(0.005 + 1e-9);
        expect(printedNumber(printed, 2)).toBe(printedNumber(part / whole, 2));
      }),
    );
  });
});

describe('a ratio without a denominator', () => {
  it('is undefined, neither 0 nor 1', () => {
    expect([shareOf({ part: 0, whole: 0 }), percentOf({ part: 0, whole: 0 })]).toEqual([undefined, undefined]);
  });
});
