import { tf } from '../../executors/tensorflow.ts';
import { batchNormalized } from '../batch-normalized.ts';
import { withGradient } from '../with-gradient.ts';
import { minimalFiltering, mostProducts } from './minimal-filtering.ts';
import type { Convolving, Signal } from './signal.ts';

/**
 * Where the samples of a batch lie. Sample t of beat b is row t % phases, column b * columns + floor(t / phases);
 * places at or after `time` are the gap behind each beat, which serves as zeros beyond the ends of both neighbours.
 */
interface Grid {
  readonly batch: number;
  readonly time: number;
  readonly phases: number;
  readonly columns: number;
}

/** One layer of a chain of convolutions: a filter of that width, then that many neighbours joined. */
export interface ChainLayer {
  readonly width: number;
  readonly stride: number;
  readonly pool: number;
}

/** Outputs that minimal filtering computes together: phases come in groups of so many. */
const together = 6;
/** Taps of the widest filter for which minimal filtering stays exact. */
const widest = mostProducts + 1 - together;
/** Up to so many channels minimal filtering's products are too thin to pay. */
const fewChannels = 2;
/** Added to the gap before rectifying, so that it becomes zero. */
const farBelow = -1e30;

/**
 * A batch of signals as polyphase components, (phases, channels, batch * columns), in which convolution, its
 * gradients and pooling by phases are plain matrix products and maxima over whole rows.
 */
export class PolyphaseSignal implements Signal {
  readonly #x: tf.Tensor;
  readonly #grid: Grid;
  /** Whether the gap holds zeros, as a convolution needs it to. */
  readonly #isGapClear: boolean;

  private constructor(x: tf.Tensor, grid: Grid, isGapClear: boolean) {
    this.#x = x;
    this.#grid = grid;
    this.#isGapClear = isGapClear;
  }

  /** @returns undefined where the layers cannot work on phases: a filter reaches beyond them, or a maximum does not divide them. */
  static of(x: tf.Tensor, layers: readonly ChainLayer[]): PolyphaseSignal | undefined {
    const [batch, time, channels] = x.shape;
    const phases = layers.reduce(
      (all, { stride, pool }, i) => all * stride * (i < layers.length - 1 ? pool : 1),
      together,
    );
    let columns = 1;
    let [lasting, left] = [time, phases];
    for (const { width, stride, pool } of layers) {
      const { reach, places } = taps(width, stride, lasting);
      columns = Math.max(columns, Math.ceil(lasting / left));
      left /= stride;
      if (reach > left || left % pool) return undefined;
      lasting = Math.floor(places / pool);
      left /= pool;
    }
    const padded = tf.pad(x, [
      [0, 0],
      [0, columns * phases - time],
      [0, 0],
    ]);
    return new PolyphaseSignal(
      tf.reshape(turned(padded, batch * columns, phases * channels), [phases, channels, batch * columns]),
      { batch, time, phases, columns },
      true,
    );
  }

  convolved = (filter: tf.Tensor, { stride = 1, ...after }: Convolving = {}): Signal => {
    const { batch, time, phases, columns } = this.#grid;
    const { before, after: behind, reach, places } = taps(filter.shape[0], stride, time);
    const grid = { batch, columns, time: places, phases: phases / stride };
    const apart = columns * phases - time < Math.max(before, behind) ? columns : undefined;
    const [x, aligned] =
      filter.shape[0] === 1
        ? [everyOther(this.#cleared(), stride), filter]
        : [sideBySide(this.#cleared(), stride), alignedTo(filter, { stride, before, reach })];
    const [width, from, to] = aligned.shape;
    const result = new PolyphaseSignal(x, grid, true); // places what follows on its grid
    if (width === 1) return result.#finished(pointwise(x, tf.reshape(aligned, [from, to])), after);
    if (from <= fewChannels || width > widest || grid.phases % together)
      return result.#finished(windowed(x, aligned, apart), after);
    const y = minimallyFiltered(x, aligned, apart, result.#offset(after), after.isRectified ?? false);
    return new PolyphaseSignal(y, grid, after.isRectified ?? false);
  };

  normalized = (gain: tf.Tensor, epsilon: number, after: Omit<Convolving, 'stride'> = {}) => {
    const { batch, time, phases, columns } = this.#grid;
    const channels = this.#x.shape[1]!;
    const count = batch * time;
    const { value, mean, variance } = batchNormalized(
      this.#x,
      { gain: tf.reshape(gain, [1, channels, 1]), epsilon },
      { axes: [0, 2], count, gaps: { count: batch * columns * phases - count, valid: () => this.#valid(1, 0) } },
    );
    return {
      signal: this.#finished(value, after),
      mean: tf.reshape(mean, [channels]),
      variance: tf.reshape(variance, [channels]),
    };
  };

  rectifiedMaximum = (width: number): Signal => {
    const { phases, time } = this.#grid;
    const grid = { ...this.#grid, phases: phases / width, time: Math.floor(time / width) };
    const [, channels, places] = this.#x.shape;
    const valid = () => validPlaces(grid, 1, 0);
    const y = withGradient(
      [tf.reshape(this.#x, [grid.phases, width, channels * places])],
      (input) => {
        const parts = tf.split(input, width, 1);
        const largest = parts.reduce((most, part) => tf.maximum(most, part));
        const value = tf.mul(tf.relu(tf.reshape(largest, [grid.phases, channels, places])), valid());
        return { value, saved: [...parts, largest, value] };
      },
      (dy, saved) => {
        const [largest, value] = saved.slice(width);
        let rest = tf.reshape(tf.mul(dy, tf.step(value)), largest.shape);
        const gradients = saved.slice(0, width - 1).map((part) => {
          const taken = tf.mul(rest, tf.cast(tf.greaterEqual(part, largest), 'float32'));
          rest = tf.sub(rest, taken);
          return taken;
        });
        return [tf.concat([...gradients, rest], 1)];
      },
    );
    return new PolyphaseSignal(y, grid, true);
  };

  weighted = (factors: tf.Tensor): Signal => {
    const { batch, columns } = this.#grid;
    const channels = this.#x.shape[1]!;
    const turned = tf.reshape(tf.transpose(tf.reshape(factors, [batch, channels])), [channels, batch, 1]);
    const each = tf.reshape(tf.tile(turned, [1, 1, columns]), [1, channels, batch * columns]);
    return new PolyphaseSignal(tf.mul(this.#x, each), this.#grid, this.#isGapClear);
  };

  tokens = (): tf.Tensor => {
    const { batch, time, phases, columns } = this.#grid;
    const channels = this.#x.shape[1]!;
    const inTime = tf.reshape(turned(this.#x, phases * channels, batch * columns), [batch, columns * phases, channels]);
    return tf.slice(inTime, [0, 0, 0], [batch, time, channels]);
  };

  #valid = (inside: number, outside: number) => validPlaces(this.#grid, inside, outside);

  #cleared = (): tf.Tensor => (this.#isGapClear ? this.#x : tf.mul(this.#x, this.#valid(1, 0)));

  /** All that is added to a result, as one tensor that broadcasts with it. */
  #offset({ shift, added, isRectified }: Omit<Convolving, 'stride'>): tf.Tensor | undefined {
    const terms = [
      ...(added ? [inPhases(added).#x] : []),
      ...(shift ? [tf.reshape(shift, [1, -1, 1])] : []),
      ...(isRectified ? [this.#valid(0, farBelow)] : []),
    ];
    return terms.length ? terms.reduce((sum, term) => tf.add(sum, term)) : undefined;
  }

  #finished(x: tf.Tensor, after: Omit<Convolving, 'stride'>): Signal {
    const offset = this.#offset(after);
    const sum = offset ? tf.add(x, offset) : x;
    const isRectified = after.isRectified ?? false;
    return new PolyphaseSignal(isRectified ? tf.relu(sum) : sum, this.#grid, isRectified);
  }
}

/** Transposed as one matrix: as four axes it takes several times as long. */
const turned = (x: tf.Tensor, rows: number, columns: number): tf.Tensor =>
  tf.transpose(tf.reshape(x, [rows, columns]), [1, 0]);

function inPhases(signal: Signal): PolyphaseSignal {
  if (!(signal instanceof PolyphaseSignal)) throw new TypeError('a signal in phases can only be joined with another');
  return signal;
}

/**
 * Where a filter of `width` taps lies that moves on by `stride`, with zeros beyond the ends of `time` samples as "same"
 * has them: how many zeros, how many groups of `stride` samples it reaches to either side, and how many places it takes.
 */
function taps(width: number, stride: number, time: number) {
  const places = Math.ceil(time / stride);
  const zeros = Math.max(0, (places - 1) * stride + width - time);
  const before = Math.floor(zeros / 2);
  const reach = Math.max(Math.ceil(before / stride), Math.floor((width - 1 - before) / stride));
  return { before, after: zeros - before, reach, places };
}
/** Groups of `stride` phases become one with that many times the channels. */
const sideBySide = (x: tf.Tensor, stride: number): tf.Tensor => {
  const [phases, channels, places] = x.shape;
  return stride === 1 ? x : tf.reshape(x, [phases / stride, stride * channels, places]);
};
/** The first of each group of `stride` phases. */
const everyOther = (x: tf.Tensor, stride: number): tf.Tensor =>
  stride === 1 ? x : tf.slice(sideBySide(x, stride), [0, 0, 0], [x.shape[0] / stride, x.shape[1]!, x.shape[2]!]);
/** A filter with a stride, (width, from, to), as one of stride 1 over groups: (2 * reach + 1, stride * from, to). */
function alignedTo(
  filter: tf.Tensor,
  { stride, before, reach }: { readonly stride: number; readonly before: number; readonly reach: number },
): tf.Tensor {
  const [width, from, to] = filter.shape;
  const groups = 2 * reach + 1;
  const first = reach * stride - before;
  if (stride === 1 && groups === width) return filter;
  const padded = tf.pad(filter, [
    [first, groups * stride - first - width],
    [0, 0],
    [0, 0],
  ]);
  return tf.reshape(padded, [groups, stride * from, to]);
}

/** (phases, 1, batch * columns): one number where a sample lies, another in the gap. */
function validPlaces({ batch, time, phases, columns }: Grid, inside: number, outside: number): tf.Tensor {
  const places = batch * columns;
  const values = Float32Array.from({ length: phases * places }, (_, i) =>
    ((i % places) % columns) * phases + Math.floor(i / places) < time ? inside : outside,
  );
  return tf.tensor(values, [phases, 1, places]);
}

/**
 * The columns one place later or earlier, with zeros coming in.
 * @param apart  columns of each beat, where the gap is too short to keep a beat's samples out of the next one's.
 */
function moved(x: tf.Tensor, by: 1 | -1, apart: number | undefined): tf.Tensor {
  const [rows, channels, places] = x.shape;
  const kept = tf.slice(x, [0, 0, by === 1 ? 0 : 1], [rows, channels, places - 1]);
  const shifted = tf.pad(kept, [[0, 0], [0, 0], by === 1 ? [1, 0] : [0, 1]]);
  if (apart === undefined) return shifted;
  const outermost = by === 1 ? 0 : apart - 1;
  const own = Float32Array.from({ length: places }, (_, place) => (place % apart === outermost ? 0 : 1));
  return tf.mul(shifted, tf.tensor(own, [1, 1, places]));
}

/** (phases, ...) to (phases + 2 * reach, ...): each end continued by the phases that follow it in time. */
function withNeighbours(x: tf.Tensor, reach: number, apart: number | undefined): tf.Tensor {
  const [phases, channels, places] = x.shape;
  const rows = (from: number) => tf.slice(x, [from, 0, 0], [reach, channels, places]);
  return tf.concat([moved(rows(phases - reach), 1, apart), x, moved(rows(0), -1, apart)], 0);
}
/** The gradient of `withNeighbours`: what fell on a continued row goes back to where it came from. */
function neighboursReturned(d: tf.Tensor, reach: number, apart: number | undefined): tf.Tensor {
  const phases = d.shape[0] - 2 * reach;
  const [before, middle, after] = tf.split(d, [reach, phases, reach]);
  const [atStart, atEnd] = [moved(after, 1, apart), moved(before, -1, apart)];
  if (phases === 2 * reach) return tf.add(middle, tf.concat([atStart, atEnd], 0));
  const [first, inner, last] = tf.split(middle, [reach, phases - 2 * reach, reach]);
  return tf.concat([tf.add(first, atStart), inner, tf.add(last, atEnd)], 0);
}

/** A filter one sample wide: (phases, from, places) by (from, to). */
const pointwise = (x: tf.Tensor, matrix: tf.Tensor): tf.Tensor =>
  withGradient(
    [x, matrix],
    (input, weights) => ({
      value: tf.matMul(tf.expandDims(weights, 0), input, true),
      saved: [input, weights],
    }),
    (dy, [input, weights]) => [tf.matMul(tf.expandDims(weights, 0), dy), tf.sum(tf.matMul(input, dy, false, true), 0)],
  );

/** Convolution by all windows side by side, (phases, width * from, places): for few channels. */
function windowed(x: tf.Tensor, filter: tf.Tensor, apart: number | undefined): tf.Tensor {
  const [width, from, to] = filter.shape;
  const [phases, , places] = x.shape;
  const continued = withNeighbours(x, (width - 1) / 2, apart);
  const windows = tf.concat(
    Array.from({ length: width }, (_, k) => tf.slice(continued, [k, 0, 0], [phases, from, places])),
    1,
  );
  return pointwise(windows, tf.reshape(filter, [width * from, to]));
}

/**
 * relu(convolution + offset) by minimal filtering F(6, width).
 * @param x       (phases, from, places), the gap zero; phases a multiple of 6.
 * @param filter  (width, from, to)
 * @param apart   as in `moved`.
 * @param offset  broadcasts with the result, (phases, to, places).
 */
function minimallyFiltered(
  x: tf.Tensor,
  filter: tf.Tensor,
  apart: number | undefined,
  offset: tf.Tensor | undefined,
  isRectified: boolean,
): tf.Tensor {
  const [phases, from, places] = x.shape;
  const [width, , to] = filter.shape;
  const { products, ...matrices } = minimalFiltering(together, width);
  const groups = phases / together;
  const reach = (width - 1) / 2;
  const rows = phases + 2 * reach;
  // all groups of phases in one product: banded matrices
  const banded = (height: number, length: number, of: (row: number, column: number) => number) =>
    tf.tensor2d(
      Float32Array.from({ length: height * length }, (_, i) => of(Math.floor(i / length), i % length)),
      [height, length],
    );
  const spread = () =>
    banded(groups * products, rows, (tile, row) => {
      const at = row - together * Math.floor(tile / products);
      return matrices.spread[tile % products][at] ?? 0;
    });
  const gather = () =>
    banded(phases, groups * products, (phase, tile) =>
      Math.floor(phase / together) === Math.floor(tile / products)
        ? matrices.gather[phase % together][tile % products]
        : 0,
    );
  const transform = () => tf.tensor2d(matrices.filter.flat(), [products, width]);
  const flat = (y: tf.Tensor, height: number) => tf.reshape(y, [height, -1]);

  return withGradient(
    offset ? [x, filter, offset] : [x, filter],
    (input, taps, added?: tf.Tensor) => {
      const continued = flat(withNeighbours(input, reach, apart), rows);
      const tiles = tf.reshape(tf.matMul(spread(), continued), [groups, products, from, places]);
      const weights = tf.reshape(tf.matMul(transform(), flat(taps, width)), [1, products, from, to]);
      const multiplied = flat(tf.matMul(weights, tiles, true), groups * products); // (groups * products, to * places)
      const bias = added && flat(tf.broadcastTo(added, [phases, to, places]), phases);
      const sum = tf.fused.matMul({ a: gather(), b: multiplied as tf.Tensor2D, ...(bias ? { bias } : {}) });
      const value = tf.reshape(isRectified ? tf.relu(sum) : sum, [phases, to, places]);
      return { value, saved: isRectified ? [tiles, weights, value] : [tiles, weights] };
    },
    (dy, [tiles, weights, value]) => {
      const d = isRectified ? tf.mul(dy, tf.step(value)) : dy;
      const dProducts = tf.reshape(tf.matMul(gather(), flat(d, phases), true), [groups, products, to, places]);
      const dWeights = tf.sum(tf.matMul(tiles, dProducts, false, true), 0); // (products, from, to)
      const dFilter = tf.reshape(tf.matMul(transform(), flat(dWeights, products), true), [width, from, to]);
      const dTiles = flat(tf.matMul(weights, dProducts), groups * products);
      const dContinued = tf.reshape(tf.matMul(spread(), dTiles, true), [rows, from, places]);
      const dInput = neighboursReturned(dContinued, reach, apart);
      return offset ? [dInput, dFilter, summedTo(d, offset.shape)] : [dInput, dFilter];
    },
  );
}

/** The gradient of broadcasting: summed over every axis that was repeated. */
const summedTo = (d: tf.Tensor, shape: readonly number[]): tf.Tensor => {
  const axes = [...shape.keys()].filter((axis) => shape[axis] === 1 && d.shape[axis] !== 1);
  return axes.length ? tf.sum(d, axes, true) : d;
};
