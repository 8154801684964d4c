import type { Annotation } from '../../../domain/annotation.ts';
import type { ClassMapName } from '../../../domain/beat-class.ts';
import { cellOf, noBeats, withoutSveb, type BeatCounts } from './beat-counts.ts';
import { BeatSide, never, type BeatLabel, type LabeledBeat } from './beat-side.ts';
import { comparedSpan, nonstandardOptions, type ComparisonOptions } from '../comparison-options.ts';

/** Two beats that were compared; a beat that only one side has is paired with `O` or `X` at its own time. */
export interface BeatStep {
  readonly reference: LabeledBeat;
  readonly test: LabeledBeat;
}

/** What the beat-by-beat comparison of one record found. */
export interface BeatComparison {
  readonly record: string;
  readonly referenceAnnotator: string;
  readonly testAnnotator: string;
  readonly map: ClassMapName;
  readonly counts: BeatCounts;
  /** Root mean square difference of the RR intervals; undefined where no two could be compared. */
  readonly rmsRrErrorMs: number | undefined;
  /** Whole seconds of the test's shutdowns, learning period included. */
  readonly shutdownS: number;
  /** The steps whose two labels differ. */
  readonly mismatches: readonly BeatStep[];
  /** Whether the reference has paced beats; EC57 leaves such records out of aggregates. */
  readonly isPaced: boolean;
  /** What differs from EC57, one phrase each. */
  readonly nonstandard: readonly string[];
}

/**
 * Compares a test's beats with the reference's, beat by beat, with the results of WFDB 10.7's `bxb` on every file,
 * oddities included (ANSI/AAMI EC57 names that program as the way to obtain its figures).
 * @param reference, test  annotations of one record, each by rising time.
 * @param onStep           told every step of the comparison in its order: pairs, and beats that one side alone has.
 * @throws {RangeError}    for options that are no times or rates.
 */
export function compareBeats(
  reference: readonly Annotation[],
  test: readonly Annotation[],
  options: ComparisonOptions,
  onStep?: (step: BeatStep) => void,
): BeatComparison {
  const { record, samplingHz, map = 'ec57', referenceAnnotator = 'atr', testAnnotator = 'test' } = options;
  const { startSample, endSample, windowSamples } = comparedSpan(options);
  const sideOf = (annotations: readonly Annotation[], role: 'reference' | 'test') =>
    new BeatSide(annotations, map, windowSamples, role, endSample ?? 0);
  const matching = new BeatMatching(sideOf(reference, 'reference'), sideOf(test, 'test'), windowSamples, onStep);
  matching.begin(startSample);
  matching.goOn(endSample);
  const wholeHz = Math.trunc(samplingHz + 0.5); // bxb divides by the rounded rate
  const { counts, mismatches, squaredRrError, rrPairs, shutdownSamples } = matching;
  return {
    record,
    referenceAnnotator,
    testAnnotator,
    map,
    counts,
    rmsRrErrorMs: rrPairs > 0 ? (Math.sqrt(squaredRrError / rrPairs) * 1000) / wholeHz : undefined,
    shutdownS: Math.trunc((Math.trunc(0.5 * samplingHz + 0.5) + shutdownSamples) / wholeHz),
    mismatches,
    isPaced: reference.some(({ symbol }) => symbol === '/' || symbol === 'f'),
    nonstandard: nonstandardOptions(options),
  };
}

/** The same comparison with class S counted as N, as bxb's plain formats do. */
export function plainComparison(comparison: BeatComparison): BeatComparison {
  const plain = (beat: LabeledBeat): LabeledBeat => (beat.label === 'S' ? { ...beat, label: 'N' } : beat);
  return {
    ...comparison,
    counts: withoutSveb(comparison.counts),
    mismatches: comparison.mismatches
      .map(({ reference, test }) => ({ reference: plain(reference), test: plain(test) }))
      .filter(({ reference, test }) => reference.label !== test.label),
  };
}

/** Two sides read together, and what was counted on the way. */
class BeatMatching {
  readonly counts = noBeats();
  readonly mismatches: BeatStep[] = [];
  squaredRrError = 0;
  rrPairs = 0;
  readonly #reference: BeatSide;
  readonly #test: BeatSide;
  readonly #windowSamples: number;
  readonly #onStep: ((step: BeatStep) => void) | undefined;

  constructor(
    reference: BeatSide,
    test: BeatSide,
    windowSamples: number,
    onStep: ((step: BeatStep) => void) | undefined,
  ) {
    this.#onStep = onStep;
    this.#reference = reference;
    this.#test = test;
    this.#windowSamples = windowSamples;
  }

  get shutdownSamples(): number {
    return this.#test.shutdownSamples;
  }

  /** Brings both sides to the start; a test beat just before it may pair with a reference beat just after it. */
  begin(startSample: number): void {
    const [reference, test] = [this.#reference, this.#test];
    do reference.advance();
    while (reference.now.atSample < startSample);
    do test.advance();
    while (test.next.atSample < startSample);
    const apart = reference.now.atSample - test.now.atSample;
    if (apart < distance(reference.now, test.next) && apart <= this.#windowSamples) {
      if (reference.now.label !== '' || test.now.label !== '') this.#count(reference.now.label, test.now.label);
      reference.advance();
      test.advance();
      return;
    }
    test.advance();
    const isNextNearer = distance(reference.now, test.next) < distance(reference.now, test.now);
    if (test.now.atSample - startSample <= this.#windowSamples && isNextNearer) test.advance();
  }

  /** Pairs or gives up the earlier of the two present beats until the end. */
  goOn(endSample: number | undefined): void {
    const [reference, test] = [this.#reference, this.#test];
    while (this.#isBefore(endSample)) {
      const isTestEarlier = test.now.atSample < reference.now.atSample;
      const early = isTestEarlier ? test : reference;
      const late = isTestEarlier ? reference : test;
      const apart = distance(early.now, late.now);
      const other = distance(early.next, late.now);
      if (apart <= this.#windowSamples && (apart < other || distance(early.next, late.next) < other)) {
        this.#count(reference.now.label, test.now.label);
        late.advance();
      } else if (isTestEarlier) this.#count(this.#labelBesideExtra(test.now.atSample), test.now.label);
      else this.#count(reference.now.label, test.shutdowns.contain(reference.now.atSample) ? 'X' : 'O');
      early.advance();
    }
  }

  #isBefore(endSample: number | undefined): boolean {
    const reference = this.#reference.now.atSample;
    const test = this.#test.now.atSample;
    if (endSample === undefined) return reference !== never;
    if (endSample === 0) return reference !== never && test !== never;
    return reference <= endSample || test <= endSample;
  }

  #labelBesideExtra(atSample: number): BeatLabel {
    if (this.#reference.flutters.contain(atSample)) return '*';
    return this.#reference.shutdowns.contain(atSample) ? 'X' : 'O';
  }

  #count(reference: BeatLabel, test: BeatLabel): void {
    const cell = cellOf(reference, test);
    if (cell !== undefined) this.counts[cell]++;
    if (reference !== test || this.#onStep) this.#note(reference, test);
    const referenceRr = this.#reference.rrSamples;
    const testRr = this.#test.rrSamples;
    // bxb takes the intervals at every step, so an unpaired beat adds a difference once more.
    if (referenceRr > 0 && testRr > 0) {
      this.squaredRrError += (referenceRr - testRr) ** 2;
      this.rrPairs++;
    }
  }

  #note(reference: BeatLabel, test: BeatLabel): void {
    const isExtra = reference === 'O' || reference === 'X';
    const isMissed = !isExtra && (test === 'O' || test === 'X');
    const [referenceAt, testAt] = [this.#reference.now.atSample, this.#test.now.atSample];
    const step = {
      reference: { atSample: isExtra ? testAt : referenceAt, label: reference },
      test: { atSample: isMissed ? referenceAt : testAt, label: test },
    };
    if (reference !== test) this.mismatches.push(step);
    this.#onStep?.(step);
  }
}

const distance = (a: LabeledBeat, b: LabeledBeat): number => Math.abs(a.atSample - b.atSample);
