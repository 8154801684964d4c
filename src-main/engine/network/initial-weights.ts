import type { Random } from '../../domain/random.ts';
import { sizeOf } from '../weights/weights.ts';
import type { Weight, Weights } from '../weights/weights.ts';

/** Collects a network's first weights, drawn in the order in which its layers ask for them. */
export class InitialWeights {
  readonly #random: Random;
  readonly #weights: Record<string, Weight> = {};

  constructor(random: Random) {
    this.#random = random;
  }

  /** Normal draws of standard deviation sqrt(gain / inputs); gain 2 keeps the variance through a ReLU (He 2015). */
  normal(name: string, shape: readonly number[], inputs: number, gain: 1 | 2): void {
    this.spread(name, shape, Math.sqrt(gain / inputs));
  }

  /** Normal draws of a given standard deviation. */
  spread(name: string, shape: readonly number[], deviation: number): void {
    this.#add(name, shape, () => this.#random.normal() * deviation);
  }

  fill(name: string, shape: readonly number[], value: number): void {
    this.#add(name, shape, () => value);
  }

  get weights(): Weights {
    return this.#weights;
  }

  #add(name: string, shape: readonly number[], draw: () => number): void {
    if (name in this.#weights) throw new Error(`two weights are named ${name}`);
    this.#weights[name] = { shape, data: Float32Array.from({ length: sizeOf(shape) }, draw) };
  }
}
