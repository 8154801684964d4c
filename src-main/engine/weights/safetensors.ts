import { createHash } from 'node:crypto';
import { FormatError } from '../../domain/format-error.ts';
import type { FormatBreach } from '../../domain/format-error.ts';
import { sizeOf } from './weights.ts';
import type { Weight, Weights } from './weights.ts';

/**
 * Weight files in the safetensors format (https://github.com/huggingface/safetensors#format):
 *
 *   length   8 bytes, little-endian: bytes of the header
 *   header   JSON, space-padded: { "__metadata__"?: { text: text }, name: { dtype, shape, data_offsets: [from, to) } }
 *   data     the tensors' values, little-endian, without gaps; offsets count from here
 *
 * Only F32 tensors are read and written.
 */
const lengthBytes = 8;
const longestHeader = 100_000_000; // the format's own limit

interface TensorHeader {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * The bytes of a weight file, the same for the same weights and metadata: names are sorted, the header is
 * padded to a multiple of eight.
 */
export function writeSafetensors(weights: Weights, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const names = Object.keys(weights).sort();
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length)
    header.__metadata__ = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
  let offset = 0;
  for (const name of names) {
    const { shape, data } = weights[name];
    if (data.length !== sizeOf(shape))
      throw new RangeError(`weight ${name} has ${data.length} values, its shape says ${sizeOf(shape)}`);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(lengthBytes + headerLength + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, lengthBytes);
  bytes.fill(0x20, lengthBytes + text.length, lengthBytes + headerLength);
  let at = lengthBytes + headerLength;
  for (const name of names) {
    const { data } = weights[name];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at); // little-endian, as every machine Node runs on
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a weight file.
 * @param file  its name, for the error.
 * @throws {FormatError} where the file is cut short, its header does not hold together, or a tensor is not F32.
 */
export function readSafetensors(
  bytes: Uint8Array,
  file: string,
): { weights: Weights; metadata: Readonly<Record<string, string>> } {
  const fail = (kind: FormatBreach['kind'], where: string, rule: string, cause?: unknown): never => {
    throw new FormatError({ file, where, rule, kind }, { cause });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < lengthBytes) fail('truncated', '', `has ${bytes.length} bytes, but starts with a length of 8`);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > longestHeader)
    fail('bad-header', 'byte 0', `a header of ${headerLength} bytes is no weight file's`);
  const dataFrom = lengthBytes + headerLength;
  if (bytes.length < dataFrom)
    fail('truncated', 'byte 8', `the header should have ${headerLength} bytes, the file ends after ${bytes.length}`);

  let header: Record<string, unknown> = {};
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(lengthBytes, dataFrom)));
  } catch (error) {
    fail('bad-header', 'byte 8', 'the header is not JSON', error);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    fail('bad-header', 'byte 8', 'the header is not an object');
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isTexts(metadata)) fail('bad-header', '__metadata__', 'metadata must be texts');

  const weights: Record<string, Weight> = {};
  let filled = 0;
  const inOrder = Object.entries(tensors).map(([name, tensor]) => {
    if (!isTensorHeader(tensor)) return fail('bad-header', name, 'a tensor needs dtype, shape and data_offsets');
    return [name, tensor] as const;
  });
  // An empty tensor starts where the next one does.
  inOrder.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of inOrder) {
    if (dtype !== 'F32') fail('unsupported-format', name, `is ${dtype}; only F32 can be read`);
    if (from !== filled) fail('bad-header', name, `starts at ${from}, the tensor before ends at ${filled}`);
    if (to - from !== 4 * sizeOf(shape))
      fail('bad-header', name, `has ${to - from} bytes, its shape needs ${4 * sizeOf(shape)}`);
    if (dataFrom + to > bytes.length)
      fail('truncated', name, `ends at byte ${dataFrom + to}, the file after ${bytes.length}`);
    const start = bytes.byteOffset + dataFrom; // slicing the bytes of a Buffer would give a view of all of it
    weights[name] = { shape, data: new Float32Array(bytes.buffer.slice(start + from, start + to)) };
    filled = to;
  }
  if (dataFrom + filled !== bytes.length)
    fail('bad-header', `byte ${dataFrom + filled}`, `tensors end here, the file after ${bytes.length}`);
  return { weights, metadata: metadata as Readonly<Record<string, string>> };
}

/**
 * The name of a model for good: SHA-256 of its weight file's bytes, in hexadecimal.
 * @param metadata  only what decides predictions, such as the network's sizes and a temperature; never a date.
 */
export const modelHash = (weights: Weights, metadata: Readonly<Record<string, string>> = {}): string =>
  createHash('sha256').update(writeSafetensors(weights, metadata)).digest('hex');

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');

function isTensorHeader(value: unknown): value is TensorHeader {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<TensorHeader>;
  const areCounts = (list: unknown) =>
    Array.isArray(list) && list.every((count) => Number.isSafeInteger(count) && count >= 0);
  return typeof dtype === 'string' && areCounts(shape) && areCounts(offsets) && offsets?.length === 2;
}
