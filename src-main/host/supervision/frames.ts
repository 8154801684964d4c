import { Decoder, Encoder } from 'cbor-x';

/**
 * Frames on a byte stream: uint32 big-endian length, then one CBOR value (RFC 8949; typed arrays by RFC 8746).
 * The engine process speaks them on its standard streams, `GET /api/events` on its body.
 */
const encoder = new Encoder({ tagUint8Array: false, useRecords: false });
const decoder = new Decoder({ useRecords: false });

export const encodeValue = (value: unknown): Uint8Array<ArrayBuffer> =>
  // The encoder reuses its buffer from call to call.
  new Uint8Array(encoder.encode(value));

export const decodeValue = (bytes: Uint8Array): unknown => decoder.decode(bytes);

export function encodeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const body = encoder.encode(value);
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

/** Collects bytes as they come and hands over each whole value. */
export function frameReader(onValue: (value: unknown) => void): (bytes: Uint8Array) => void {
  let parts: Uint8Array[] = [];
  let held = 0;
  const joined = () => {
    if (parts.length > 1) parts = [Buffer.concat(parts)];
    return parts[0];
  };
  return (bytes) => {
    parts.push(bytes);
    held += bytes.length;
    while (held >= 4) {
      const all = joined();
      const length = new DataView(all.buffer, all.byteOffset).getUint32(0);
      if (held < 4 + length) return;
      onValue(decodeValue(all.subarray(4, 4 + length)));
      parts = [all.subarray(4 + length)];
      held -= 4 + length;
    }
  };
}
