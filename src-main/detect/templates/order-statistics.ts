/** The value that a share `quantile` of the values lies below, linear between neighbours; NaN of none. Sorts a copy. */
export function quantileOf(values: ArrayLike<number>, quantile: number): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const position = quantile * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

export const medianOf = (values: ArrayLike<number>): number => quantileOf(values, 0.5);

/** Standard deviation as the median absolute deviation tells it: 1.4826 MAD, the spread of the many, not of outliers. */
export function robustSpread(values: ArrayLike<number>, median = medianOf(values)): number {
  return 1.4826 * medianOf(Float64Array.from(values, (value) => Math.abs(value - median)));
}

/** The sorted values of a window that slides over a series: one leaves, one enters, and the median is at hand. */
export class SlidingMedian {
  readonly #sorted: Float64Array;
  #count = 0;

  constructor(capacity: number) {
    this.#sorted = new Float64Array(capacity);
  }
  add(value: number): void {
    const at = this.#rank(value);
    this.#sorted.copyWithin(at + 1, at, this.#count++);
    this.#sorted[at] = value;
  }
  /** Takes out one value equal to the given one, which must have been added. */
  remove(value: number): void {
    this.#sorted.copyWithin(this.#rank(value), this.#rank(value) + 1, this.#count--);
  }
  median(): number {
    const half = this.#count >> 1;
    return this.#count % 2 === 1 ? this.#sorted[half] : (this.#sorted[half - 1] + this.#sorted[half]) / 2;
  }
  /** How many values are smaller. */
  #rank(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
