import type { HostEvent } from '../contract/events.ts';
import type { JobHandlers } from '../contract/jobs.ts';
import { beatClasses, classOfSymbol, reviewClassMap } from '../domain/beat-class.ts';
import { type BeatTable, noLabel } from '../domain/beat.ts';
import type { RecordId } from '../domain/record.ts';
import { beatsOf } from '../store/beats.ts';
import type { Workspace } from '../store/database.ts';
import { modelsOf } from '../store/models.ts';
import { predictionsOf } from '../store/predictions.ts';
import { recordsOf } from '../store/records.ts';
import type { LabelledBeats, PredictedBeats, ReviewJobs } from './jobs.ts';

/** What the label blend and the queue start from. */
interface LabelledRecordBeats {
  readonly beats: LabelledBeats;
  readonly doubts: Omit<PredictedBeats, 'probabilities'>;
  readonly table: BeatTable;
}

export interface ClassifierParts {
  readonly workspace: Workspace;
  readonly jobs: Pick<ReviewJobs, 'predict' | 'blend'>;
  readonly announce: (event: HostEvent) => void;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

/** Rows written before the program looks after its readers again: a few milliseconds. */
const sliceRows = 1000;
const breath = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Keeps every record's shown probabilities true: the model's own opinion of each beat, moved by the labels that
 * people gave (the label blend). Shown probabilities are a function of the two alone, so undo takes the blend back.
 */
export function recordClassifier({ workspace, jobs, announce, now, onFault }: ClassifierParts) {
  const { db } = workspace;
  const predictions = predictionsOf(db);
  /** Records whose labels changed while their blend was being computed, with the blend under way. */
  const blending = new Map<RecordId, { isStale: boolean; ended: Promise<void> }>();

  const predict = async (recordId: RecordId, handlers: JobHandlers): Promise<{ beats: number; modelHash: string }> => {
    const record = recordsOf(db).byId(recordId);
    const model = modelsOf(db).inUse('record');
    if (!record) throw new RangeError(`there is no record ${recordId}`);
    if (!model) throw new Error('No model is in use; accept one first.');
    const { beatId, atSample } = beatsOf(db).table(recordId, reviewClassMap);
    const { signalHash } = record;
    const runId = predictions.startRun({ recordId, modelHash: model.hash, signalHash, madeAtMs: now() });
    try {
      let from = 0;
      const { unlikeness } = await jobs.predict(
        { signalHash, modelHash: model.hash, atSamples: atSample },
        {
          ...handlers,
          onBatch: (beats) => {
            const beatIds = beatId.subarray(from, from + beats.novelty.length);
            predictions.append(runId, { beatIds, ...beats });
            from += beatIds.length;
          },
        },
      );
      if (from !== beatId.length) throw new Error(`${from} of ${beatId.length} beats were classified`);
      predictions.finishRun(runId, unlikeness);
    } catch (error) {
      predictions.discardRun(runId);
      throw error;
    }
    await show(recordId, 'prediction');
    while (predictions.removeSuperseded(sliceRows) > 0) await breath();
    return { beats: beatId.length, modelHash: model.hash };
  };

  /** What the label blend starts from; undefined before the first prediction. */
  const labelledBeats = (recordId: RecordId): LabelledRecordBeats | undefined => {
    const record = recordsOf(db).byId(recordId);
    const run = predictions.latestRun(recordId);
    if (!record || !run) return undefined;
    const table = beatsOf(db).table(recordId, reviewClassMap);
    const own = predictions.ofRun(run.runId);
    const rowOf = new Map(Array.from(own.beatIds, (beatId, row) => [beatId, row]));
    const base = new Float32Array(table.beatId.length * beatClasses.length).fill(NaN);
    const disagreement = new Float32Array(table.beatId.length).fill(NaN);
    const novelty = new Float32Array(table.beatId.length).fill(NaN);
    const personLabels = new Uint8Array(table.beatId.length).fill(noLabel);
    table.beatId.forEach((beatId, i) => {
      const row = rowOf.get(beatId);
      const width = beatClasses.length;
      if (row !== undefined) {
        base.set(own.probabilities.subarray(row * width, (row + 1) * width), i * width);
        disagreement[i] = own.disagreement[row];
        novelty[i] = own.novelty[row];
      }
      const label = classOfSymbol(table.symbols[i], reviewClassMap);
      if (label !== undefined) personLabels[i] = beatClasses.indexOf(label);
    });
    const { signalHash } = record;
    return {
      beats: { signalHash, modelHash: run.modelHash, atSamples: table.atSample, base, personLabels },
      doubts: { disagreement, novelty },
      table,
    };
  };

  const show = async (recordId: RecordId, cause: 'blend' | 'prediction'): Promise<void> => {
    const labelled = labelledBeats(recordId);
    if (!labelled) return;
    const { beats, table } = labelled;
    const hasLabels = beats.personLabels.some((label) => label !== noLabel);
    const probabilities = hasLabels ? ownWhereLabelled(await jobs.blend(beats), beats) : beats.base;
    const known = knownRows(table.beatId, probabilities);
    for (let from = 0; from < known.beatIds.length; from += sliceRows) {
      const beatIds = known.beatIds.subarray(from, from + sliceRows);
      const width = beatClasses.length;
      predictions.writeCurrent(recordId, beatIds, known.probabilities.slice(from * width, (from + sliceRows) * width));
      await breath();
    }
    announce({ event: 'onBeatsChanged', recordId, revision: table.revision, cause });
    announce({ event: 'onRecordsChanged' });
  };

  /** Blends anew after labels changed; labels that come while it computes start it once more. */
  const labelsChanged = (recordId: RecordId): Promise<void> => {
    const underWay = blending.get(recordId);
    if (underWay) {
      underWay.isStale = true;
      return underWay.ended;
    }
    const entry = { isStale: false, ended: Promise.resolve() };
    blending.set(recordId, entry);
    entry.ended = (async () => {
      try {
        do {
          entry.isStale = false;
          await show(recordId, 'blend');
        } while (entry.isStale);
      } catch (error) {
        onFault(error);
      } finally {
        blending.delete(recordId);
      }
    })();
    return entry.ended;
  };

  /** Waits until every blend under way has been written. */
  const settled = async (): Promise<void> => {
    await Promise.all([...blending.values()].map(({ ended }) => ended));
  };

  return { predict, labelledBeats, labelsChanged, settled };
}

/** A beat that a person labelled keeps the model's own opinion: it is what the person agreed with or changed. */
function ownWhereLabelled(blended: Float32Array, { base, personLabels }: LabelledBeats): Float32Array {
  const width = beatClasses.length;
  return blended.map((p, at) => {
    const isLabelled = personLabels[Math.floor(at / width)] !== noLabel;
    return isLabelled && !Number.isNaN(base[at]) ? base[at] : p;
  });
}

/** The rows that a model has spoken of: a beat just added waits for its first prediction. */
function knownRows(beatId: Int32Array, probabilities: Float32Array) {
  const width = beatClasses.length;
  const rows = Array.from(beatId.keys()).filter((i) => !Number.isNaN(probabilities[i * width]));
  const known = { beatIds: new Int32Array(rows.length), probabilities: new Float32Array(rows.length * width) };
  rows.forEach((row, i) => {
    known.beatIds[i] = beatId[row];
    known.probabilities.set(probabilities.subarray(row * width, (row + 1) * width), i * width);
  });
  return known;
}
