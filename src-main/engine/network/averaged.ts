import { tf } from '../executors/tensorflow.ts';
import type { Weights } from '../weights/weights.ts';
import type { Network, Pass } from './network.ts';

const prefixOf = (member: number): string => `network${member + 1}.`;

/** The members' weights under one roof, as the network of their average names them; a single member keeps its names. */
export function joinWeights(members: readonly Weights[]): Weights {
  if (members.length === 1) return members[0];
  return Object.fromEntries(
    members.flatMap((weights, member) =>
      Object.entries(weights).map(([name, weight]) => [`${prefixOf(member)}${name}`, weight]),
    ),
  );
}

/**
 * Several networks of one kind that give the mean of their probabilities. For prediction: each member is trained by
 * itself, so nothing is dropped and no statistic is followed here.
 */
export function averaged(network: Network, members: number): Network {
  if (members === 1) return network;
  const weightsOf = ({ weights }: Pass, member: number) =>
    Object.fromEntries(
      Object.entries(weights).flatMap(([name, weight]) =>
        name.startsWith(prefixOf(member)) ? [[name.slice(prefixOf(member).length), weight]] : [],
      ),
    );
  return {
    inputs: network.inputs,
    classes: network.classes,
    dropouts: {},
    initialWeights: (random) => joinWeights(Array.from({ length: members }, () => network.initialWeights(random))),
    forward: (pass) => {
      const outputs = Array.from({ length: members }, (_, member) =>
        network.forward({ inputs: pass.inputs, weights: weightsOf(pass, member) }),
      );
      const sum = tf.addN(outputs.map(({ logits }) => tf.softmax(logits))); // (batch, classes)
      return {
        logits: tf.log(tf.maximum(tf.div(sum, members), 1e-30)), // their softmax is the mean again
        attentions: outputs.flatMap(({ attentions }) => attentions),
      };
    },
  };
}
