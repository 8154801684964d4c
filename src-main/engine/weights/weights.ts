/** One weight of a network: its values in row-major order. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
/** All weights of a network by name; the same for every executor. */
export type Weights = Readonly<Record<string, Weight>>;

/** Number of values in a tensor of that shape; 1 for a scalar. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/**
 * Whether a weight is a running statistic (of batch norm), which training follows but no gradient moves.
 * Told by its name, so that a weight file needs no second list.
 */
export const isStatistic = (name: string): boolean => /\.running(Mean|Variance)$/.test(name);

/** Names and shapes in the order of a flat vector: what gradients move first, running statistics after. */
export interface WeightLayout {
  readonly trainable: readonly WeightSlot[];
  readonly statistics: readonly WeightSlot[];
  readonly trainableSize: number;
  readonly size: number;
}
export interface WeightSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  /** Where its values start in the flat vector. */
  readonly offset: number;
}

export function layoutOf(weights: Weights): WeightLayout {
  let offset = 0;
  const slots = (names: string[]): WeightSlot[] =>
    names.map((name) => {
      const { shape } = weights[name];
      const slot = { name, shape, size: sizeOf(shape), offset };
      offset += slot.size;
      return slot;
    });
  const names = Object.keys(weights);
  const trainable = slots(names.filter((name) => !isStatistic(name)));
  const trainableSize = offset;
  const statistics = slots(names.filter(isStatistic));
  return { trainable, statistics, trainableSize, size: offset };
}

/** All weights as one vector; @throws {RangeError} where a weight has not as many values as its shape says. */
export function flatten(weights: Weights, layout: WeightLayout): Float32Array {
  const flat = new Float32Array(layout.size);
  for (const { name, size, offset } of [...layout.trainable, ...layout.statistics]) {
    const { data } = weights[name];
    if (data.length !== size) throw new RangeError(`weight ${name} has ${data.length} values, its shape says ${size}`);
    flat.set(data, offset);
  }
  return flat;
}

/** The inverse of `flatten`; the values are copied. */
export function unflatten(flat: Float32Array, layout: WeightLayout): Weights {
  if (flat.length !== layout.size)
    throw new RangeError(`the flat vector has ${flat.length} values, the weights have ${layout.size}`);
  return Object.fromEntries(
    [...layout.trainable, ...layout.statistics].map(({ name, shape, size, offset }) => [
      name,
      { shape, data: flat.slice(offset, offset + size) },
    ]),
  );
}
