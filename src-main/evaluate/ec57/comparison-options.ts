import type { ClassMapName } from '../../domain/beat-class.ts';

/** What a comparison must know of a record, and how it is to compare. Only the defaults agree with ANSI/AAMI EC57. */
export interface ComparisonOptions {
  /** Name of the record, as reports print it. */
  readonly record: string;
  readonly samplingHz: number;
  /** Length of the record; 0 where its header gives none, then the comparison ends with the annotations. */
  readonly lengthSamples: number;
  /** Names of the two annotators, as reports print them. */
  readonly referenceAnnotator?: string;
  readonly testAnnotator?: string;
  /** Seconds from the record's start that the test may learn from; 300 by EC57. */
  readonly fromS?: number;
  /** Seconds from the record's start to stop at; by default its end. 0: where the first of the two files ends. */
  readonly toS?: number;
  /** How far apart two marks of one beat may be; 0.15 by EC57. */
  readonly windowS?: number;
  /** Class map; `ec57` by default, which is the one of WFDB's programs. */
  readonly map?: ClassMapName;
}

/** The options in samples. */
export interface ComparedSpan {
  readonly startSample: number;
  /** Last sample to compare; 0: stop where either file ends; undefined: go on to the end of the reference. */
  readonly endSample: number | undefined;
  readonly windowSamples: number;
}

export const learningPeriodS = 300;
export const matchWindowS = 0.15;

/** Seconds as samples, rounded as WFDB's `strtim` does. */
const samplesOf = (seconds: number, samplingHz: number): number => Math.trunc(seconds * samplingHz + 0.5);

/**
 * The compared stretch and the match window in samples.
 * @throws {RangeError} for a sampling rate that is not above 0, or negative times.
 */
export function comparedSpan(options: ComparisonOptions): ComparedSpan {
  const { samplingHz, lengthSamples, fromS = learningPeriodS, toS, windowS = matchWindowS } = options;
  if (!(samplingHz > 0)) throw new RangeError(`sampling rate ${samplingHz} Hz, expected one above 0`);
  for (const [name, seconds] of Object.entries({ fromS, toS: toS ?? 0, windowS }))
    if (!(seconds >= 0 && seconds < Infinity)) throw new RangeError(`${name} is ${seconds} s, expected 0 or more`);
  return {
    startSample: samplesOf(fromS, samplingHz),
    endSample: toS === undefined ? lengthSamples || undefined : samplesOf(toS, samplingHz),
    windowSamples: samplesOf(windowS, samplingHz),
  };
}

/** What makes a comparison differ from EC57, one phrase each; empty for a standard one. */
export function nonstandardOptions(options: ComparisonOptions): string[] {
  const { fromS = learningPeriodS, toS, windowS = matchWindowS, map = 'ec57' } = options;
  return [
    ...(fromS === learningPeriodS ? [] : [`starts at ${fromS} s instead of ${learningPeriodS} s`]),
    ...(toS === undefined ? [] : [toS === 0 ? 'stops where either file ends' : `stops at ${toS} s`]),
    ...(windowS === matchWindowS ? [] : [`match window ${windowS} s instead of ${matchWindowS} s`]),
    ...(map === 'ec57' ? [] : [`class map ${map} instead of ec57`]),
  ];
}
