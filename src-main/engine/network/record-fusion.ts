import { windowChannels, windowSamples, featureNames } from '../../domain/record-inputs.ts';
import { mapNamed } from '../executors/named.ts';
import { tf } from '../executors/tensorflow.ts';
import type { Weights } from '../weights/weights.ts';
import type { Network, NetworkOutputs, Pass } from './network.ts';
import {
  branches,
  branchNames,
  contextBeats,
  contextReach,
  taughtClasses,
  type BranchName,
} from './record-branches.ts';

/** How the branches are joined. */
export interface Fusion {
  /** Networks of each branch, whose probabilities are averaged. */
  readonly seeds: Readonly<Record<BranchName, number>>;
  /** ln of the share of normal beats that training kept, at most 0; added to S, V and F, which were all kept. */
  readonly thinning: number;
  /** Divides the joint log-probabilities, so that .9 is right nine times in ten. */
  readonly temperature: number;
}

export interface RecordOutputs extends NetworkOutputs {
  /** ln of each branch's mean probabilities, (batch, 4), as trained: normal beats thinned. */
  readonly ofBranch: Readonly<Record<BranchName, tf.Tensor>>;
  /**
   * Logits of each member of the ensemble, (batch, 4): one network of every branch, joined like all of them. Where
   * members differ, chance in training decided. Computed when asked for.
   */
  members(): readonly tf.Tensor[];
  /** What the first network of every branch makes of the beat, one after the other: (batch, 120). */
  readonly embedding: tf.Tensor;
  /** (batch, seeds * heads, 9): what the beat asks its neighbours. */
  readonly rhythmAttention: tf.Tensor;
  /** (batch, seeds * heads, query, key) over the 17 tokens of the window. */
  readonly morphologyAttention: tf.Tensor;
}

/** What the whole network is given of each beat. */
export const recordNetworkInputs = {
  /** Features of the beat and its neighbours. */
  context: [contextBeats, featureNames.length],
  /** The same with the leads the other way round. */
  turned: [contextBeats, featureNames.length],
  window: [windowSamples, windowChannels],
} as const;
export type RecordNetworkInputs = typeof recordNetworkInputs;

const weightOf: Readonly<Record<BranchName, number>> = { features: 0.5, rhythm: 0.5, morphology: 0.3 };

/** The name of a network's weights among those of all: `rhythm2.embed.matrix`. */
export const networkName = (branch: BranchName, seed: number): string => `${branch}${seed + 1}`;

/** What the names of the weights of each of a branch's networks start with. */
export const networksOf = ({ seeds }: Pick<Fusion, 'seeds'>, branch: BranchName): string[] =>
  Array.from({ length: seeds[branch] }, (_, seed) => `${networkName(branch, seed)}.`);

/**
 * The whole record model as one network over `recordNetworkInputs`; its logits are joint and tempered, so that their
 * softmax is the model's opinion. What is read of features is the mean of both readings of the leads.
 * It runs as in use: batch norm by its running statistics and nothing dropped, in training too, where it only learns
 * from a few corrected beats.
 */
export function recordFusion({ seeds, thinning, temperature }: Fusion): Network<RecordOutputs> {
  const networks = branchNames.flatMap((branch) =>
    Array.from({ length: seeds[branch] }, (_, seed) => ({ branch, name: networkName(branch, seed) })),
  );
  return {
    inputs: recordNetworkInputs,
    classes: taughtClasses,
    dropouts: {},
    initialWeights: (random) =>
      Object.assign(
        {},
        ...networks.map(({ branch, name }) => named(name, branches[branch].initialWeights(random))),
      ) as Weights,
    forward: ({ weights, inputs }) => {
      const { window } = inputs;
      const [batch] = window.shape;
      const context = tf.concat([inputs.context, inputs.turned], 0); // (2 batch, 9, 45)
      const centre = tf.slice(context, [0, contextReach, 0], [2 * batch, 1, featureNames.length]);
      const given = { context, window, features: tf.reshape(centre, [2 * batch, featureNames.length]) };
      const outputs = networks.map(({ branch, name }) => {
        const output = branches[branch].forward({ weights: under(weights, name), inputs: given });
        return { branch, ...output, probabilities: tf.softmax(output.logits) };
      });
      /** ln of what some networks of a branch say, both readings of the leads counting alike: (batch, classes). */
      const opinionOf = (branch: BranchName, probabilities: readonly tf.Tensor[]) => {
        const opinion = lnOfMean(probabilities);
        return branch === 'morphology' ? opinion : meanOfReadings(opinion);
      };
      const saidBy = (branch: BranchName) =>
        outputs.flatMap((one) => (one.branch === branch ? [one.probabilities] : []));
      const ofBranch = mapNamed(weightOf, (_, branch) => opinionOf(branch, saidBy(branch)));
      const prior = tf.tensor1d([0, thinning, thinning, thinning]);
      const joined = (logProbabilities: Readonly<Record<BranchName, tf.Tensor>>) => {
        const parts = branchNames.map((branch) => {
          const own = logProbabilities[branch];
          return tf.mul(branch === 'morphology' ? withoutRhythm(own) : own, weightOf[branch]);
        });
        return tf.mul(tf.add(tf.addN(parts), prior), 1 / temperature);
      };
      const members = () => {
        const own = mapNamed(weightOf, (_, branch) => saidBy(branch).map((one) => opinionOf(branch, [one])));
        const memberOf = (_: unknown, member: number) =>
          joined(mapNamed(own, (opinions) => opinions[member % opinions.length]));
        return Array.from({ length: Math.max(...Object.values(seeds)) }, memberOf);
      };
      const attentions = (branch: BranchName) =>
        tf.concat(
          outputs.flatMap((output) => (output.branch === branch ? output.attentions : [])),
          1,
        );
      const rhythm = meanOfReadings(attentions('rhythm')); // (batch, seeds * heads, 1, 9)
      const morphology = attentions('morphology');
      return {
        logits: joined(ofBranch),
        members,
        embedding: tf.concat(
          branchNames.map((branch) => {
            const first = outputs.find((one) => one.branch === branch)!.embedding!;
            return branch === 'morphology' ? first : meanOfReadings(first);
          }),
          1,
        ),
        attentions: [rhythm, morphology],
        ofBranch,
        rhythmAttention: tf.reshape(rhythm, [batch, rhythm.shape[1]!, contextBeats]),
        morphologyAttention: morphology,
      };
    },
  };
}

/** The mean of the first half of the rows, which is of one reading of the leads, and the second, of the other. */
function meanOfReadings(both: tf.Tensor): tf.Tensor {
  const [one, other] = tf.split(both, 2, 0);
  return tf.mul(tf.add(one, other), 0.5);
}

/** ln of the mean of what several networks say: (batch, classes) each. */
function lnOfMean(probabilities: readonly tf.Tensor[]): tf.Tensor {
  const mean = tf.mul(tf.addN([...probabilities]), 1 / probabilities.length);
  return tf.log(tf.add(mean, 1e-7)); // keeps a certain network from a veto over the others
}

/**
 * The morphology branch sees no rhythm, and its opinion on N against S only spoils the others': both are given
 * ln(pN + pS).
 */
export function withoutRhythm(logProbabilities: tf.Tensor): tf.Tensor {
  const [n, s, v, f] = tf.split(tf.exp(logProbabilities), taughtClasses, 1); // (batch, 1) each
  const either = tf.add(n, s);
  return tf.log(tf.concat([either, either, v, f], 1));
}

const named = (name: string, weights: Weights): Weights =>
  Object.fromEntries(Object.entries(weights).map(([part, weight]) => [`${name}.${part}`, weight]));

/** The weights of one network among those of all, by their own names. */
function under(weights: Pass['weights'], name: string): Record<string, tf.Tensor> {
  const prefix = `${name}.`;
  return Object.fromEntries(
    Object.entries(weights).flatMap(([full, tensor]) =>
      full.startsWith(prefix) ? [[full.slice(prefix.length), tensor]] : [],
    ),
  );
}
