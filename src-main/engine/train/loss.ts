import { tf } from '../executors/tensorflow.ts';
import type { NetworkOutputs } from '../network/network.ts';
import type { HyperParameters } from './hyper-parameters.ts';

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

/** Loss of each beat, (batch), from what the network gives; for networks with more to score than their logits. */
export type Objective<Outputs extends NetworkOutputs> = (outputs: Outputs, targets: tf.Tensor) => tf.Tensor;

/**
 * The loss that the hyper-parameters name, on the logits.
 * @param classShares  what part of the training each class is, for logit adjustment (Menon 2021): the loss sees logits
 *   raised by ln of the share, so that the network itself, which is used without, favours no class for being frequent.
 */
export function lossNamed(
  { loss, focalGamma, logitAdjustment }: Pick<HyperParameters, 'loss' | 'focalGamma' | 'logitAdjustment'>,
  classShares?: readonly number[],
): Objective<NetworkOutputs> {
  const ofLogits = loss === 'focal' ? focalLoss(focalGamma) : crossEntropy;
  if (!logitAdjustment) return ({ logits }, targets) => ofLogits(logits, targets);
  if (!classShares) throw new RangeError('logit adjustment needs the share of each class');
  const raised = classShares.map((share) => logitAdjustment * Math.log(share));
  return ({ logits }, targets) => ofLogits(tf.add(logits, tf.tensor1d(raised)), targets);
}
