import { tf } from '../executors/tensorflow.ts';

/**
 * Losses of each beat from its logits and its target probabilities (which mixup makes soft):
 * (batch, classes) twice to (batch). Both go through log-softmax, so no logit is too large for them.
 */
export type BeatLoss = (logits: tf.Tensor, targets: tf.Tensor) => tf.Tensor;

export const crossEntropy: BeatLoss = (logits, targets) => tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1));

/** Focal loss (Lin 2017): cross-entropy times (1 - p)^gamma, so that easy beats count little. */
export const focalLoss =
  (gamma: number): BeatLoss =>
  (logits, targets) => {
    const logProbabilities = tf.logSoftmax(logits);
    // a floor keeps the power's gradient finite where p rounds to 1 and gamma is below 1
    const missing = tf.maximum(tf.sub(1, tf.exp(logProbabilities)), 1e-7);
    const factor = gamma === 2 ? tf.square(missing) : tf.pow(missing, gamma);
    return tf.neg(tf.sum(tf.mul(targets, tf.mul(factor, logProbabilities)), -1));
  };
