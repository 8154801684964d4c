import fc from 'fast-check';
import type { Annotation } from '../../../../src-main/domain/annotation.ts';

/** Start of the comparison at 360 Hz: 5:00. */
export const start = 108_000;
/** A record of half an hour at 360 Hz. */
export const halfHour = { record: '1', samplingHz: 360, lengthSamples: 650_000 };

/**
 * Annotations written briefly: symbol, samples after 5:00, and for noise the subtype, for a rhythm its name:
 * `N0 V360 ~48@400 +(AFIB@500 N-54`.
 */
export const marks = (text: string): Annotation[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, symbol, detail, at] = /^(.)(?:(.+)@)?(-?\d+)$/.exec(word)!;
      return {
        atSample: start + Number(at),
        symbol,
        subtype: symbol === '~' ? Number(detail ?? 0) : 0,
        channel: 0,
        num: 0,
        aux: symbol === '+' ? detail : '',
      };
    });

/** Marks of every kind from the record's start on: flutter, shutdown, rhythms, comments and beats, at rising times. */
export const anyMarks: fc.Arbitrary<Annotation[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.constantFrom(...'NVSF/!?[]~~+"', '#')), { maxLength: 60 })
  .chain((steps) => fc.tuple(fc.constant(steps), fc.array(fc.constantFrom(0, 1, 16, 48, 51, -1), { minLength: 60 })))
  .map(([steps, subtypes]) => {
    let atSample = 0;
    return steps.map(([apart, symbol], i) => {
      atSample += apart;
      const aux = symbol === '+' ? ['(AFIB', '(VFL', '(N', ''][i % 4] : '';
      return { atSample, symbol, subtype: symbol === '~' ? subtypes[i] : 0, channel: 0, num: 0, aux };
    });
  });

const beatSymbols = [...'NLRBAaJSejnVErF/fQ?'];

/** Beats in the compared half hour, past the first 0.15 s of it, at rising times. */
export const anyBeats: fc.Arbitrary<Annotation[]> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 100, max: 3000 }), fc.constantFrom(...beatSymbols)), {
    selector: ([at]) => at,
    maxLength: 60,
  })
  .map((beats) =>
    marks(
      beats
        .sort(([a], [b]) => a - b)
        .map(([at, symbol]) => `${symbol}${at}`)
        .join(' '),
    ),
  );
