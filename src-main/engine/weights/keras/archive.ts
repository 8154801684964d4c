import { unzipSync } from 'fflate';
import { Dataset, File, Group } from 'jsfive';
import { FormatError } from '../../../domain/format-error.ts';
import type { Weight } from '../weights.ts';

/**
 * A `.keras` file, as Keras 3 saves models (https://keras.io/guides/serialization_and_saving): a zip of
 *   config.json        the layers, their settings, and what each reads
 *   metadata.json      the version of Keras
 *   model.weights.h5   HDF5: /layers/<class in snake_case>[_<number>]/[<part>/]vars/<number>, float32
 * A group's number counts the layers of its class in the order of the config; the attribute `name` of its `vars`,
 * where there is one, is the layer's own name.
 */
export interface KerasArchive {
  readonly config: unknown;
  readonly kerasVersion: string;
  readonly layerGroups: readonly KerasGroup[];
}

/** The weights of one layer. */
export interface KerasGroup {
  /** In the file. */
  readonly group: string;
  /** Of the layer; undefined where the file does not say. */
  readonly layer: string | undefined;
  /** By path below the group without `vars`: `0`, `query_dense/0`. */
  readonly weights: ReadonlyMap<string, Weight>;
}

const largestBytes = 512 * 1024 * 1024;

/** @throws {FormatError} where it is no zip, a part is missing, or a weight is not float32. */
export function openKeras(bytes: Uint8Array, file: string): KerasArchive {
  const refuse = (where: string, rule: string, cause?: unknown) =>
    new FormatError({ file, where, rule, kind: 'bad-header' }, { cause });
  let parts: Record<string, Uint8Array>;
  try {
    parts = unzipSync(bytes, { filter: ({ originalSize }) => originalSize <= largestBytes });
  } catch (error) {
    throw refuse('', 'this is no .keras file: it is not a zip archive, or it is damaged', error);
  }
  const part = (name: string): Uint8Array => {
    if (!parts[name]) throw refuse(name, 'the archive lacks this part; save the model with Keras 3 as .keras');
    return parts[name];
  };
  const json = (name: string): unknown => {
    try {
      return JSON.parse(new TextDecoder().decode(part(name)));
    } catch (error) {
      if (error instanceof FormatError) throw error;
      throw refuse(name, 'this part is not JSON', error);
    }
  };
  const config = json('config.json');
  const metadata = json('metadata.json') as { keras_version?: unknown };
  const h5 = part('model.weights.h5');
  try {
    const layers = new File(h5.slice().buffer, file).get('layers');
    return {
      config,
      kerasVersion: typeof metadata.keras_version === 'string' ? metadata.keras_version : 'unknown',
      layerGroups: layers instanceof Group ? layers.keys.map((name) => readGroup(name, layers.get(name) as Group)) : [],
    };
  } catch (error) {
    if (error instanceof RangeError) throw refuse('model.weights.h5', error.message, error);
    throw refuse('model.weights.h5', 'the weights are no HDF5 file that can be read', error);
  }
}

function readGroup(group: string, found: Group): KerasGroup {
  const weights = new Map<string, Weight>();
  const visit = (at: Group, path: string) => {
    for (const key of at.keys) {
      const child = at.get(key);
      const below = key === 'vars' ? path : `${path}${key}${child instanceof Group ? '/' : ''}`;
      if (child instanceof Dataset) {
        if (!/^[<>]f4$/.test(child.dtype))
          throw new RangeError(`${group}/${below} is ${child.dtype}, expected float32`);
        weights.set(below, { shape: child.shape, data: Float32Array.from(child.value) });
      } else if (child) visit(child, below);
    }
  };
  visit(found, '');
  const vars = found.keys.includes('vars') ? found.get('vars') : undefined;
  const layer = vars instanceof Group ? vars.attrs.name : undefined;
  return { group, layer: typeof layer === 'string' ? layer : undefined, weights };
}
