import { tf } from '../executors/tensorflow.ts';
import type { Network } from './network.ts';

/**
 * A network that tells kinds apart, as one that tells the classes that they are of: a class is as probable as its kinds
 * together. For prediction.
 * @param classOf  the class of each kind.
 */
export const byClass = (network: Network, classOf: readonly number[], classes: number): Network => ({
  ...network,
  classes,
  forward: (pass) => {
    const outputs = network.forward(pass);
    const isOf = tf.oneHot(tf.tensor1d([...classOf], 'int32'), classes); // (kinds, classes)
    const sums = tf.matMul(tf.softmax(outputs.logits) as tf.Tensor2D, tf.cast(isOf, 'float32') as tf.Tensor2D);
    return { ...outputs, logits: tf.log(tf.maximum(sums, 1e-30)) }; // their softmax is the sums again
  },
});
