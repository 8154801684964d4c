import type { AgreementAnswer, AgreementRequest, KappaView } from '../../contract/evaluation.ts';
import type { ListedBeat } from '../../contract/review.ts';
import { beatClasses, type ClassMapName, classOfSymbol } from '../../domain/beat-class.ts';
import { noLabel } from '../../domain/beat.ts';
import { seededRandom } from '../../domain/random.ts';
import type { BeatId, RecordId } from '../../domain/record.ts';
import { agreement, type RatedBeats } from '../../evaluate/kappa.ts';
import { matchWindowS } from '../../evaluate/ec57/comparison-options.ts';
import { beatsOf } from '../../store/beats.ts';
import { stepsOf } from '../../store/edit-steps.ts';
import { recordsOf } from '../../store/records.ts';
import type { ReadDb } from '../../store/table-group.ts';
import { marksBy } from './annotators.ts';
import { nearestBeats } from './nearest-beats.ts';

/** The same records have the same intervals. */
const seed = 57;

/** A record's beats with each annotator's class, as an index; 255 where an annotator has not labelled the beat. */
interface LabelledRecord {
  readonly recordId: RecordId;
  readonly beatId: Int32Array;
  readonly atSample: Int32Array;
  /** By annotator, in the order asked for. */
  readonly labels: readonly Uint8Array[];
}

/** Labels are brought to the record's own beats, within EC57's match window, so that any number can be set side by side. */
function labelledRecord(
  db: ReadDb,
  recordId: RecordId,
  annotators: readonly string[],
  map: ClassMapName,
): LabelledRecord | undefined {
  const header = recordsOf(db).byId(recordId)?.header;
  if (!header) return undefined;
  const { beatId, atSample } = beatsOf(db).table(recordId);
  const labels = annotators.map((key) => {
    const ofBeat = new Uint8Array(beatId.length).fill(noLabel);
    const marks = (marksBy(db, recordId, key) ?? []).filter(({ symbol }) => classOfSymbol(symbol, map) !== undefined);
    const places = Int32Array.from(marks, (mark) => mark.atSample);
    nearestBeats(atSample, places, matchWindowS * header.samplingHz).forEach((beat, i) => {
      if (beat >= 0) ofBeat[beat] = beatClasses.indexOf(classOfSymbol(marks[i].symbol, map)!);
    });
    return ofBeat;
  });
  return { recordId, beatId, atSample, labels };
}

const labelledRecords = (db: ReadDb, { recordIds, annotators, map }: AgreementRequest): LabelledRecord[] =>
  recordIds.flatMap((recordId) => labelledRecord(db, recordId, annotators, map) ?? []);

/** Kappa over the beats that each of the annotators has labelled. */
function kappaOf(records: readonly LabelledRecord[], annotators: readonly string[], of: readonly number[]): KappaView {
  const rated = records.map(({ beatId, labels }) =>
    Array.from(beatId, (_, beat) => of.map((rater) => labels[rater][beat])).filter((beat) => !beat.includes(noLabel)),
  );
  return { annotators: of.map((rater) => annotators[rater]), ...kappaFigures(rated, of.length) };
}

/** Figures of agreement as the contract has them. */
export function kappaFigures(rated: readonly RatedBeats[], raters: number): Omit<KappaView, 'annotators'> {
  const { beats, observed, kappa, interval } = agreement(rated, raters, beatClasses.length, seededRandom(seed));
  const { low, high } = interval ?? {};
  return {
    beats,
    records: rated.filter((record) => record.length > 0).length,
    observed: observed ?? null,
    kappa: kappa ?? null,
    interval: kappa === undefined || low === undefined || high === undefined ? null : [low, high],
  };
}

/** Whether two of them differ; who has not labelled the beat does not differ. */
function isDisputed({ labels }: LabelledRecord, beat: number): boolean {
  const given = labels.map((ofBeat) => ofBeat[beat]).filter((label) => label !== noLabel);
  return given.some((label) => label !== given[0]);
}

/** How far annotators agree: each pair (Cohen), and all of them where there are more (Fleiss). */
export function agreementOf(db: ReadDb, request: AgreementRequest): AgreementAnswer {
  const records = labelledRecords(db, request);
  const { annotators } = request;
  const pairs = annotators.flatMap((_, a) =>
    annotators.slice(a + 1).map((_other, i) => kappaOf(records, annotators, [a, a + 1 + i])),
  );
  const all = annotators.length > 2 ? kappaOf(records, annotators, [...annotators.keys()]) : null;
  let [differing, adjudicated] = [0, 0];
  for (const record of records) {
    const decided = new Set<number>(stepsOf(db).adjudicated(record.recordId));
    record.beatId.forEach((beatId, beat) => {
      if (!isDisputed(record, beat)) return;
      differing++;
      if (decided.has(beatId)) adjudicated++;
    });
  }
  return { pairs, all, differing, adjudicated };
}

/** Beats on which two annotators differ and that nobody has decided with a reason. */
export function disagreementsOf(db: ReadDb, request: AgreementRequest): ListedBeat[] {
  return labelledRecords(db, request).flatMap((record) => {
    const decided = new Set<number>(stepsOf(db).adjudicated(record.recordId));
    return Array.from(record.beatId.keys())
      .filter((beat) => isDisputed(record, beat) && !decided.has(record.beatId[beat]))
      .map((beat) => ({
        recordId: record.recordId,
        beatId: record.beatId[beat] as BeatId,
        atSample: record.atSample[beat],
        labels: record.labels.map((ofBeat) => beatClasses[ofBeat[beat]] ?? null),
      }));
  });
}
