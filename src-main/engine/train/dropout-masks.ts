import type { Random } from '../../domain/random.ts';
import { mapNamed } from '../executors/named.ts';
import type { Dropout } from '../network/network.ts';
import { sizeOf } from '../weights/weights.ts';

/** The masks of a network's dropouts for one batch after another, drawn in the same memory. */
export class DropoutMasks {
  readonly #dropouts: Readonly<Record<string, Dropout>>;
  readonly #masks: Readonly<Record<string, Float32Array>>;

  constructor(dropouts: Readonly<Record<string, Dropout>>, batch: number) {
    this.#dropouts = dropouts;
    this.#masks = mapNamed(dropouts, ({ shape }) => new Float32Array(batch * sizeOf(shape)));
  }

  /** Of each dropout (batch, ...): 0, or 1 / (1 - rate). They hold until the next are drawn. */
  draw(random: Random): Readonly<Record<string, Float32Array>> {
    return mapNamed(this.#masks, (mask, name) => {
      const { rate } = this.#dropouts[name];
      mask.fill(1 / (1 - rate));
      // from one dropped value to the next: one draw for each that is dropped instead of one for each value
      const gaps = gapsAt(rate);
      const gap = () => gaps[random.integer(gaps.length)];
      for (let i = gap(); i < mask.length; i += 1 + gap()) mask[i] = 0;
      return mask;
    });
  }
}

const gapsOfRates = new Map<number, Uint32Array>();
/** So many equally likely gaps between values dropped at that rate: a draw without a logarithm. */
function gapsAt(rate: number): Uint32Array {
  let gaps = gapsOfRates.get(rate);
  if (!gaps) {
    const count = 2 ** 16;
    gaps = Uint32Array.from({ length: count }, (_, i) => Math.log((i + 0.5) / count) / Math.log(1 - rate));
    gapsOfRates.set(rate, gaps);
  }
  return gaps;
}
