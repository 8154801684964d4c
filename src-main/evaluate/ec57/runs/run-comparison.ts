import type { Annotation } from '../../../domain/annotation.ts';
import type { ClassMapName } from '../../../domain/beat-class.ts';
import { comparedSpan, nonstandardOptions, type ComparedSpan, type ComparisonOptions } from '../comparison-options.ts';
import { longRun, runRules, type RunKind, type RunRules } from './run-rules.ts';
import { RunSearch } from './run-search.ts';
import { RunSide, type RunLabel } from './run-side.ts';

/** Counts by run length: `[reference length][test length]`, 0 to 5, and 6 for more than 5. */
export type RunMatrix = readonly (readonly number[])[];

/** A run that the two files hold with unequal lengths. */
export interface RunMismatch {
  readonly referenceLength: number;
  readonly testLength: number;
  readonly fromSample: number;
  readonly toSample: number;
}

/** One way of comparing: runs located in one file and searched in the other. */
export interface RunPass {
  readonly matrix: RunMatrix;
  readonly mismatches: readonly RunMismatch[];
}

export interface RunsOfKind {
  /** Runs of the reference, searched in the test. */
  readonly sensitivity: RunPass;
  /** Runs of the test, searched in the reference. */
  readonly predictivity: RunPass;
}

/** What the run-by-run comparison of one record found. */
export interface RunComparison {
  readonly record: string;
  readonly referenceAnnotator: string;
  readonly testAnnotator: string;
  readonly map: ClassMapName;
  /** Undefined where a file has nothing at or after the start of the comparison: rxr then prints nothing. */
  readonly VE: RunsOfKind | undefined;
  /** Undefined too where `VE` is. */
  readonly SVE: RunsOfKind | undefined;
  /** What differs from EC57, one phrase each. */
  readonly nonstandard: readonly string[];
}

/** What a search holds before anything was read. */
const nothing: Annotation = { atSample: 0, symbol: '', subtype: 0, channel: 0, num: 0, aux: '' };

/**
 * Compares a test's runs of ectopic beats with the reference's, with the results of WFDB 10.7's `rxr` on every file,
 * oddities included.
 * @param reference, test  annotations of one record, each by rising time.
 * @throws {RangeError}    for options that are no times or rates.
 */
export function compareRuns(
  reference: readonly Annotation[],
  test: readonly Annotation[],
  options: ComparisonOptions,
): RunComparison {
  const { record, map = 'ec57', referenceAnnotator = 'atr', testAnnotator = 'test' } = options;
  const span = comparedSpan(options);
  const files = { reference, test };
  // rxr's searches begin with what the pass before located last.
  const held = { reference: nothing, test: nothing };
  const pass = (locateIn: 'reference' | 'test', kind: RunKind): RunPass | undefined => {
    const searchIn = locateIn === 'reference' ? 'test' : 'reference';
    const located = new RunSide(files[locateIn], map, nothing);
    const searched = new RunSide(files[searchIn], map, { ...held[searchIn], atSample: 0 });
    const pairs = locateRuns(located, new RunSearch(searched, runRules[kind]), runRules[kind], span);
    held[locateIn] = located.held;
    return pairs && tallyRuns(pairs, locateIn === 'test');
  };
  const bothWays = (kind: RunKind): RunsOfKind | undefined => {
    const sensitivity = pass('reference', kind);
    const predictivity = sensitivity && pass('test', kind);
    return predictivity && { sensitivity, predictivity };
  };
  const VE = bothWays('VE');
  const SVE = VE && bothWays('SVE');
  return { record, referenceAnnotator, testAnnotator, map, VE, SVE, nonstandard: nonstandardOptions(options) };
}

interface LocatedRun {
  readonly length: number;
  readonly foundLength: number;
  readonly fromSample: number;
  readonly toSample: number;
}

/** All runs of one file with the longest one found in the other; undefined where the file cannot be judged. */
function locateRuns(
  side: RunSide,
  search: RunSearch,
  { beats, ends, opens, closes }: RunRules,
  { startSample, endSample, windowSamples }: ComparedSpan,
): LocatedRun[] | undefined {
  const runs: LocatedRun[] = [];
  const atStart = lengthAtStart(side, opens, startSample);
  if (atStart === undefined) return undefined;
  let length = atStart;
  let fromSample = length > 0 ? startSample - windowSamples : 0;
  let toSample = length > 0 ? startSample + windowSamples : 0;
  const finishRun = () => {
    runs.push({ length, foundLength: search.longestRun(fromSample, toSample), fromSample, toSample });
    length = 0;
  };
  do {
    const label = side.look();
    const { atSample } = side.held;
    if (beats.includes(label)) {
      if (length === 0) fromSample = atSample - windowSamples;
      length = Math.min(length + 1, longRun);
      toSample = atSample + windowSamples;
    } else if (length > 0) {
      if (label === closes) toSample = atSample + windowSamples;
      else if (ends.includes(label)) finishRun();
    } else if (label === opens) {
      length = longRun;
      fromSample = atSample - windowSamples; // the end of the window stays where the run before left it
    }
    if (!side.read()) {
      if (length > 0) {
        finishRun();
        side.held = { ...nothing, symbol: 'Q' };
      }
      return runs;
    }
  } while (!endSample || side.held.atSample <= endSample);
  return runs; // a run still open at the end of the comparison is not counted
}

/** Reads up to the first annotation to judge; the length of the run then under way, undefined without any sign. */
function lengthAtStart(side: RunSide, opens: RunLabel, startSample: number): number | undefined {
  let length: number | undefined;
  while (side.read()) {
    if (side.held.atSample >= startSample) return length ?? 0;
    const label = side.look();
    if (label === opens) length = longRun;
    else if (label === ']' || label === '}') length = 0;
  }
  return length;
}

function tallyRuns(runs: readonly LocatedRun[], isOfTest: boolean): RunPass {
  const matrix = Array.from({ length: longRun + 1 }, () => Array<number>(longRun + 1).fill(0));
  const pairs = runs.map(({ length, foundLength, fromSample, toSample }) => {
    const [referenceLength, testLength] = isOfTest ? [foundLength, length] : [length, foundLength];
    matrix[referenceLength][testLength]++;
    return { referenceLength, testLength, fromSample, toSample };
  });
  return { matrix, mismatches: pairs.filter(({ referenceLength, testLength }) => referenceLength !== testLength) };
}
