/** A share of counts, kept as both numbers, for reports print both; undefined where `whole` is not above 0. */
export interface Ratio {
  readonly part: number;
  readonly whole: number;
}

export const ratioOf = (part: number, rest: number): Ratio => ({ part, whole: part + rest });

/** The ratio in [0, 1]; undefined without a denominator, never 0 or 1 by invention. */
export const shareOf = ({ part, whole }: Ratio): number | undefined => (whole > 0 ? part / whole : undefined);

/** The ratio in percent, worked out in the order that the reference programs use, on which rounding depends. */
export const percentOf = ({ part, whole }: Ratio): number | undefined => (whole > 0 ? (100 * part) / whole : undefined);

/**
 * A number with fixed decimals as C's `printf("%.2f")` prints it: to nearest, an exact tie to the even digit
 * (`toFixed` sends ties up: 3.125 is 3.12 in C).
 */
export function printedNumber(value: number, decimals: number): string {
  const isTie = Math.abs((value * 2 ** (decimals + 1)) % 2) === 1;
  if (!isTie) return value.toFixed(decimals);
  const scale = 10 ** decimals;
  const below = Math.floor(value * scale);
  return ((below % 2 === 0 ? below : below + 1) / scale).toFixed(decimals);
}
