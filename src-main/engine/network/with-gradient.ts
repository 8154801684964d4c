import { tf } from '../executors/tensorflow.ts';

/**
 * An operation that brings its own gradient, in fewer operations than differentiating each of its steps.
 * @param forward   its value, and what the gradient needs of it.
 * @param backward  from the gradient of the value and what was saved to the gradient of each input, in their order.
 */
export function withGradient(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => { value: tf.Tensor; saved: tf.Tensor[] },
  backward: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor {
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = given[inputs.length] as tf.GradSaveFunc;
    const { value, saved } = forward(...(given.slice(0, inputs.length) as tf.Tensor[]));
    save(saved);
    return { value, gradFunc: backward };
  });
  return operation(...inputs);
}
