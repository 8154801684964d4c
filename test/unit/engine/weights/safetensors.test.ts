import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormatError } from '../../../../src-main/domain/format-error.ts';
import { modelHash, readSafetensors, writeSafetensors } from '../../../../src-main/engine/weights/safetensors.ts';
import type { Weights } from '../../../../src-main/engine/weights/weights.ts';

const weights: Weights = {
  'b.matrix': { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, 6) },
  'a.bias': { shape: [], data: Float32Array.of(7) },
  none: { shape: [0, 4], data: new Float32Array(0) },
};
const name = fc.string({ minLength: 1 }).filter((text) => text !== '__metadata__' && text !== '__proto__');
const weight = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((shape) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc
    .array(fc.float({ noNaN: true }), { minLength: size, maxLength: size })
    .map((values) => ({ shape, data: Float32Array.from(values) }));
});

test('reading what was written gives the same weights and metadata', () => {
  const texts = fc.dictionary(name, fc.string(), { noNullPrototype: true });
  fc.assert(
    fc.property(fc.dictionary(name, weight, { noNullPrototype: true }), texts, (some, metadata) => {
      expect(readSafetensors(writeSafetensors(some, metadata), 'x')).toEqual({ weights: some, metadata });
    }),
    { numRuns: 200 },
  );
});

test('the bytes follow the format: length, padded header, values in the order of names', () => {
  const bytes = writeSafetensors({
    b: { shape: [1], data: Float32Array.of(2) },
    a: { shape: [1], data: Float32Array.of(1) },
  });
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + headerLength));
  expect(headerLength % 8).toBe(0);
  expect(header.trimEnd()).toBe(
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
  );
  expect([...new Float32Array(bytes.slice(8 + headerLength).buffer)]).toEqual([1, 2]);
});

test('the hash is the same in any order of names and changes with any value, shape or metadata', () => {
  const reordered = Object.fromEntries(Object.entries(weights).reverse());
  expect(modelHash(reordered)).toBe(modelHash(weights));
  const changed = { ...weights, 'a.bias': { shape: [], data: Float32Array.of(7.000001) } };
  const reshaped = { ...weights, 'b.matrix': { ...weights['b.matrix'], shape: [3, 2] } };
  const hashes = [
    modelHash(weights),
    modelHash(changed),
    modelHash(reshaped),
    modelHash(weights, { temperature: '2' }),
  ];
  expect(new Set(hashes).size).toBe(4);
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
});

/** A file with that header, and so many bytes of data. */
function file(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const tensor = (from: number, to: number, shape: number[], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

test.each([
  ['a file without a length', new Uint8Array(3), 'has 3 bytes'],
  ['a header cut short', writeSafetensors(weights).subarray(0, 40), 'the file ends after 40'],
  ['a header beyond all measure', new Uint8Array(16).fill(0x7f), 'is no weight file'],
  ['a header that is not JSON', file('{', 0), 'not JSON'],
  ['a header that is a list', file('[]', 0), 'not an object'],
  ['a tensor without offsets', file({ a: { dtype: 'F32', shape: [1] } }, 4), 'needs dtype, shape and data_offsets'],
  ['a tensor of another type', file({ a: tensor(0, 2, [1], 'F16') }, 2), 'only F32'],
  ['a tensor of another size than its shape', file({ a: tensor(0, 4, [2]) }, 4), 'its shape needs 8'],
  ['a gap between tensors', file({ a: tensor(0, 4, [1]), b: tensor(8, 12, [1]) }, 12), 'starts at 8'],
  ['tensors that overlap', file({ a: tensor(0, 4, [1]), b: tensor(0, 4, [1]) }, 4), 'starts at 0'],
  ['values cut short', file({ a: tensor(0, 8, [2]) }, 4), 'ends at byte'],
  ['bytes after the last tensor', file({ a: tensor(0, 4, [1]) }, 8), 'tensors end here'],
  ['metadata that is no text', file({ __metadata__: { a: 1 } }, 0), 'metadata must be texts'],
])('refuses %s', (_, bytes, rule) => {
  expect(() => readSafetensors(bytes, 'm.safetensors')).toThrow(FormatError);
  expect(() => readSafetensors(bytes, 'm.safetensors')).toThrow(rule);
});

test('refuses to write a weight whose values do not fill its shape', () => {
  expect(() => writeSafetensors({ a: { shape: [2], data: Float32Array.of(1) } })).toThrow('weight a has 1 values');
});
