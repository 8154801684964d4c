import { readAll } from '../executors/executor.ts';
import type { CompiledFunction, Executor } from '../executors/executor.ts';
import { mapNamed, prefixed } from '../executors/named.ts';
import { tf } from '../executors/tensorflow.ts';
import type { Network } from '../network/network.ts';
import { inputSpecs } from '../network/predictor.ts';
import type { BeatInputs } from '../network/predictor.ts';
import type { Weights } from '../weights/weights.ts';
import type { LayerAttention } from './token-attention.ts';

/** Why a network calls a batch of beats what it calls them. */
export interface Explanation {
  /** (beat, class) row-major */
  readonly probabilities: Float32Array;
  /** Of every layer; `attentionOverSamples` maps it to samples. */
  readonly attentions: readonly LayerAttention[];
  /**
   * By input, of the input's own shape: |gradient x input| of the chosen class's logit, that is, how much each
   * value as it stands moves the network toward or away from that class.
   */
  readonly relevance: Readonly<Record<string, Float32Array>>;
}

/** Explains any network: attention and relevance come out of one compiled function. */
export class Explainer {
  readonly batch: number;
  readonly #network: Network;
  readonly #compiled: CompiledFunction;

  private constructor(network: Network, compiled: CompiledFunction, batch: number) {
    this.#network = network;
    this.#compiled = compiled;
    this.batch = batch;
  }

  static async compile(executor: Executor, network: Network, weights: Weights, batch = 1): Promise<Explainer> {
    const names = Object.keys(network.inputs);
    const compiled = await executor.compile(
      (given, constants) => {
        const forward = (inputs: readonly tf.Tensor[]) =>
          network.forward({
            weights: constants,
            inputs: Object.fromEntries(names.map((name, i) => [name, inputs[i]])),
          });
        const inputs = names.map((name) => given[`input ${name}`]);
        const gradients = tf.grads((...varied: tf.Tensor[]) => tf.sum(tf.mul(forward(varied).logits, given.chosen)))(
          inputs,
        );
        const { logits, attentions } = forward(inputs);
        return {
          probabilities: tf.softmax(logits),
          ...Object.fromEntries(attentions.map((attention, i) => [`attention ${i}`, attention])),
          ...Object.fromEntries(names.map((name, i) => [`relevance ${name}`, tf.abs(tf.mul(gradients[i], inputs[i]))])),
        };
      },
      { ...inputSpecs(network, batch), chosen: { shape: [batch, network.classes], dtype: 'float32' } },
      weights,
    );
    return new Explainer(network, compiled, batch);
  }

  /**
   * @param inputs  exactly one batch of beats.
   * @param chosen  the class to explain, of each beat.
   */
  async explain(inputs: BeatInputs, chosen: ArrayLike<number>): Promise<Explanation> {
    const { classes } = this.#network;
    if (chosen.length !== this.batch)
      throw new RangeError(`${chosen.length} classes were chosen for ${this.batch} beats`);
    const oneHot = new Float32Array(this.batch * classes);
    for (let beat = 0; beat < this.batch; beat++) {
      if (!(chosen[beat] >= 0 && chosen[beat] < classes))
        throw new RangeError(`class ${chosen[beat]} is not one of ${classes}`);
      oneHot[beat * classes + chosen[beat]] = 1;
    }
    const outputs = await this.#compiled.run({ ...prefixed('input', inputs), chosen: oneHot });
    const shapes = mapNamed(outputs, ({ shape }) => shape);
    const values = await readAll(outputs);
    const layers = Object.keys(shapes).filter((name) => name.startsWith('attention '));
    return {
      probabilities: values.probabilities,
      attentions: layers.map((_, i) => ({ shape: shapes[`attention ${i}`], values: values[`attention ${i}`] })),
      relevance: mapNamed(this.#network.inputs, (_, name) => values[`relevance ${name}`]),
    };
  }

  dispose = (): Promise<void> => this.#compiled.dispose();
}
