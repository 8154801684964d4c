import { beatClasses, classOfSymbol } from '../../domain/beat-class.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import type { Familiarity } from '../../engine/record/familiarity.ts';
import type { RecordModel } from '../../engine/record/model.ts';
import { compileRecordScorer } from '../../engine/record/score.ts';
import type { Interval } from '../../evaluate/bootstrap.ts';
import type { ConfusionJson } from '../../evaluate/confusion.ts';
import type { Figures } from '../record-model/card/record-figures.ts';
import {
  type CalledRecording,
  confusionOf,
  figuresAtDetectedBeats,
  type FigureName,
  type MappedFigures,
  mappedFigures,
  medianOf,
  namedFigures,
} from './calls.ts';
import { type Budget, type BudgetOutcome, budgets, classesNotLabelled } from './label-budgets.ts';
import { budgetsAtDetected, type MeasuredOnce, measureOnce } from './measured.ts';
import { fiveMinutesS, type Protocol } from './protocols.ts';
import type { Recordings } from './recordings.ts';

export interface ProtocolParts {
  readonly recordings: Recordings;
  readonly executor: Executor;
  /** By what the model knows beats as unlike those it learned from; the queue asks for these first. */
  readonly familiarity?: Familiarity | undefined;
  readonly onProgress: (fraction: number, doing: string) => void;
  readonly signal: AbortSignal;
}

/** Figures of one budget over all recordings. */
export interface BudgetFigures extends Budget, Pick<ConfusionJson, 'accuracy' | 'macroF1' | 'classes' | 'beats'> {
  /** 95 % of resampled sets of records. */
  readonly interval: Interval;
  readonly medianOverRecords: number | undefined;
  /** Macro-F1 without some recordings, by their names. */
  readonly without: Readonly<Record<string, number | undefined>>;
  /** Macro-F1 of the beats that were not asked for: a labelled beat is right because it was labelled. */
  readonly unlabelledMacroF1: number | undefined;
  /** Under the EC57 class map; labels are given under the literature's. */
  readonly ec57: Pick<ConfusionJson, 'macroF1' | 'classes'>;
  /** At the beats that the program's own detector finds; null where that was not worked out. */
  readonly detected: Figures | null;
  /** Recordings with beats of a class that none of their labels shows. */
  readonly neverLabelled: Readonly<Record<string, readonly string[]>>;
  /** The label-noise guard on these labels. */
  readonly guard: BudgetOutcome['guard'];
}

export interface ProtocolFigures extends MappedFigures {
  readonly records: readonly { readonly name: string; readonly beats: number }[];
  readonly maps: Readonly<Record<'literature' | 'ec57', MappedFigures>>;
  /** The literature map from 5:00 on; absent where that is the protocol itself. */
  readonly from5min?: Readonly<Record<'literature' | 'ec57', Record<FigureName, number | undefined>>>;
  readonly detected: Readonly<Record<'literature' | 'ec57', Figures>>;
  readonly without: Readonly<Record<string, Record<FigureName, number | undefined>>>;
  /** Beats of reference class Q, left out of every figure. */
  readonly leftOutQ: number;
  readonly budgets: readonly BudgetFigures[];
}

/** Measures some recordings, each by the model that may measure it; reads one recording at a time. */
export async function measureProtocol(
  names: readonly string[],
  protocol: Protocol,
  modelOf: (name: string) => RecordModel,
  { recordings, executor, familiarity, onProgress, signal }: ProtocolParts,
): Promise<Omit<MeasuredOnce, 'inputs'>[]> {
  const measured: Omit<MeasuredOnce, 'inputs'>[] = [];
  for (const [model, ofModel] of Map.groupBy(names, modelOf)) {
    const scorer = await compileRecordScorer(model, executor, familiarity ? { familiarity } : {});
    try {
      for (const name of ofModel) {
        signal.throwIfAborted();
        onProgress(measured.length / names.length, `measuring on ${name}`);
        const { inputs: _, ...one } = await measureOnce(
          await recordings.read(name),
          model,
          scorer,
          protocol.withLabels,
        );
        measured.push(one);
      }
    } finally {
      await scorer.dispose();
    }
  }
  return measured.sort((a, b) => names.indexOf(a.recording.name) - names.indexOf(b.recording.name));
}

/** All that a protocol prints, from what was measured. */
export function protocolFigures(
  measured: readonly Omit<MeasuredOnce, 'inputs'>[],
  { fromS, macro, without, withLabels }: Protocol,
): ProtocolFigures {
  const recordings = measured.map(({ recording }) => recording);
  const detected = measured.map((one) => one.detected);
  const bothMaps = <Value>(of: (map: 'literature' | 'ec57') => Value) => ({
    literature: of('literature'),
    ec57: of('ec57'),
  });
  const maps = bothMaps((map) => mappedFigures(recordings, { map, fromS, macro }));
  const later = (map: 'literature' | 'ec57') =>
    namedFigures(
      recordings.map((recording) => confusionOf(recording, map, fiveMinutesS)),
      map,
      macro,
    );
  return {
    ...maps.literature,
    maps,
    records: maps.literature.perRecord.map(({ name, beats }) => ({ name, beats })),
    ...(fromS < fiveMinutesS ? { from5min: bothMaps(later) } : {}),
    detected: bothMaps((map) => figuresAtDetectedBeats(recordings, detected, { map, fromS, macro })),
    without: Object.fromEntries(
      presentSets(recordings, without).map((left) => [
        left.join(' '),
        namedFigures(
          recordings
            .filter(({ name }) => !left.includes(name))
            .map((recording) => confusionOf(recording, 'literature', fromS)),
          'literature',
          macro,
        ),
      ]),
    ),
    leftOutQ: recordings.reduce(
      (sum, { reference, samplingHz }) =>
        sum +
        reference.filter(
          ({ symbol, atSample }) => classOfSymbol(symbol, 'literature') === 'Q' && atSample >= fromS * samplingHz,
        ).length,
      0,
    ),
    budgets: withLabels ? budgets.map((_, index) => budgetFigures(measured, index, { macro, without })) : [],
  };
}

/** Sets of which a recording is there and others are too. */
const presentSets = (recordings: readonly CalledRecording[], sets: Protocol['without']) =>
  sets.filter(
    (left) => recordings.some(({ name }) => left.includes(name)) && recordings.some(({ name }) => !left.includes(name)),
  );

function budgetFigures(
  measured: readonly Omit<MeasuredOnce, 'inputs'>[],
  index: number,
  { macro, without }: Pick<Protocol, 'macro' | 'without'>,
): BudgetFigures {
  const fromS = fiveMinutesS;
  const outcomes = measured.map((one) => one.outcomes[index]);
  const recordings = measured.map(({ recording }, i) => ({ ...recording, called: outcomes[i].called }));
  const figures = mappedFigures(recordings, { map: 'literature', fromS, macro });
  const ec57 = mappedFigures(recordings, { map: 'ec57', fromS, macro });
  const asked = outcomes.map(({ labelled }) => new Set(labelled.map(({ beat }) => beat)));
  const atDetected = budgetsAtDetected.indexOf(budgets[index]);
  return {
    ...budgets[index],
    ...{ beats: figures.beats, accuracy: figures.accuracy, macroF1: figures.macroF1, classes: figures.classes },
    interval: figures.intervals.macroF1,
    medianOverRecords: medianOf(figures.perRecord.map(({ macroF1 }) => macroF1)),
    without: Object.fromEntries(
      presentSets(recordings, without).map((left) => [
        left.join(' '),
        namedFigures(
          recordings
            .filter(({ name }) => !left.includes(name))
            .map((recording) => confusionOf(recording, 'literature', fromS)),
          'literature',
          macro,
        ).macroF1,
      ]),
    ),
    unlabelledMacroF1: namedFigures(
      recordings.map((recording, i) => confusionOf(recording, 'literature', fromS, (beat) => !asked[i].has(beat))),
      'literature',
      macro,
    ).macroF1,
    ec57: { macroF1: ec57.macroF1, classes: ec57.classes },
    detected:
      atDetected < 0
        ? null
        : figuresAtDetectedBeats(
            recordings,
            measured.map(({ detected, outcomesAtDetected }) => ({
              beatSamples: detected.beatSamples,
              called: outcomesAtDetected[atDetected].called,
            })),
            { map: 'literature', fromS, macro },
          ),
    neverLabelled: Object.fromEntries(
      beatClasses.flatMap((name) => {
        const without = measured
          .filter(({ labels }, i) => classesNotLabelled(labels, outcomes[i].labelled).includes(name))
          .map(({ recording }) => recording.name);
        return without.length > 0 ? [[name, without] as const] : [];
      }),
    ),
    guard: {
      wrong: outcomes.reduce((sum, { guard }) => sum + guard.wrong, 0),
      pointedOut: outcomes.reduce((sum, { guard }) => sum + guard.pointedOut, 0),
      both: outcomes.reduce((sum, { guard }) => sum + guard.both, 0),
    },
  };
}
