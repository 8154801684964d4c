import { featureNames } from '../../domain/record-inputs.ts';
import { networkName, recordFusion, type Fusion, type RecordOutputs } from '../network/record-fusion.ts';
import { branchNames, type BranchName } from '../network/record-branches.ts';
import type { Network } from '../network/network.ts';
import type { Weights } from '../weights/weights.ts';
import type { SecondLook } from './second-look.ts';

/** A trained record model: all that is needed to score beats. */
export interface RecordModel extends Fusion {
  /** Of every network, named as `rhythm2.embed.matrix`. */
  readonly networks: Weights;
  /** Median and standard deviation of each feature over the training beats. */
  readonly standard: FeatureStandard;
  /** How what the networks say is looked at again when the whole recording is read; null where it is not. */
  readonly secondLook: SecondLook | null;
}

/** What features are measured by before a network sees them. */
export interface FeatureStandard {
  readonly median: Float32Array;
  readonly deviation: Float32Array;
}

/** The model's network; the same for every model of these seeds. */
export const networkOf = (model: Fusion): Network<RecordOutputs> => recordFusion(model);

const secondLookName = 'fusion.looksTwice';

/** The model as named tensors, to write to a file. */
export function modelToWeights({ networks, standard, thinning, temperature, secondLook }: RecordModel): Weights {
  const vector = (data: Float32Array) => ({ shape: [data.length], data });
  return {
    'standard.median': vector(standard.median),
    'standard.deviation': vector(standard.deviation),
    'fusion.thinning': vector(Float32Array.of(thinning)),
    'fusion.temperature': vector(Float32Array.of(temperature)),
    ...(secondLook ? { [secondLookName]: vector(Float32Array.of(secondLook.supraventricularShare)) } : {}),
    ...networks,
  };
}

/**
 * The model of named tensors.
 * @throws {RangeError} when a tensor is missing, unknown, or of another shape than this program's network has.
 */
export function modelFromWeights(weights: Weights): RecordModel {
  const vector = (name: string, length: number) => {
    const found = weights[name];
    if (found?.data.length !== length)
      throw new RangeError(`record model: ${name} has ${found?.data.length ?? 'no'} values, expected ${length}`);
    return found.data;
  };
  const isOwn = (name: string) => /^(standard|fusion)\./.test(name);
  const networks = Object.fromEntries(Object.entries(weights).filter(([name]) => !isOwn(name)));
  const seeds = Object.fromEntries(
    branchNames.map((branch) => [branch, countSeeds(Object.keys(networks), branch)]),
  ) as Record<BranchName, number>;
  const model: RecordModel = {
    seeds,
    thinning: vector('fusion.thinning', 1)[0],
    temperature: vector('fusion.temperature', 1)[0],
    // unknown before version 1.3 of the shipped models, whose share was 1
    secondLook: secondLookName in weights ? { supraventricularShare: vector(secondLookName, 1)[0] } : null,
    standard: {
      median: vector('standard.median', featureNames.length),
      deviation: vector('standard.deviation', featureNames.length),
    },
    networks,
  };
  const expected = networkOf(model).initialWeights(zeros);
  for (const name of new Set([...Object.keys(expected), ...Object.keys(networks)])) {
    const [is, should] = [networks[name]?.shape.join(' x '), expected[name]?.shape.join(' x ')];
    if (is !== should)
      throw new RangeError(`record model: ${name} is of shape ${is ?? 'none'}, expected ${should ?? 'none'}`);
  }
  return model;
}

/** Seeds of a branch, of which there must be one. */
function countSeeds(names: readonly string[], branch: BranchName): number {
  let seeds = 0;
  while (names.some((name) => name.startsWith(`${networkName(branch, seeds)}.`))) seeds++;
  if (seeds === 0) throw new RangeError(`record model: the branch ${branch} has no weights`);
  return seeds;
}

/** Only shapes are asked for, so every draw is 0. */
const zeros = {
  uniform: () => 0,
  normal: () => 0,
  integer: () => 0,
  beta: () => 0,
  shuffle: <Items>(items: Items) => items,
  state: () => [0, 0, 0, 0] as const,
};
