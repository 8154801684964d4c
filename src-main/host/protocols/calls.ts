import type { Annotation } from '../../domain/annotation.ts';
import {
  type BeatClass,
  beatClasses,
  classOfSymbol,
  type ClassMapName,
  mostProbable,
  symbolOfClass,
} from '../../domain/beat-class.ts';
import { seededRandom } from '../../domain/random.ts';
import { bootstrapOverRecords, type Interval } from '../../evaluate/bootstrap.ts';
import {
  confusionFigures,
  confusionJson,
  countConfusions,
  sumConfusions,
  type ConfusionJson,
  type ConfusionMatrix,
} from '../../evaluate/confusion.ts';
import { compareBeats } from '../../evaluate/ec57/beats/beat-comparison.ts';
import { sumCounts } from '../../evaluate/ec57/beats/beat-counts.ts';
import { figuresOnDetectedBeats } from '../record-model/detector-positions.ts';
import type { Figures } from '../record-model/card/record-figures.ts';

/** What the reference and what a model say of a recording's beats. */
export interface CalledRecording {
  readonly name: string;
  readonly samplingHz: number;
  readonly lengthSamples: number;
  readonly reference: readonly { readonly atSample: number; readonly symbol: string }[];
  /** Index into `beatClasses` for each reference beat. */
  readonly called: Uint8Array;
}

/** A model's classes at the beats that the program's own detector finds. */
export interface DetectedCalls {
  readonly beatSamples: Int32Array;
  readonly called: Uint8Array;
}

export const figureNames = ['accuracy', 'macroF1', 'N', 'S', 'V', 'F'] as const;
export type FigureName = (typeof figureNames)[number];

/** Figures of some recordings under one class map; beats that the reference puts into class Q are left out. */
export interface MappedFigures extends ConfusionJson {
  /** 95 % of resampled sets of records; F1 for classes. */
  readonly intervals: Readonly<Record<FigureName, Interval>>;
  readonly perRecord: readonly (Readonly<Record<FigureName, number | undefined>> & {
    readonly name: string;
    readonly beats: number;
  })[];
  /** Of the records' own figures; a record without the class in reference and calls has none. */
  readonly medianOverRecords: Readonly<Record<FigureName, number | undefined>>;
}

export const callsOf = (probabilities: Float32Array): Uint8Array =>
  Uint8Array.from({ length: probabilities.length / beatClasses.length }, (_, beat) =>
    mostProbable(probabilities, beat * beatClasses.length),
  );

const q = beatClasses.indexOf('Q');

/** Reference against calls from a time on; `isCounted` leaves out further beats. */
export function confusionOf(
  { samplingHz, reference, called }: CalledRecording,
  map: ClassMapName,
  fromS: number,
  isCounted: (beat: number) => boolean = () => true,
): ConfusionMatrix {
  const labels = reference.map(({ symbol }) => beatClasses.indexOf(classOfSymbol(symbol, map)!));
  const counted = [...labels.keys()].filter(
    (beat) => labels[beat] !== q && reference[beat].atSample >= fromS * samplingHz && isCounted(beat),
  );
  return countConfusions(
    counted.map((beat) => labels[beat]),
    counted.map((beat) => called[beat]),
    map,
  );
}

/** F1 of the classes, accuracy, and macro-F1 over those of `macro` that occur. */
export function namedFigures(
  matrices: readonly ConfusionMatrix[],
  map: ClassMapName,
  macro: readonly BeatClass[],
): Record<FigureName, number | undefined> {
  const { accuracy, classes } = confusionFigures(sumConfusions(matrices, map));
  const { N, S, V, F } = classes;
  const occurring = macro.filter((name) => classes[name].Se !== undefined);
  const sum = occurring.reduce((total, name) => total + (classes[name].F1 ?? 0), 0);
  return {
    ...{ accuracy, macroF1: occurring.length > 0 ? sum / occurring.length : undefined },
    ...{ N: N.F1, S: S.F1, V: V.F1, F: F.F1 },
  };
}

/** What is counted and how it is summed up. */
export interface Counting {
  readonly map: ClassMapName;
  readonly fromS: number;
  readonly macro: readonly BeatClass[];
}

export function mappedFigures(
  recordings: readonly CalledRecording[],
  { map, fromS, macro }: Counting,
  isCounted: (recording: number, beat: number) => boolean = () => true,
): MappedFigures {
  const matrices = recordings.map((recording, index) =>
    confusionOf(recording, map, fromS, (beat) => isCounted(index, beat)),
  );
  const perRecord = matrices.map((matrix, i) => ({
    name: recordings[i].name,
    beats: matrix.counts.reduce((sum, count) => sum + count, 0),
    ...namedFigures([matrix], map, macro),
  }));
  return {
    ...confusionJson(sumConfusions(matrices, map)),
    macroF1: namedFigures(matrices, map, macro).macroF1 ?? null,
    intervals: bootstrapOverRecords(matrices, (drawn) => namedFigures(drawn, map, macro), seededRandom(1)),
    perRecord,
    medianOverRecords: Object.fromEntries(
      figureNames.map((name) => [name, medianOf(perRecord.map((record) => record[name]))]),
    ) as Record<FigureName, number | undefined>,
  };
}

/** At detected beats, matched by EC57's 0.15 s; missed and surplus beats count against their class. */
export function figuresAtDetectedBeats(
  recordings: readonly CalledRecording[],
  detected: readonly DetectedCalls[],
  { map, fromS, macro }: Counting,
): Figures {
  return figuresOnDetectedBeats(
    sumCounts(
      recordings.map(
        ({ name, samplingHz, lengthSamples, reference }, i) =>
          compareBeats(
            reference.map(({ atSample, symbol }) => annotation(atSample, symbol)),
            Array.from(detected[i].beatSamples, (atSample, beat) =>
              annotation(atSample, symbolOfClass[beatClasses[detected[i].called[beat]]]),
            ),
            { record: name, samplingHz, lengthSamples, fromS, map },
          ).counts,
      ),
    ),
    macro,
  );
}

const annotation = (atSample: number, symbol: string): Annotation => ({
  ...{ atSample, symbol, subtype: 0, channel: 0, num: 0, aux: '' },
});

export function medianOf(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
