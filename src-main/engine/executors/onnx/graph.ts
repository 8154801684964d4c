import { createHash } from 'node:crypto';
import { encodeModel } from './proto.ts';
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from './proto.ts';

/** ONNX element types (TensorProto.DataType). */
export const elementType = { float32: 1, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementType;

/** A float attribute; plain numbers are written as whole ones. */
export interface FloatAttribute {
  readonly float: number;
}
export type Attributes = Readonly<Record<string, number | readonly number[] | string | FloatAttribute>>;

const opset = 21;
const irVersion = 10; // what ONNX 1.16, the release of opset 21, writes

/** ONNX Runtime's own operators. */
const contributed = 'com.microsoft';
const contributedOperators = new Set(['DynamicQuantizeMatMul']);

/**
 * A growing ONNX graph: every method takes and returns names of values. What is there already, a constant or an
 * operation on the same values, is not added again.
 */
export class OnnxGraph {
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  /** Whether products with constant weights are computed in whole numbers of 8 bits. */
  readonly hasInt8Products: boolean;
  /** Most parts that one Split may have on the device the graph is for. */
  readonly mostParts: number;
  /** Outputs of what was added, by what it is. */
  readonly #known = new Map<string, readonly string[]>();
  /** Values that follow from constants alone. */
  readonly #constants = new Set<string>();
  /** What each transposition turned, and how. */
  readonly #turned = new Map<string, { readonly of: string; readonly perm: readonly number[] }>();
  /** What each reshape reshaped. */
  readonly #reshaped = new Map<string, string>();
  #next = 0;

  constructor(hasInt8Products = false, mostParts = Infinity) {
    this.hasInt8Products = hasInt8Products;
    this.mostParts = mostParts;
  }

  isConstant = (name: string): boolean => this.#constants.has(name);

  get nodeCount(): number {
    return this.#needed().length;
  }

  /** Adds a node and names its only output. */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.ops(type, inputs, attributes, 1)[0];
  }

  /** Adds a node with several outputs. */
  ops(type: string, inputs: readonly string[], attributes: Attributes, outputs: number): readonly string[] {
    const key = JSON.stringify([type, inputs, attributes, outputs]);
    return this.#once(key, () => this.#add(type, inputs, attributes, outputs));
  }

  #add(type: string, inputs: readonly string[], attributes: Attributes, outputs: number): readonly string[] {
    const output = Array.from({ length: outputs }, () => this.#fresh(type));
    this.#nodes.push({
      input: [...inputs],
      output,
      name: output[0],
      opType: type,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      domain: contributedOperators.has(type) ? contributed : '',
    });
    if (inputs.every((input) => this.#constants.has(input))) for (const name of output) this.#constants.add(name);
    return output;
  }

  #once(key: string, make: () => readonly string[]): readonly string[] {
    let names = this.#known.get(key);
    if (!names) this.#known.set(key, (names = make()));
    return names;
  }

  /** A constant whose bytes become part of the model. */
  constant(values: ArrayBufferView, shape: readonly number[], type: ElementType, name?: string): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const add = (as: string) => {
      this.#initializers.push({ dims: shape, dataType: elementType[type], name: as, rawData });
      this.#constants.add(as);
      return as;
    };
    if (name !== undefined) return add(name);
    const content = createHash('sha256').update(rawData).digest('base64');
    return this.#once(JSON.stringify([type, shape, content]), () => [add(this.#fresh('constant'))])[0];
  }

  /** A vector of whole numbers, as shapes, axes and indices are written. */
  ints(values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }

  scalar(value: number, type: 'float32' | 'int32' = 'float32'): string {
    return this.constant(type === 'float32' ? Float32Array.of(value) : Int32Array.of(value), [], type);
  }

  /** Two reshapes in a row become one. */
  reshape(value: string, shape: readonly number[]): string {
    const of = this.#reshaped.get(value) ?? value;
    const name = this.op('Reshape', [of, this.ints(shape)]);
    this.#reshaped.set(name, of);
    return name;
  }

  /** Two transpositions in a row become one, or none. */
  transpose(value: string, perm: readonly number[]): string {
    const before = this.#turned.get(value);
    if (before)
      return this.transpose(
        before.of,
        perm.map((axis) => before.perm[axis]),
      );
    if (perm.every((axis, i) => axis === i)) return value;
    const name = this.op('Transpose', [value], { perm });
    this.#turned.set(name, { of: value, perm });
    return name;
  }

  /**
   * An operation on each element of one input, or of several of one shape. Where all were transposed alike it comes
   * before the transposition, so that one of the layers that follow can take it back.
   */
  elementwise(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const turned = inputs.map((input) => this.#turned.get(input));
    const perm = turned[0]?.perm;
    if (!perm || turned.some((each) => each?.perm.join() !== perm.join())) return this.op(type, inputs, attributes);
    return this.transpose(
      this.op(
        type,
        turned.map((each) => each!.of),
        attributes,
      ),
      perm,
    );
  }

  /** Elements `[from, to)` of one axis, every `step`-th. */
  slice(value: string, axis: number, from: number, to: number, step = 1): string {
    return this.op('Slice', [value, this.ints([from]), this.ints([to]), this.ints([axis]), this.ints([step])]);
  }

  /** Parts of one axis, of those lengths. */
  split(value: string, axis: number, sizes: readonly number[]): readonly string[] {
    if (sizes.length <= this.mostParts) return this.ops('Split', [value, this.ints(sizes)], { axis }, sizes.length);
    let from = 0;
    return sizes.map((size) => this.slice(value, axis, from, (from += size)));
  }

  cast(value: string, to: ElementType): string {
    return this.op('Cast', [value], { to: elementType[to] });
  }

  input(name: string, shape: readonly number[], type: ElementType): string {
    this.#inputs.push(valueInfo(name, shape, type));
    return name;
  }

  output(name: string, value: string, shape: readonly number[], type: ElementType): void {
    this.#nodes.push({
      input: [value],
      output: [name],
      name: `give ${name}`,
      opType: 'Identity',
      attribute: [],
      domain: '',
    });
    this.#outputs.push(valueInfo(name, shape, type));
  }

  /** The bytes of the model, with text that travels with it. */
  encode(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const nodes = this.#needed();
    const read = new Set(nodes.flatMap(({ input }) => input));
    return encodeModel({
      irVersion,
      producerName: 'rhythm-attention',
      opsetImport: [
        { domain: '', version: opset },
        ...(nodes.some(({ domain }) => domain) ? [{ domain: contributed, version: 1 }] : []),
      ],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name: 'graph',
        node: nodes,
        initializer: this.#initializers.filter(({ name }) => read.has(name)),
        input: this.#inputs,
        output: this.#outputs,
      },
    });
  }

  /** Nodes that an output depends on, in order. */
  #needed(): NodeProto[] {
    const wanted = new Set(this.#outputs.map(({ name }) => name));
    return this.#nodes
      .toReversed()
      .filter(({ input, output }) => {
        const isNeeded = output.some((name) => wanted.has(name));
        if (isNeeded) for (const name of input) wanted.add(name);
        return isNeeded;
      })
      .toReversed();
  }

  #fresh(type: string): string {
    return `${type}_${this.#next++}`;
  }
}

// AttributeProto.AttributeType: 1 float, 2 int, 3 string, 7 ints
function attribute(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === 'number') return { name, type: 2, i: value };
  if (typeof value === 'string') return { name, type: 3, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: [...value] };
}

const valueInfo = (name: string, shape: readonly number[], type: ElementType): ValueInfoProto => ({
  name,
  type: {
    tensorType: { elemType: elementType[type], shape: { dim: shape.map((dimValue) => ({ dimValue })) } },
  },
});
