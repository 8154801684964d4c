import type { tf } from '../executors/tensorflow.ts';
import { type LayerSettings, layerKinds } from './graph-layers.ts';
import { InitialWeights } from './initial-weights.ts';
import type { Network } from './network.ts';

/** A layer of a graph; it comes after those it reads. */
export interface GraphLayer {
  readonly name: string;
  /** Names of the layers that it reads, in their order. */
  readonly from: readonly string[];
  readonly settings: LayerSettings;
}

/** A network of someone else's making: the first layer is the input, the last one gives the logits. */
export type LayerGraph = readonly GraphLayer[];

/** Shapes of a layer's result and weights. */
export interface LayerShapes {
  readonly output: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

/** Shapes of every layer by name. @throws {RangeError} where a layer cannot read what comes before it. */
export function graphShapes(graph: LayerGraph): ReadonlyMap<string, LayerShapes> {
  const shapes = new Map<string, LayerShapes>();
  for (const { name, from, settings } of graph) {
    const kind = layerKinds[settings.kind];
    const inputs = from.map((source) => shapes.get(source)!.output);
    shapes.set(name, {
      output: kind.shape(inputs, settings as never),
      weights: kind.weights?.(inputs, settings as never) ?? {},
    });
  }
  return shapes;
}

/**
 * The network that a graph describes, for prediction: norms use their running statistics and nothing is dropped.
 * Its input is `signal`; a row is reshaped to what the graph's input layer asks for.
 */
export function graphNetwork(graph: LayerGraph): Network {
  const shapes = graphShapes(graph);
  const samples = shapes.get(graph[0].name)!.output.reduce((product, length) => product * length, 1);
  return {
    inputs: { signal: [samples] },
    classes: shapes.get(graph.at(-1)!.name)!.output[0],
    dropouts: {},
    initialWeights: (random) => {
      const initial = new InitialWeights(random);
      for (const { name } of graph)
        for (const [part, shape] of Object.entries(shapes.get(name)!.weights))
          initial.spread(`${name}.${part}`, shape, 0.1);
      return initial.weights;
    },
    forward: (pass) => {
      const results = new Map<string, tf.Tensor>();
      const attentions: tf.Tensor[] = [];
      for (const { name, from, settings } of graph) {
        const inputs = settings.kind === 'input' ? [pass.inputs.signal] : from.map((source) => results.get(source)!);
        const parts = Object.keys(shapes.get(name)!.weights);
        const weights = Object.fromEntries(parts.map((part) => [part, pass.weights[`${name}.${part}`]]));
        const { output, attention } = layerKinds[settings.kind].run(inputs, settings as never, weights);
        results.set(name, output);
        if (attention) attentions.push(attention);
      }
      return { logits: results.get(graph.at(-1)!.name)!, attentions };
    },
  };
}
