import { strToU8, unzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onnxExecutor } from '../../../../../src-main/engine/executors/onnx/executor.ts';
import { predictRows, readRowModel, writeRowModel } from '../../../../../src-main/engine/row/model.ts';
import { readKeras } from '../../../../../src-main/engine/weights/keras/read-keras.ts';

const fixture = new Uint8Array(readFileSync(join(import.meta.dirname, 'row.keras')));
const { rows, probabilities } = JSON.parse(readFileSync(join(import.meta.dirname, 'expected.json'), 'utf8')) as {
  rows: number[][];
  probabilities: number[][];
};

interface Layer {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
}
/** The fixture with its config changed. */
function changed(change: (config: { class_name: string; config: { layers: Layer[] } }) => void): Uint8Array {
  const parts = unzipSync(fixture);
  const config = JSON.parse(new TextDecoder().decode(parts['config.json'])) as Parameters<typeof change>[0];
  change(config);
  return zipSync({ ...parts, 'config.json': strToU8(JSON.stringify(config)) });
}
const layer = (layers: Layer[], className: string) => layers.find((one) => one.class_name === className)!;

describe('a Keras model', () => {
  it('gives what Keras gives, within 1e-5', async () => {
    const { model, kerasVersion } = readKeras(fixture, 'row.keras');
    const ours = await predictRows(model, Float32Array.from(rows.flat()), onnxExecutor({ threads: 1 }));
    expect(kerasVersion).toBe('3.15.1');
    expect(Math.max(...probabilities.flat().map((p, i) => Math.abs(p - ours[i])))).toBeLessThan(1e-5);
  });

  it('is kept as a row model file', () => {
    const { model } = readKeras(fixture, 'row.keras');
    expect(readRowModel(writeRowModel(model).bytes, 'row.safetensors')).toEqual(model);
  });

  it.each<[string, Uint8Array, string]>([
    [
      'with an unknown layer',
      changed(({ config }) => (layer(config.layers, 'SpatialDropout1D').class_name = 'LSTM')),
      'is of the class LSTM, which this program does not know',
    ],
    [
      'with a filter of another shape than its config says',
      changed(({ config }) => (layer(config.layers, 'Conv1D').config.kernel_size = [9])),
      'the filter of the layer conv1d is of shape 7 x 1 x 8, expected 9 x 1 x 8',
    ],
    [
      'with layers that do not fit each other',
      changed(({ config }) => (layer(config.layers, 'MaxPooling1D').config.padding = 'same')),
      'the embedding of the layer positional_embedding is of shape 5 x 16, expected 6 x 16',
    ],
    [
      'with an activation that is not computed here',
      changed(({ config }) => (layer(config.layers, 'Activation').config.activation = 'mish')),
      'has the activation "mish", which this program does not compute',
    ],
    [
      'of another length of row',
      changed(({ config }) => (layer(config.layers, 'InputLayer').config.batch_shape = [null, 200, 1])),
      'the model reads 200 values; rows have 187',
    ],
    ['that is no functional one', changed((config) => (config.class_name = 'Sequential')), 'of the class Sequential'],
    ['that is no zip', strToU8('PK, but no zip'), 'it is not a zip archive, or it is damaged'],
    ['without weights', zipSync({ 'config.json': strToU8('{}'), 'metadata.json': strToU8('{}') }), 'lacks this part'],
    [
      'with weights cut off',
      zipSync({ ...unzipSync(fixture), 'model.weights.h5': unzipSync(fixture)['model.weights.h5'].slice(0, 3000) }),
      'model.weights.h5',
    ],
  ])('%s is refused with a sentence', (_, bytes, sentence) => {
    expect(() => readKeras(bytes, 'row.keras')).toThrow(sentence);
  });
});
