/**
 * Winograd's minimal filtering F(m, r): m outputs of a filter of r taps from m + r - 1 products instead of m * r, by
 * Cook's and Toom's construction: y = A ((G g) * (B d)) for taps g and inputs d (Winograd 1980; Lavin and Gray 2016).
 */
export interface MinimalFiltering {
  /** m */
  readonly outputs: number;
  /** r */
  readonly taps: number;
  /** m + r - 1 */
  readonly products: number;
  /** A, (outputs, products) */
  readonly gather: readonly (readonly number[])[];
  /** G, (products, taps) */
  readonly filter: readonly (readonly number[])[];
  /** B, (products, outputs + taps - 1) */
  readonly spread: readonly (readonly number[])[];
}

/** Where the polynomials are evaluated; the last point is infinity. Small numbers keep float32 exact enough. */
const points = [0, 1, -1, 2, -2, 0.5, -0.5, 4 / 3, -4 / 3];
/** Products of the largest filtering that there are points for. */
export const mostProducts = points.length + 1;

/** @throws {RangeError} for more products than there are well-behaved points. */
export function minimalFiltering(outputs: number, taps: number): MinimalFiltering {
  const products = outputs + taps - 1;
  if (products > mostProducts)
    throw new RangeError(`F(${outputs}, ${taps}) needs ${products} products; at most ${mostProducts} stay exact`);
  const finite = points.slice(0, products - 1);
  const upTo = (count: number) => [...Array(count).keys()];
  const differences = (i: number) => finite.reduce((all, p, j) => (j === i ? all : all * (finite[i] - p)), 1);
  return {
    outputs,
    taps,
    products,
    gather: upTo(outputs).map((j) => [...finite.map((p) => p ** j), j === outputs - 1 ? 1 : 0]),
    filter: [
      ...finite.map((p, i) => upTo(taps).map((k) => p ** k / differences(i))),
      upTo(taps).map((k) => (k === taps - 1 ? 1 : 0)),
    ],
    spread: [
      ...finite.map((_, i) =>
        polynomial(
          finite.filter((__, j) => j !== i),
          products,
        ),
      ),
      polynomial(finite, products),
    ],
  };
}

/** Coefficients, lowest first, of the polynomial with those roots, filled up with zeros. */
function polynomial(roots: readonly number[], length: number): number[] {
  let coefficients = [1];
  for (const root of roots) {
    const next = Array<number>(coefficients.length + 1).fill(0);
    coefficients.forEach((c, i) => {
      next[i] -= c * root;
      next[i + 1] += c;
    });
    coefficients = next;
  }
  return [...coefficients, ...Array<number>(length - coefficients.length).fill(0)];
}
