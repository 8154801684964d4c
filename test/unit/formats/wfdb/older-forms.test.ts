import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAnnotations } from '../../../../src-main/formats/wfdb/annotation-file.ts';
import { newFolder, readWhole } from './written-record.ts';

/** One annotation of the AHA's form. */
const aha = (letter: string, tick: number, subtype = 0, aux = '') => [
  ...[0, letter.charCodeAt(0), (tick >> 16) & 255, tick >> 24, tick & 255, (tick >> 8) & 255, 1, 0, subtype & 255, 0],
  ...Buffer.alloc(6, 0).fill(aux, 0, aux.length),
];
const mark = (atSample: number, symbol: string, subtype = 0, aux = '') => ({
  ...{ atSample, symbol, subtype, channel: 0, num: 0, aux },
});

it('annotations in the form of the AHA are read', () => {
  const bytes = [
    ...[
      ...aha('N', 77),
      ...aha('V', 70_000),
      ...aha('U', 70_100),
      ...aha('U', 70_200, 3),
      ...aha('O', 80_000, 0, 'AFIB'),
    ],
    ...[...aha('[', 90_000), ...aha(']', 90_500), ...aha('R', 2_000_000), ...new Array<number>(16).fill(255)],
  ];
  expect(parseAnnotations(Uint8Array.from(bytes), 'a.ano').annotations).toEqual([
    ...[mark(77, 'N'), mark(70_000, 'V'), mark(70_100, '~', -1), mark(70_200, '~', 3), mark(80_000, '"', 0, 'AFIB')],
    ...[mark(90_000, '['), mark(90_500, ']'), mark(2_000_000, 'r')],
  ]);
});

it.each([
  ['without end mark', aha('N', 77), 'a.ano, byte 16: the file ends here without its end mark'],
  ['cut within an annotation', [...aha('N', 77), 0, 78], 'a.ano, byte 18: the file ends within an annotation'],
  ['with a letter that means nothing', [...aha('N', 77), ...aha('x', 78)], 'a.ano, byte 17: this byte is no letter'],
])('annotations in the form of the AHA %s are refused', (_, bytes, message) => {
  expect(() => parseAnnotations(Uint8Array.from(bytes), 'a.ano')).toThrow(message);
});

it('differences of 8 bits are added up, also where one signal is skewed and blocks are crossed', async () => {
  const folder = newFolder();
  const frames = 200_000;
  const step = (i: number) => (i < 2 ? 0 : ((i * 7) % 11) - 5); // the first sample is the initial value
  writeFileSync(
    join(folder, 'd.dat'),
    Int8Array.from({ length: 2 * frames }, (_, i) => step(i)),
  );
  writeFileSync(join(folder, 'd.hea'), `d 2 250 ${frames}\nd.dat 8 200 12 0 100\nd.dat 8:3 200 12 0 -100\n`);
  const expected = [new Int32Array(frames), new Int32Array(frames)];
  for (let i = 0, [first, second] = [100, -100]; i < frames; i++) {
    expected[0][i] = first += step(2 * i);
    expected[1][i] = second += step(2 * i + 1);
  }
  const [first, second] = await readWhole(join(folder, 'd'));
  expect(first).toEqual(expected[0]);
  expect(second.subarray(0, frames - 3)).toEqual(expected[1].subarray(3));
});
