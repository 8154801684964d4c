import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../support/shared-data.ts';
import { ciede2000, type ColorVision, contrast, labOf, rgbOfHex } from './color-vision.ts';

const css = readFileSync(join(projectRoot, 'src-renderer/ui/tokens.css'), 'utf8');
const themes = ['light', 'dark'] as const;
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name,
    { light: rgbOfHex(light), dark: rgbOfHex(dark) },
  ]),
);
const token = (name: string, theme: (typeof themes)[number]) => {
  const found = tokens.get(name);
  if (!found) throw new Error(`tokens.css has no colour ${name}`);
  return found[theme];
};
const pairs = (fronts: string, grounds: string) =>
  fronts.split(' ').flatMap((front) => grounds.split(' ').map((ground) => [front, ground]));
const classes = 'class-n class-s class-v class-f class-q';

/** Every pair at least so far apart; those that are not, by name and ratio. */
const tooFaint = (wanted: readonly string[][], atLeast: number) =>
  themes.flatMap((theme) =>
    wanted
      .map(([front, ground]) => ({
        theme,
        front,
        ground,
        ratio: contrast(token(front, theme), token(ground, theme)),
      }))
      .filter(({ ratio }) => ratio < atLeast),
  );

test('text stands out from its ground at least 4.5 to 1', () => {
  const text = [
    ...pairs('ink ink-2', 'bg surface surface-2 surface-3 sel paper ok-bg warn-bg err-bg'),
    ...pairs('ink-3', 'bg surface surface-2 surface-3 sel paper'),
    ...pairs('ok warn err', 'bg surface surface-2 sel'),
    ...pairs('err', 'paper err-bg'),
    ...pairs('warn', 'warn-bg'),
    ...pairs('ok', 'ok-bg'),
    ...pairs(classes, 'surface paper'),
    ...pairs('on-class', classes),
    ['on-pri', 'pri'],
    ['ink', 'heat'],
  ];
  expect(tooFaint(text, 4.5)).toEqual([]);
});

test('graphics and control edges stand out from their ground at least 3 to 1', () => {
  const graphics = [
    ...pairs('line-2 focus sel-line', 'bg surface surface-2'),
    ...pairs('sel-line', 'sel paper'),
    ...pairs('trace', 'paper grid-1 grid-5 sel'),
    ...pairs('attr', 'surface-2 paper sel'),
    ...pairs(classes, 'surface surface-2 paper sel'),
    ...pairs('pri', 'surface surface-3 bg'),
  ];
  expect(tooFaint(graphics, 3)).toEqual([]);
});

/** Sharma, Wu and Dalal 2005, table 1: pairs 1, 7, 13, 17, 21 and 25. */
test('the colour difference is CIEDE2000', () => {
  const table = [
    [50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425],
    [50, 0, 0, 50, -1, 2, 2.3669],
    [50, -0.001, 2.49, 50, 0.0011, -2.49, 4.7461],
    [50, 2.5, 0, 73, 25, -18, 27.1492],
    [50, 2.5, 0, 50, 3.2972, 0, 1],
    [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
  ];
  const computed = table.map(([l1, a1, b1, l2, a2, b2]) => ciede2000([l1, a1, b1], [l2, a2, b2]));
  expect(computed.map((difference) => difference.toFixed(4))).toEqual(table.map((row) => row[6].toFixed(4)));
});

describe.each(themes)('%s', (theme) => {
  test.each<ColorVision>(['normal', 'protan', 'deutan', 'tritan'])(
    'any two classes differ by at least 10 CIEDE2000 to a %s eye',
    (vision) => {
      const labs = classes.split(' ').map((name) => ({ name, lab: labOf(token(name, theme), vision) }));
      const close = labs.flatMap((a, i) =>
        labs
          .slice(i + 1)
          .map((b) => ({ pair: `${a.name} ${b.name}`, difference: ciede2000(a.lab, b.lab) }))
          .filter(({ difference }) => difference < 10),
      );
      expect(close).toEqual([]);
    },
  );
});
