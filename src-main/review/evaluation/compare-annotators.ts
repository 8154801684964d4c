import type {
  CellRequest,
  CompareRequest,
  EvaluationAnswer,
  Figures,
  FigureView,
  MapFigures,
  RecordFigures,
} from '../../contract/evaluation.ts';
import type { ListedBeat } from '../../contract/review.ts';
import type { Annotation } from '../../domain/annotation.ts';
import { beatClasses, type BeatClass, type ClassMapName, classOfSymbol } from '../../domain/beat-class.ts';
import type { BeatId, RecordId } from '../../domain/record.ts';
import type { AggregateFigure } from '../../evaluate/ec57/aggregate-figures.ts';
import { compareBeats } from '../../evaluate/ec57/beats/beat-comparison.ts';
import { cellOf } from '../../evaluate/ec57/beats/beat-counts.ts';
import { beatFigures } from '../../evaluate/ec57/beats/beat-figures.ts';
import type { BeatLabel } from '../../evaluate/ec57/beats/beat-side.ts';
import { type ComparisonOptions, nonstandardOptions } from '../../evaluate/ec57/comparison-options.ts';
import { type Ratio, shareOf } from '../../evaluate/ec57/ratio.ts';
import { aggregate, compareRecord, type RecordComparison } from '../../evaluate/ec57/record-comparison.ts';
import { runFigures } from '../../evaluate/ec57/runs/run-figures.ts';
import type { RunsOfKind } from '../../evaluate/ec57/runs/run-comparison.ts';
import { beatsOf } from '../../store/beats.ts';
import { recordsOf } from '../../store/records.ts';
import type { ReadDb } from '../../store/table-group.ts';
import { marksBy } from './annotators.ts';
import { nearestBeats } from './nearest-beats.ts';

/** Both sides of one record. */
interface ComparedRecord {
  readonly recordId: RecordId;
  readonly reference: readonly Annotation[];
  readonly test: readonly Annotation[];
  readonly options: ComparisonOptions;
}
type Sides = Pick<CompareRequest, 'recordIds' | 'reference' | 'test' | 'fromS' | 'toS' | 'windowS'>;

/** The records that both annotators have marked, in the order asked for. */
function comparedRecords(db: ReadDb, { recordIds, reference, test, fromS, toS, windowS }: Sides): ComparedRecord[] {
  return recordIds.flatMap((recordId) => {
    const header = recordsOf(db).byId(recordId)?.header;
    const [ofReference, ofTest] = [marksBy(db, recordId, reference), marksBy(db, recordId, test)];
    if (!header || !ofReference || !ofTest) return [];
    const { name: record, samplingHz, lengthSamples } = header;
    const options = { record, samplingHz, lengthSamples, fromS, windowS, ...(toS === null ? {} : { toS }) };
    return [{ recordId, reference: ofReference, test: ofTest, options }];
  });
}

/** Compares two annotators over records by both class maps, beat by beat and run by run, as EC57 asks. */
export function compareAnnotators(db: ReadDb, request: CompareRequest): Omit<EvaluationAnswer, 'taughtModel'> {
  const records = comparedRecords(db, request);
  const byMap = (map: ClassMapName) => {
    const compared = records.map(({ reference, test, options }) => compareRecord(reference, test, { ...options, map }));
    return mapFigures(records, compared, request.paced);
  };
  const maps = { ec57: byMap('ec57'), literature: byMap('literature') };
  const { fromS, toS, windowS } = request;
  return {
    maps,
    mapDifferences: mapDifferences(records),
    nonstandard: nonstandardOptions({
      ...{ record: '', samplingHz: 1, lengthSamples: 0, fromS, windowS },
      ...(toS === null ? {} : { toS }),
    }),
    leftOutPaced: maps.ec57.records.filter(({ isLeftOut }) => isLeftOut).map(({ name }) => name),
  };
}

function mapFigures(
  records: readonly ComparedRecord[],
  compared: readonly RecordComparison[],
  paced: CompareRequest['paced'],
): MapFigures {
  const { beats, runs } = aggregate(compared, paced);
  return {
    counts: beats.counts,
    figures: figureViews(beats.figures),
    averageRmsRrErrorMs: beats.averageRmsRrErrorMs ?? null,
    runs: { VE: figureViews(runs.VE), SVE: figureViews(runs.SVE) },
    records: compared.map((one, i) => recordFigures(records[i].recordId, one, paced)),
  };
}

function recordFigures(
  recordId: RecordId,
  { beats, runs }: RecordComparison,
  paced: CompareRequest['paced'],
): RecordFigures {
  const figures = beatFigures(beats.counts);
  return {
    ...{ recordId, name: beats.record, beats: figures.missed.whole, isPaced: beats.isPaced },
    isLeftOut: beats.isPaced && paced === 'leave-out',
    figures: shares(figures),
    rmsRrErrorMs: beats.rmsRrErrorMs ?? null,
    shutdownS: beats.shutdownS,
    ventricularRuns: runShares(runs.VE),
    supraventricularRuns: runShares(runs.SVE),
  };
}

const shares = (figures: object): Figures =>
  Object.fromEntries(Object.entries(figures).map(([name, ratio]) => [name, shareOf(ratio as Ratio) ?? null]));
const runShares = (runs: RunsOfKind | undefined): Figures | null => (runs ? shares(runFigures(runs)) : null);

const figureViews = (figures: Readonly<Record<string, AggregateFigure>>): Record<string, FigureView> =>
  Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figureView(figure)]));

function figureView({ gross, averagePercent, medianPercent, intervalPercent }: AggregateFigure): FigureView {
  const share = (percent: number | undefined) => (percent === undefined ? null : percent / 100);
  return {
    ...gross,
    gross: shareOf(gross) ?? null,
    average: share(averagePercent),
    median: share(medianPercent),
    interval: intervalPercent ? [intervalPercent[0] / 100, intervalPercent[1] / 100] : null,
  };
}

/** The symbols for which it matters which map is chosen. */
function mapDifferences(records: readonly ComparedRecord[]): EvaluationAnswer['mapDifferences'] {
  const count = (side: 'reference' | 'test', symbol: string) =>
    records.reduce((sum, record) => sum + record[side].filter((mark) => mark.symbol === symbol).length, 0);
  return [...'NLRBAaJSejnVErF/fQ?'].flatMap((symbol) => {
    const [ec57, literature] = [classOfSymbol(symbol, 'ec57')!, classOfSymbol(symbol, 'literature')!];
    if (ec57 === literature) return [];
    const [inReference, inTest] = [count('reference', symbol), count('test', symbol)];
    return inReference + inTest === 0 ? [] : [{ symbol, ec57, literature, inReference, inTest }];
  });
}

/** The beats of one cell, each at its own place in the record, in the order of records and time. */
export function beatsOfCell(db: ReadDb, request: CellRequest): ListedBeat[] {
  return comparedRecords(db, request).flatMap(({ recordId, reference, test, options }) => {
    const places: { atSample: number; labels: ListedBeat['labels'] }[] = [];
    compareBeats(reference, test, { ...options, map: request.map }, (step) => {
      if (cellOf(step.reference.label, step.test.label) !== request.cell) return;
      const labels = [classOrNone(step.reference.label), classOrNone(step.test.label)];
      places.push({ atSample: labels[0] === null ? step.test.atSample : step.reference.atSample, labels });
    });
    const beats = beatsOf(db).table(recordId);
    const nearest = nearestBeats(
      beats.atSample,
      places.map(({ atSample }) => atSample),
      request.windowS * options.samplingHz,
    );
    return places.map((place, i) => ({
      ...{ recordId, ...place },
      beatId: nearest[i] < 0 ? null : (beats.beatId[nearest[i]] as BeatId),
    }));
  });
}

const classOrNone = (label: BeatLabel): BeatClass | null =>
  beatClasses.find((beatClass) => beatClass === label) ?? null;
