import { inflateSync } from 'node:zlib';

const [headerBytes, entryBytes, sfntHeaderBytes, sfntEntryBytes] = [44, 20, 12, 16];

/**
 * The OpenType font in a WOFF 1.0 file (W3C Recommendation, 13 December 2012), unpacked once: the PDF writer would
 * otherwise inflate the outlines anew for each glyph.
 *
 *     header:     'wOFF' flavor length tableCount(u16) … 44 bytes
 *     directory:  tag offset packedLength length checksum, five u32 for each table
 *     tables:     zlib streams; stored as they are where packedLength = length
 *
 * @throws {RangeError} when the bytes are no WOFF 1.0 file.
 */
export function unpackWoff(woff: Buffer): Buffer {
  if (woff.length < headerBytes || woff.toString('latin1', 0, 4) !== 'wOFF') throw new RangeError('no WOFF 1.0 file');
  const tableCount = woff.readUInt16BE(12);
  const padded = (length: number) => (length + 3) & ~3;
  const tables = Array.from({ length: tableCount }, (_, i) => {
    const entry = headerBytes + i * entryBytes;
    const [offset, packedLength, length] = [4, 8, 12].map((field) => woff.readUInt32BE(entry + field));
    const packed = woff.subarray(offset, offset + packedLength);
    return { entry, bytes: packedLength < length ? inflateSync(packed) : packed };
  });
  const directoryEnd = sfntHeaderBytes + tableCount * sfntEntryBytes;
  const font = Buffer.alloc(tables.reduce((end, { bytes }) => end + padded(bytes.length), directoryEnd));
  woff.copy(font, 0, 4, 8); // flavor
  const largestPower = 31 - Math.clz32(tableCount);
  [tableCount, 16 << largestPower, largestPower, 16 * tableCount - (16 << largestPower)].forEach((value, i) =>
    font.writeUInt16BE(value, 4 + 2 * i),
  );
  let offset = directoryEnd;
  tables.forEach(({ entry, bytes }, i) => {
    const to = sfntHeaderBytes + i * sfntEntryBytes;
    woff.copy(font, to, entry, entry + 4); // tag
    woff.copy(font, to + 4, entry + 16, entry + 20); // checksum
    font.writeUInt32BE(offset, to + 8);
    font.writeUInt32BE(bytes.length, to + 12);
    bytes.copy(font, offset);
    offset += padded(bytes.length);
  });
  return font;
}
