import { tf } from '../executors/tensorflow.ts';
import type { Weights } from '../weights/weights.ts';
import type { Network } from './network.ts';

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

/** The weights of each member by the names of its own; undoes `joinWeights`. */
export function splitWeights(weights: Weights, members: number): Weights[] {
  if (members === 1) return [weights];
  return Array.from({ length: members }, (_, member) => ownOf(weights, member));
}

const ownOf = <Value>(weights: Readonly<Record<string, Value>>, member: number): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(weights).flatMap(([name, weight]) =>
      name.startsWith(prefixOf(member)) ? [[name.slice(prefixOf(member).length), weight]] : [],
    ),
  );

/**
 * Several networks of one kind that give the mean of their probabilities. For prediction: each member is trained by
 * itself, so nothing is dropped and no statistic is followed here.
 */
export function averaged(network: Network, members: number): Network {
  if (members === 1) return network;
  return {
    inputs: network.inputs,
    classes: network.classes,
    dropouts: {},
    initialWeights: (random) => joinWeights(Array.from({ length: members }, () => network.initialWeights(random))),
    forward: (pass) => {
      const outputs = Array.from({ length: members }, (_, member) =>
        network.forward({ inputs: pass.inputs, weights: ownOf(pass.weights, member) }),
      );
      const sum = tf.addN(outputs.map(({ logits }) => tf.softmax(logits))); // (batch, classes)
      return {
        logits: tf.log(tf.maximum(tf.div(sum, members), 1e-30)), // their softmax is the mean again
        attentions: outputs.flatMap(({ attentions }) => attentions),
      };
    },
  };
}
