import { expect, test } from 'vitest';
import { bytesOf, changeOf, countOf, durationOf, percentOf, pointsOf } from '../../../src-renderer/text/numbers.ts';

test('thousands are parted by thin spaces, and a loss has a minus sign', () => {
  expect([countOf(0), countOf(999), countOf(46518), countOf(-1949998)]).toEqual([
    '0',
    '999',
    '46\u2009518',
    '\u22121\u2009949\u2009998',
  ]);
});

test('what is undefined is a dash and never 0', () => {
  expect([percentOf(null), percentOf(NaN), pointsOf(null), changeOf(null, 0.5), changeOf(0.5, null)]).toEqual(
    Array(5).fill('–'),
  );
});

test('shares are told in percent', () => {
  expect([percentOf(0.2174), percentOf(1, 0), pointsOf(0.88321)]).toEqual(['21.7\u2009%', '100\u2009%', '88.32']);
});

test('a change has a sign unless it rounds to nothing', () => {
  expect([
    changeOf(0.7624, 0.8321),
    changeOf(0.8921, 0.8832),
    changeOf(0.5, 0.500001),
    changeOf(0.5, 0.499999),
  ]).toEqual(['+6.97', '\u22120.89', '0.00', '0.00']);
});

test('sizes have three figures and a unit', () => {
  expect([bytesOf(0), bytesOf(999), bytesOf(1000), bytesOf(1949998), bytesOf(5e12)]).toEqual([
    '0\u2009bytes',
    '999\u2009bytes',
    '1.00\u2009kB',
    '1.95\u2009MB',
    '5.00\u2009TB',
  ]);
});

test('time that is left is rounded up, so that it never reads 0 while there is some', () => {
  expect([durationOf(0.2), durationOf(59.5), durationOf(130), durationOf(3600), durationOf(3905)]).toEqual([
    '1 s',
    '1 min',
    '2 min 10 s',
    '1 h 0 min',
    '1 h 5 min',
  ]);
});
