import { type ActivationName, activations, type LayerSettings, type Padding } from '../../network/graph-layers.ts';
import type { GraphLayer, LayerGraph } from '../../network/layer-graph.ts';

/** Thrown for a model that cannot be taken over, with a sentence that names the layer. */
export class KerasRefused extends Error {
  override readonly name = 'KerasRefused';
}

type Config = Readonly<Record<string, unknown>>;
export interface KerasLayer {
  readonly class_name: string;
  readonly name: string;
  readonly config: Config;
  readonly inbound_nodes: readonly { readonly args: readonly unknown[]; readonly kwargs: Config }[];
}
export interface KerasGraph {
  /** As listed, which is the order that weights are counted in. */
  readonly layers: readonly KerasLayer[];
  readonly graph: LayerGraph;
}

/** Classes whose layers do nothing in prediction. */
const trainingOnly = ['Dropout', 'SpatialDropout1D', 'GaussianNoise', 'GaussianDropout', 'ActivityRegularization'];

/**
 * The layers of a functional Keras model as a graph, without the softmax at its end.
 * @throws {KerasRefused} for another kind of model, an unknown layer, or a setting that this program does not compute.
 */
export function graphOfConfig(model: unknown): KerasGraph {
  const { class_name: className, config } = (model ?? {}) as { class_name?: unknown; config?: Config };
  if (className !== 'Functional')
    throw new KerasRefused(`the model is of the class ${String(className)}; only functional Keras models can be read`);
  const layers = config?.layers as readonly KerasLayer[];
  const output = onlyLayer(config?.output_layers, 'output');
  const input = onlyLayer(config?.input_layers, 'input');
  const graph: GraphLayer[] = [];
  const reached = new Set<string>();
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const place = (name: string) => {
    if (reached.has(name)) return;
    reached.add(name);
    const layer = byName.get(name);
    if (!layer) throw new KerasRefused(`the layer ${name} is read but not there`);
    if (layer.class_name !== 'InputLayer' && layer.inbound_nodes.length !== 1)
      throw new KerasRefused(
        `the layer ${name} is used ${layer.inbound_nodes.length} times; shared layers cannot be read`,
      );
    const from = sourcesOf(layer);
    from.forEach(place);
    graph.push({ name, from, settings: settingsOf(layer, name === output) });
  };
  place(input);
  place(output);
  return { layers, graph };
}

/** Input and output layers are `[name, node, tensor]`, or a list of such where there are several. */
function onlyLayer(entry: unknown, what: string): string {
  const list = Array.isArray(entry) ? entry : [];
  const one: unknown = list.length === 1 && Array.isArray(list[0]) ? (list[0] as unknown[])[0] : list[0];
  if (typeof one !== 'string') throw new KerasRefused(`the model has not exactly one ${what}`);
  return one;
}

/** Names of the layers that a layer reads: queries, values and keys for attention, by name or by position. */
function sourcesOf({ name, class_name: className, inbound_nodes: [node] }: KerasLayer): string[] {
  if (!node) return [];
  const sources: string[] = [];
  const collect = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(collect);
    else if ((value as Config | null)?.class_name === '__keras_tensor__')
      sources.push((value as { config: { keras_history: [string] } }).config.keras_history[0]);
  };
  node.args.forEach(collect);
  for (const [key, value] of Object.entries(node.kwargs)) {
    if (['query', 'value', 'key', 'inputs', 'x'].includes(key)) collect(value);
    else if (key.endsWith('mask') ? value !== null && value !== false : key === 'return_attention_scores' && value)
      throw new KerasRefused(`the layer ${name} (${className}) is given ${key}, which cannot be read`);
  }
  return sources;
}

function settingsOf(layer: KerasLayer, isOutput: boolean): LayerSettings {
  const { class_name: className, name, config } = layer;
  const refuse = (what: string): never => {
    throw new KerasRefused(`the layer ${name} (${className}) ${what}, which this program does not compute`);
  };
  const demand = (holds: boolean, what: string) => void (holds || refuse(what));
  const number = (key: string): number => {
    const value = Array.isArray(config[key]) ? (config[key] as unknown[])[0] : config[key];
    return typeof value === 'number' ? value : refuse(`has ${key} ${JSON.stringify(config[key])}`);
  };
  const padding = (): Padding => {
    const { padding: given } = config;
    return given === 'same' || given === 'valid' ? given : refuse(`has padding ${JSON.stringify(given)}`);
  };
  const activation = (endsInSoftmax = isOutput): ActivationName => {
    const given = config.activation === 'swish' ? 'silu' : (config.activation ?? 'linear');
    if (endsInSoftmax && given !== 'softmax') refuse(`ends the model with ${JSON.stringify(given)} instead of softmax`);
    if (endsInSoftmax) return 'linear';
    return typeof given === 'string' && given in activations
      ? (given as ActivationName)
      : refuse(`has the activation ${JSON.stringify(given)}`);
  };
  const lastAxis = (rank?: number) => {
    const axis = Array.isArray(config.axis) && config.axis.length === 1 ? (config.axis as unknown[])[0] : config.axis;
    demand(
      axis === -1 || axis === undefined || axis === (rank ?? 2),
      `works along axis ${JSON.stringify(config.axis)}`,
    );
  };
  demand(
    config.data_format === undefined || config.data_format === 'channels_last',
    `has data format ${String(config.data_format)}`,
  );
  if (isOutput) demand(['Dense', 'Activation', 'Softmax'].includes(className), 'ends the model without softmax');

  switch (className) {
    case 'InputLayer': {
      const shape = (config.batch_shape as (number | null)[] | undefined)?.slice(1) ?? [];
      demand(
        shape.length > 0 && shape.every((length) => length !== null),
        `reads rows of shape ${JSON.stringify(shape)}`,
      );
      return { kind: 'input', shape: shape as number[] };
    }
    case 'Conv1D':
      demand(number('dilation_rate') === 1, `has dilation ${JSON.stringify(config.dilation_rate)}`);
      demand(number('groups') === 1, `has ${number('groups')} groups`);
      return {
        ...{ kind: 'convolution', filters: number('filters'), width: number('kernel_size'), stride: number('strides') },
        ...{ padding: padding(), hasBias: config.use_bias !== false, activation: activation() },
      };
    case 'Dense':
      return { kind: 'dense', units: number('units'), hasBias: config.use_bias !== false, activation: activation() };
    case 'BatchNormalization':
    case 'LayerNormalization':
      lastAxis();
      demand(!config.rms_scaling, 'scales by the root mean square');
      return {
        ...{ kind: className === 'BatchNormalization' ? 'batch-norm' : 'layer-norm', epsilon: number('epsilon') },
        ...{ hasGain: config.scale !== false, hasShift: config.center !== false },
      };
    case 'Activation':
      return { kind: 'activation', activation: activation() };
    case 'Softmax':
      demand(isOutput, 'stands within the model');
      return { kind: 'activation', activation: 'linear' };
    case 'ReLU':
      demand(config.max_value == null && !config.negative_slope && !config.threshold, 'is no plain ReLU');
      return { kind: 'activation', activation: 'relu' };
    case 'Add':
      return { kind: 'add' };
    case 'Concatenate':
      lastAxis(layer.inbound_nodes.length > 0 ? undefined : 1);
      return { kind: 'concatenate' };
    case 'Flatten':
      return { kind: 'flatten' };
    case 'MaxPooling1D':
      return { kind: 'max-pool', width: number('pool_size'), stride: number('strides'), padding: padding() };
    case 'GlobalAveragePooling1D':
    case 'GlobalMaxPooling1D':
      demand(!config.keepdims, 'keeps the time axis');
      return { kind: className === 'GlobalMaxPooling1D' ? 'maximum-over-time' : 'average-over-time' };
    case 'MultiHeadAttention':
      demand(config.output_shape == null, `has output shape ${JSON.stringify(config.output_shape)}`);
      demand(!config.use_gate, 'has a gate');
      demand(config.sliding_window == null, 'looks through a sliding window');
      return {
        ...{ kind: 'attention', heads: number('num_heads'), keyWidth: number('key_dim') },
        valueWidth: config.value_dim == null ? number('key_dim') : number('value_dim'),
        hasBias: config.use_bias !== false,
      };
  }
  // The authors' own layer: one learned vector for each position, added.
  if (/^Positional(Embedding|Encoding)$/.test(className)) return { kind: 'positions' };
  if (trainingOnly.includes(className)) return { kind: 'activation', activation: 'linear' };
  throw new KerasRefused(
    `the layer ${name} is of the class ${className}, which this program does not know; it reads ${knownClasses}`,
  );
}

const knownClasses = `Conv1D, Dense, BatchNormalization, LayerNormalization, MultiHeadAttention, PositionalEmbedding, Activation, ReLU, Softmax, Add, Concatenate, Flatten, MaxPooling1D, GlobalAveragePooling1D, GlobalMaxPooling1D, InputLayer, ${trainingOnly.join(', ')}`;
