import { FormatError } from '../../../domain/format-error.ts';
import { graphShapes, type GraphLayer } from '../../network/layer-graph.ts';
import type { RowModel } from '../../row/model.ts';
import type { Weight } from '../weights.ts';
import { openKeras, type KerasGroup } from './archive.ts';
import { graphOfConfig, KerasRefused, type KerasLayer } from './config.ts';

/** What a Keras model became. */
export interface KerasModel {
  readonly model: RowModel;
  readonly kerasVersion: string;
  readonly layers: number;
  readonly weights: number;
}

const samples = 187;
const classes = 5;

/**
 * Reads a Keras row model: a functional model of known layers from 187 values to a softmax over N, S, V, F, Q.
 * @throws {FormatError} where the file is damaged, or, with a sentence that names the layer, holds what cannot be run.
 */
export function readKeras(bytes: Uint8Array, file: string): KerasModel {
  const { config, kerasVersion, layerGroups } = openKeras(bytes, file);
  try {
    const { layers, graph } = graphOfConfig(config);
    const shapes = graphShapes(graph);
    const sizeOfInput = shapes.get(graph[0].name)!.output.reduce((product, length) => product * length, 1);
    const output = shapes.get(graph.at(-1)!.name)!.output;
    if (sizeOfInput !== samples) throw new KerasRefused(`the model reads ${sizeOfInput} values; rows have ${samples}`);
    if (output.length !== 1 || output[0] !== classes)
      throw new KerasRefused(`the model gives (${output.join(', ')}) values; ${classes} classes were expected`);
    const groups = groupsByLayer(layers, layerGroups);
    const weights: Record<string, Weight> = {};
    for (const layer of graph) {
      const expected = shapes.get(layer.name)!.weights;
      if (Object.keys(expected).length === 0) continue;
      for (const [part, weight] of weightsOf(layer, groups.get(layer.name))) {
        const should = expected[part].join(' x ');
        if (weight.shape.join(' x ') !== should)
          throw new KerasRefused(
            `the ${part} of the layer ${layer.name} is of shape ${weight.shape.join(' x ')}, expected ${should}`,
          );
        weights[`${layer.name}.${part}`] = weight;
      }
    }
    const model: RowModel = { architecture: { kind: 'layers', graph }, weights };
    const count = Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);
    return { model, kerasVersion, layers: graph.length, weights: count };
  } catch (error) {
    if (!(error instanceof KerasRefused || error instanceof RangeError)) throw error;
    throw new FormatError({ file, where: '', rule: error.message, kind: 'unsupported-format' }, { cause: error });
  }
}

/** Groups say whose they are; files that do not count the layers of a class in the order of the config. */
function groupsByLayer(layers: readonly KerasLayer[], groups: readonly KerasGroup[]): ReadonlyMap<string, KerasGroup> {
  const counts = new Map<string, number>();
  return new Map(
    layers.flatMap(({ name, class_name: className }) => {
      const snake = snakeCase(className);
      const count = counts.get(snake) ?? 0;
      counts.set(snake, count + 1);
      const counted = count === 0 ? snake : `${snake}_${count}`;
      const found =
        groups.find(({ layer }) => layer === name) ??
        groups.find(({ group, layer }) => group === counted && layer === undefined);
      return found ? [[name, found] as const] : [];
    }),
  );
}

/** As Keras names groups: `MultiHeadAttention` is `multi_head_attention`, `Conv1D` is `conv1d`. */
const snakeCase = (className: string): string =>
  className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** A layer's weights under this program's names, in the order in which Keras keeps them. */
function weightsOf({ name, settings }: GraphLayer, group: KerasGroup | undefined): [string, Weight][] {
  if (!group) throw new KerasRefused(`the weights of the layer ${name} are not in the file`);
  const take = (paths: Readonly<Record<string, string>>): [string, Weight][] => {
    if (group.weights.size !== Object.keys(paths).length)
      throw new KerasRefused(
        `the layer ${name} has ${group.weights.size} weights, expected ${Object.keys(paths).length}`,
      );
    return Object.entries(paths).map(([part, path]) => {
      const weight = group.weights.get(path);
      if (!weight) throw new KerasRefused(`the ${part} of the layer ${name} is not in the file (${path})`);
      return [part, weight];
    });
  };
  const inOrder = (...parts: (string | false)[]) =>
    take(Object.fromEntries(parts.filter((part) => part !== false).map((part, i) => [part, String(i)])));
  switch (settings.kind) {
    case 'convolution':
      return inOrder('filter', settings.hasBias && 'bias');
    case 'dense':
      return inOrder('matrix', settings.hasBias && 'bias');
    case 'layer-norm':
      return inOrder(settings.hasGain && 'gain', settings.hasShift && 'shift');
    case 'batch-norm':
      return inOrder(settings.hasGain && 'gain', settings.hasShift && 'shift', 'runningMean', 'runningVariance');
    case 'attention':
      return take(
        Object.fromEntries(
          (['query', 'key', 'value', 'output'] as const).flatMap((part) => [
            [part, `${part}_dense/0`],
            ...(settings.hasBias ? [[`${part}Bias`, `${part}_dense/1`]] : []),
          ]),
        ),
      );
    case 'positions': {
      // the layer is the authors' own: its one weight lies in it or in an embedding within it
      if (group.weights.size !== 1)
        throw new KerasRefused(`the layer ${name} has ${group.weights.size} weights, expected one vector a position`);
      const [{ shape, data }] = group.weights.values();
      return [['embedding', { shape: shape[0] === 1 && shape.length === 3 ? shape.slice(1) : shape, data }]];
    }
    default:
      return [];
  }
}
