import type { HostEvent } from '../contract/events.ts';
import type { JobHandlers } from '../contract/jobs.ts';
import { beatClasses, classOfSymbol, reviewClassMap } from '../domain/beat-class.ts';
import { type BeatTable, noLabel } from '../domain/beat.ts';
import type { RecordId } from '../domain/record.ts';
import type { Workspace } from '../store/database.ts';
import { modelsOf } from '../store/models.ts';
import { predictionsOf } from '../store/predictions.ts';
import { recordsOf } from '../store/records.ts';
import { inSlices } from './in-slices.ts';
import type { LabelledBeats, PredictedBeats, ReviewJobs } from './jobs.ts';
import type { KeptBeats } from './kept-beats.ts';

/** What the label blend and the queue start from. */
interface LabelledRecordBeats {
  readonly beats: LabelledBeats;
  readonly doubts: Omit<PredictedBeats, 'probabilities'>;
  readonly table: BeatTable;
}

export interface ClassifierParts {
  readonly workspace: Workspace;
  readonly kept: KeptBeats;
  readonly jobs: Pick<ReviewJobs, 'predict' | 'blend'>;
  readonly announce: (event: HostEvent) => void;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

/** Rows removed before the program looks after its readers again: a few milliseconds. */
const removedRows = 500;
const width = beatClasses.length;
const breath = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Keeps every record's shown probabilities true: the model's own opinion of each beat, moved by the labels that
 * people gave (the label blend). Shown probabilities are a function of the two alone, so undo takes the blend back.
 */
export function recordClassifier({ workspace, kept, jobs, announce, now, onFault }: ClassifierParts) {
  const { db } = workspace;
  const predictions = predictionsOf(db);
  /** Records whose labels changed while their blend was being computed, with the blend under way. */
  const blending = new Map<RecordId, { isStale: boolean; ended: Promise<void> }>();

  const predict = async (recordId: RecordId, handlers: JobHandlers): Promise<{ beats: number; modelHash: string }> => {
    const record = recordsOf(db).byId(recordId);
    const model = modelsOf(db).inUse('record');
    if (!record) throw new RangeError(`there is no record ${recordId}`);
    if (!model) throw new Error('No model is in use; accept one first.');
    const table = await kept.of(recordId);
    const [beatId, atSample] = [table.beatId.slice(), table.atSample.slice()];
    const { signalHash } = record;
    const startRun = () => predictions.startRun({ recordId, modelHash: model.hash, signalHash, madeAtMs: now() });
    let runId = startRun();
    let written = Promise.resolve();
    try {
      let from = 0;
      const keep = async (run: number, beats: PredictedBeats, beatIds: Int32Array) => {
        if (handlers.signal.aborted) return;
        await inSlices(beatIds.length, (start, end) =>
          predictions.append(run, {
            beatIds: beatIds.subarray(start, end),
            probabilities: beats.probabilities.subarray(start * width, end * width),
            disagreement: beats.disagreement.subarray(start, end),
            novelty: beats.novelty.subarray(start, end),
          }),
        );
      };
      const { unlikeness } = await jobs.predict(
        { signalHash, modelHash: model.hash, atSamples: atSample },
        {
          ...handlers,
          onBatch: (beats) => {
            const beatIds = beatId.subarray(from, from + beats.novelty.length);
            from += beatIds.length;
            const run = runId;
            written = written.then(() => keep(run, beats, beatIds));
            written.catch(() => undefined); // thrown below, where it is awaited
          },
          onAgain: () => {
            const left = runId;
            written = written.then(() => predictions.discardRun(left));
            [runId, from] = [startRun(), 0];
          },
        },
      );
      await written;
      handlers.signal.throwIfAborted();
      if (from !== beatId.length) throw new Error(`${from} of ${beatId.length} beats were classified`);
      predictions.finishRun(runId, unlikeness);
    } catch (error) {
      await written.catch(() => undefined);
      predictions.discardRun(runId);
      throw error;
    }
    await show(recordId, 'prediction');
    while (predictions.removeSuperseded(removedRows) > 0) await breath();
    return { beats: beatId.length, modelHash: model.hash };
  };

  /** What the label blend starts from; undefined before the first prediction. */
  const labelledBeats = async (recordId: RecordId): Promise<LabelledRecordBeats | undefined> => {
    const record = recordsOf(db).byId(recordId);
    const run = predictions.latestRun(recordId);
    if (!record || !run) return undefined;
    const own = await kept.ofRun(run.runId);
    const table = await kept.of(recordId);
    const beats = table.beatId.length;
    const base = new Float32Array(beats * width).fill(NaN);
    const disagreement = new Float32Array(beats).fill(NaN);
    const novelty = new Float32Array(beats).fill(NaN);
    let row = 0;
    for (let i = 0; i < beats; i++) {
      row = rowOf(own.beatIds, table.beatId[i], row);
      if (own.beatIds[row] !== table.beatId[i]) continue;
      for (let c = 0; c < width; c++) base[i * width + c] = own.probabilities[row * width + c];
      disagreement[i] = own.disagreement[row];
      novelty[i] = own.novelty[row];
    }
    const { signalHash } = record;
    const personLabels = personLabelsOf(table);
    return {
      beats: { signalHash, modelHash: run.modelHash, atSamples: table.atSample.slice(), base, personLabels },
      doubts: { disagreement, novelty },
      table,
    };
  };

  const show = async (recordId: RecordId, cause: 'blend' | 'prediction'): Promise<void> => {
    const labelled = await labelledBeats(recordId);
    if (!labelled) return;
    const { beats, table } = labelled;
    const { revision } = table;
    const beatIds = table.beatId.slice();
    const hasLabels = beats.personLabels.some((label) => label !== noLabel);
    const probabilities = hasLabels ? ownWhereLabelled(await jobs.blend(beats), beats) : beats.base;
    // Beats that moved meanwhile are read again, and their blend with them.
    const current = await kept.of(recordId);
    if (!areSame(current.beatId, beatIds) || !areSame(current.atSample, beats.atSamples)) return show(recordId, cause);
    const changed = changedRows(current, probabilities);
    await inSlices(changed.length, (from, to) => {
      const rows = changed.subarray(from, to);
      const moved = new Float32Array(rows.length * width);
      rows.forEach((at, i) => moved.set(probabilities.subarray(at * width, (at + 1) * width), i * width));
      predictions.writeCurrent(
        recordId,
        rows.map((at) => current.beatId[at]),
        moved,
      );
      kept.shown(current, rows, moved);
    });
    announce({ event: 'onBeatsChanged', recordId, revision, cause });
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
  personLabels.forEach((label, i) => {
    if (label === noLabel || Number.isNaN(base[i * width])) return;
    for (let c = i * width; c < (i + 1) * width; c++) blended[c] = base[c];
  });
  return blended;
}

/** The rows of which a model has spoken and whose shown opinion is to change; a beat just added waits for its first. */
function changedRows({ probabilities: shown }: BeatTable, probabilities: Float32Array): Int32Array {
  const rows = new Int32Array(probabilities.length / width);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    if (Number.isNaN(probabilities[i * width])) continue;
    for (let at = i * width; at < (i + 1) * width; at++)
      if (probabilities[at] !== shown[at]) {
        rows[count++] = i;
        break;
      }
  }
  return rows.slice(0, count);
}

const areSame = (one: Int32Array, other: Int32Array): boolean =>
  one.length === other.length && one.every((value, i) => value === other[i]);

/** Place of a beat among rising ids, looked for from a place on, as beats mostly follow each other. */
function rowOf(beatIds: Int32Array, beatId: number, from: number): number {
  for (const near of [from, from + 1]) if (beatIds[near] === beatId) return near;
  let [low, high] = [0, beatIds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beatIds[middle] < beatId) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the class that a person gave each beat; `noLabel` where nobody did. */
function personLabelsOf({ symbols }: BeatTable): Uint8Array {
  const labels = new Uint8Array(symbols.length).fill(noLabel);
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === ' ') continue;
    const label = classOfSymbol(symbols[i], reviewClassMap);
    if (label !== undefined) labels[i] = beatClasses.indexOf(label);
  }
  return labels;
}
