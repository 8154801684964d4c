import type { AggregateFigures } from './aggregate-figures.ts';
import type { BeatComparison } from './beats/beat-comparison.ts';
import { beatFigures } from './beats/beat-figures.ts';
import { shareOf, type Ratio } from './ratio.ts';
import type { Aggregate, RecordComparison } from './record-comparison.ts';
import type { RunsOfKind } from './runs/run-comparison.ts';
import { runFigures } from './runs/run-figures.ts';

/** A ratio in [0, 1]; null where it is undefined, for JSON has no undefined. */
const jsonShare = (ratio: Ratio): number | null => shareOf(ratio) ?? null;

/** Named ratios as shares. */
const jsonShares = (figures: object): Record<string, number | null> =>
  Object.fromEntries(Object.entries(figures).map(([name, ratio]) => [name, jsonShare(ratio as Ratio)]));

/**
 * One record's comparison as plain data: `counts` by cell, figures in [0, 1], undefined ones null.
 * @param withSveb  whether class S is told from N; if not, the comparison must be a plain one already.
 */
export function comparisonJson({ beats, runs }: RecordComparison, withSveb: boolean): object {
  const kinds = { VE: runs.VE, ...(withSveb ? { SVE: runs.SVE } : {}) };
  return {
    record: beats.record,
    map: beats.map,
    ...beatsJson(beats, withSveb),
    runs: Object.fromEntries(Object.entries(kinds).map(([kind, ofKind]) => [kind, ofKind ? runsJson(ofKind) : null])),
    isPaced: beats.isPaced,
    nonstandard: beats.nonstandard,
  };
}

function beatsJson({ counts, rmsRrErrorMs, shutdownS }: BeatComparison, withSveb: boolean): object {
  const figures = beatFigures(counts);
  const detection = (se: Ratio, ppv: Ratio) => ({
    TP: se.part,
    FN: se.whole - se.part,
    FP: ppv.whole - ppv.part,
    Se: jsonShare(se),
    PPV: jsonShare(ppv),
  });
  const { missed, missedN, missedS, missedV, missedF } = figures;
  return {
    counts,
    qrs: detection(figures.qrsSe, figures.qrsPpv),
    veb: { ...detection(figures.vebSe, figures.vebPpv), FPR: jsonShare(figures.vebFpr) },
    ...(withSveb ? { sveb: detection(figures.svebSe, figures.svebPpv) } : {}),
    rmsRrErrorMs: rmsRrErrorMs ?? null,
    shutdown: {
      seconds: shutdownS,
      missed: jsonShares({ all: missed, N: missedN, ...(withSveb ? { S: missedS } : {}), V: missedV, F: missedF }),
    },
  };
}

const runsJson = (runs: RunsOfKind): object => ({
  sensitivity: runs.sensitivity.matrix,
  predictivity: runs.predictivity.matrix,
  ...jsonShares(runFigures(runs)),
});

const shareOfPercent = (percent: number | undefined): number | null => (percent === undefined ? null : percent / 100);

/** The figures of several records, all of them shares in [0, 1]; intervals are over resampled records. */
export function aggregateJson(aggregate: Aggregate, withSveb: boolean): object {
  const isShown = (name: string) => withSveb || !(name.startsWith('sveb') || name === 'missedS');
  const json = <Name extends string>(figures: AggregateFigures<Name>) => {
    const shown = (Object.keys(figures) as Name[]).filter(isShown);
    return {
      gross: Object.fromEntries(shown.map((name) => [name, jsonShare(figures[name].gross)])),
      average: Object.fromEntries(shown.map((name) => [name, shareOfPercent(figures[name].averagePercent)])),
      median: Object.fromEntries(shown.map((name) => [name, shareOfPercent(figures[name].medianPercent)])),
      interval95: Object.fromEntries(
        shown.map((name) => [name, figures[name].intervalPercent?.map(shareOfPercent) ?? null]),
      ),
    };
  };
  const { beats, runs, records, leftOutPaced } = aggregate;
  return {
    records,
    leftOutPaced,
    counts: beats.counts,
    ...json(beats.figures),
    averageRmsRrErrorMs: beats.averageRmsRrErrorMs ?? null,
    runs: { VE: json(runs.VE), ...(withSveb ? { SVE: json(runs.SVE) } : {}) },
  };
}
