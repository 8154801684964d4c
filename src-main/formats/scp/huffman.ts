import type { ByteReader } from '../whole/byte-reader.ts';

/*
 * Huffman codes of SCP-ECG (EN 1064, section 2 and annex C): a prefix, whose first bit is the lowest of `code`, then
 * where the whole code is longer than its prefix a signed number, high bit first. A code may switch to another table.
 */
export interface ScpCode {
  readonly prefixBits: number;
  readonly totalBits: number;
  /** The value, or the number of the table to go on with, from 1. */
  readonly value: number;
  readonly code: number;
  readonly switchesTable: boolean;
}

/** The table of annex C: short codes for -8 to 8, then 8 or 16 bits as they are. */
const standardTable: readonly ScpCode[] = [
  [1, 1, 0, 0],
  ...Array.from({ length: 8 }, (_, i) => [
    [i + 3, i + 3, i + 1, 2 ** (i + 1) - 1],
    [i + 3, i + 3, -i - 1, 2 ** (i + 1) - 1 + 2 ** (i + 2)],
  ]).flat(),
  [10, 18, 0, 511],
  [10, 26, 0, 1023],
].map(([prefixBits, totalBits, value, code]) => ({ prefixBits, totalBits, value, code, switchesTable: false }));

const standardNumber = 19999;
const maxCodes = 4096;

/**
 * The tables of section 2.
 * @param at  where the section's data begin.
 */
export function parseHuffmanTables(reader: ByteReader, at: number): readonly (readonly ScpCode[])[] {
  const count = reader.u16(at, 'the number of Huffman tables');
  if (count === standardNumber) return [standardTable];
  const tables: ScpCode[][] = [];
  let next = at + 2;
  for (let t = 0; t < count; t++) {
    const codes = reader.u16(next, `Huffman table ${t + 1}`);
    if (codes === 0 || codes > maxCodes) reader.refuse(next, `Huffman table ${t + 1} has ${codes} codes`);
    next += 2;
    tables.push(
      Array.from({ length: codes }, (_, c) => {
        const from = next + 9 * c;
        const [prefixBits, totalBits] = [reader.u8(from, 'a Huffman code'), reader.u8(from + 1, 'a Huffman code')];
        if (prefixBits < 1 || prefixBits > 32 || totalBits < prefixBits || totalBits - prefixBits > 32)
          reader.refuse(from, `a Huffman code has ${prefixBits} bits of ${totalBits} as its prefix`);
        return {
          prefixBits,
          totalBits,
          switchesTable: reader.u8(from + 2, 'a Huffman code') === 0,
          value: reader.i16(from + 3, 'a Huffman code'),
          code: reader.u32(from + 5, 'a Huffman code'),
        };
      }),
    );
    next += 9 * codes;
  }
  return tables.length > 0 ? tables : reader.refuse(at, 'it names no Huffman table');
}

/** Branches 0 and 1 of a tree, or the code that ends there. */
interface Branch {
  next: [Branch | undefined, Branch | undefined];
  code: ScpCode | undefined;
}

/** @throws {FormatError} where one code begins with another. */
export function huffmanTrees(reader: ByteReader, at: number, tables: readonly (readonly ScpCode[])[]): Branch[] {
  return tables.map((table, t) => {
    const root: Branch = { next: [undefined, undefined], code: undefined };
    for (const code of table) {
      let branch = root;
      for (let bit = 0; bit < code.prefixBits; bit++) {
        const side = (code.code >>> bit) & 1;
        branch = branch.next[side] ??= { next: [undefined, undefined], code: undefined };
        if (branch.code) reader.refuse(at, `in Huffman table ${t + 1} a code begins with another`);
      }
      if (branch.next[0] || branch.next[1]) reader.refuse(at, `in Huffman table ${t + 1} a code begins with another`);
      branch.code = code;
    }
    return root;
  });
}

/**
 * Decodes `count` numbers.
 * @param at  byte of the file where they begin; they take at most `length` bytes.
 * @returns   them, and how many bits they take.
 */
export function decodeHuffman(
  reader: ByteReader,
  trees: readonly Branch[],
  at: number,
  length: number,
  count: number,
): { readonly values: Int32Array; readonly endBit: number } {
  reader.expect(at, length, 'a coded lead');
  const { bytes } = reader;
  const end = 8 * length;
  const values = new Int32Array(count);
  let position = 0;
  const bit = () => {
    if (position >= end)
      reader.refuse(at + length, `the codes of a lead end before its ${count} numbers are decoded`, 'truncated');
    const found = (bytes[at + (position >> 3)] >> (7 - (position & 7))) & 1;
    position++;
    return found;
  };
  let tree = trees[0];
  for (let i = 0; i < count;) {
    let branch = tree;
    while (!branch.code)
      branch = branch.next[bit()] ?? reader.refuse(at + (position >> 3), 'no Huffman code of the file has these bits');
    const { prefixBits, totalBits, value, switchesTable } = branch.code;
    if (switchesTable) {
      tree =
        trees[value - 1] ?? reader.refuse(at + (position >> 3), `there is no Huffman table ${value} to go on with`);
      continue;
    }
    const extra = totalBits - prefixBits;
    let number = 0;
    for (let b = 0; b < extra; b++) number = (number << 1) | bit();
    values[i++] = extra === 0 ? value : (number << (32 - extra)) >> (32 - extra);
  }
  return { values, endBit: position };
}
