import { expect, test } from 'vitest';
import {
  durationText,
  numberText,
  percentText,
  recordClock,
  stepText,
} from '../../../../src-main/report/drawing/figures.ts';

const plain = (words: string) => words.replaceAll('\u2009', ' ');

test('numbers have thin spaces between thousands, and a dash where undefined', () => {
  const shown = [numberText(1234567), numberText(999), numberText(1020.56, 1), numberText(-3, 1), numberText(-0.01, 1)];
  expect(shown.map(plain)).toEqual(['1 234 567', '999', '1 020.6', '−3.0', '0.0']);
  expect([numberText(null), percentText(null), numberText(NaN)]).toEqual(['–', '–', '–']);
});

test('durations and steps', () => {
  expect([durationText(1805.6), durationText(86_399.4), durationText(10), durationText(9.96)].map(plain)).toEqual([
    ...['30 min 06 s', '23 h 59 min 59 s', '10 s', '10.0 s'],
  ]);
  expect([stepText(15), stepText(300), stepText(7200)].map(plain)).toEqual(['15 s', '5 min', '2 h']);
});

test('instants are told by the recorder’s clock where it is known, else from the start', () => {
  const record = { samplingHz: 100, lengthSamples: 20_000_000, startOfDayS: null };
  const fromStart = recordClock(record);
  expect([fromStart.at(6190), fromStart.at(6190, 1), fromStart.at(366_100)]).toEqual(['01:01', '01:01.9', '1:01:01']);
  const clock = recordClock({ ...record, startOfDayS: 23 * 3600 });
  expect([clock.at(0), clock.at(360_000), clock.at(100, 1)]).toEqual(['23:00:00', 'd2 00:00:00', '23:00:01.0']);
});
