import { beatClasses } from '../../domain/beat-class.ts';
import { FormatError } from '../../domain/format-error.ts';
import { seededRandom } from '../../domain/random.ts';
import type { Executor } from '../executors/executor.ts';
import { averaged } from '../network/averaged.ts';
import { byClass } from '../network/by-class.ts';
import { graphNetwork, type LayerGraph } from '../network/layer-graph.ts';
import type { Network } from '../network/network.ts';
import { compilePredictor } from '../network/predictor.ts';
import { rhythmAttention, type RhythmAttentionSizes } from '../network/rhythm-attention.ts';
import { modelHash, readSafetensors, writeSafetensors } from '../weights/safetensors.ts';
import type { Weights } from '../weights/weights.ts';

/** How a row model is built. */
export type RowArchitecture =
  /** This program's own network, once or several times. */
  | {
      readonly kind: 'rhythm-attention';
      readonly sizes: RhythmAttentionSizes;
      /** Networks whose probabilities are averaged. */
      readonly networks: number;
      /** The class of each kind of row that the networks tell apart; absent where they tell classes. */
      readonly classOf?: readonly number[];
    }
  /** Someone else's, layer by layer. */
  | { readonly kind: 'layers'; readonly graph: LayerGraph };

/** A model of single rows: its input is `signal`, (batch, 187), its classes are N S V F Q. */
export interface RowModel {
  readonly architecture: RowArchitecture;
  readonly weights: Weights;
}

export function rowNetwork(architecture: RowArchitecture): Network {
  if (architecture.kind === 'layers') return graphNetwork(architecture.graph);
  const { sizes, networks, classOf } = architecture;
  const network = rhythmAttention(sizes);
  return averaged(classOf ? byClass(network, classOf, beatClasses.length) : network, networks);
}

/** What its file says of it; all of it decides predictions and so belongs to the hash. */
const metadataOf = ({ architecture }: RowModel) => ({ family: 'row', architecture: JSON.stringify(architecture) });

export const writeRowModel = (model: RowModel): { readonly bytes: Uint8Array; readonly hash: string } => ({
  bytes: writeSafetensors(model.weights, metadataOf(model)),
  hash: modelHash(model.weights, metadataOf(model)),
});

/**
 * Reads a row model's file.
 * @throws {FormatError} where it is damaged, no row model, or its weights do not fit what it says it is.
 */
export function readRowModel(bytes: Uint8Array, file: string): RowModel {
  const { weights, metadata } = readSafetensors(bytes, file);
  const refuse = (where: string, rule: string) => new FormatError({ file, where, rule, kind: 'bad-header' });
  if (metadata.family !== 'row' || !metadata.architecture) throw refuse('__metadata__', 'this is no row model');
  const architecture = JSON.parse(metadata.architecture) as RowArchitecture;
  const expected = rowNetwork(architecture).initialWeights(seededRandom(1));
  for (const name of new Set([...Object.keys(expected), ...Object.keys(weights)])) {
    const [is, should] = [weights[name]?.shape.join(' x '), expected[name]?.shape.join(' x ')];
    if (is !== should) throw refuse(name, `the weight is of shape ${is ?? 'none'}, expected ${should ?? 'none'}`);
  }
  return { architecture, weights };
}

const scoringBatch = 256; // larger ones gain nothing

/** Probabilities of any number of rows, (row, class) row-major. */
export async function predictRows(
  { architecture, weights }: RowModel,
  values: Float32Array,
  executor: Executor,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const predictor = await compilePredictor(executor, rowNetwork(architecture), weights, scoringBatch);
  try {
    return await predictor.predict({ signal: values }, signal);
  } finally {
    await predictor.dispose();
  }
}
