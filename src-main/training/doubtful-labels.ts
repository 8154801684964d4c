import type { DoubtfulLabel } from '../contract/training.ts';
import { beatClasses, reviewClassMap } from '../domain/beat-class.ts';
import type { BeatId, RecordId } from '../domain/record.ts';
import { beatsOf } from '../store/beats.ts';
import { recordsOf } from '../store/records.ts';
import type { ReadDb } from '../store/table-group.ts';
import type { TrainingJobs } from './jobs.ts';
import { classedBeats, used } from './planned-record.ts';
import { personLabels } from './reference-labels.ts';

/** Labels by people that the model and the record's other labels find implausible, the least plausible first. */
export async function findDoubtful(
  db: ReadDb,
  jobs: Pick<TrainingJobs, 'doubtful'>,
  modelHash: string,
  recordIds: readonly RecordId[],
): Promise<DoubtfulLabel[]> {
  const planned = recordIds.flatMap((recordId) => {
    const record = recordsOf(db).byId(recordId);
    if (!record) return [];
    const table = beatsOf(db).table(recordId, reviewClassMap);
    const labels = personLabels(table);
    return used(labels) > 0 ? [{ record, table, labels }] : [];
  });
  const found = await jobs.doubtful({ modelHash, records: planned.map(classedBeats) });
  return found
    .flatMap((doubts, place) => {
      const { record, table } = planned[place];
      return doubts.map(({ index, label, expected, probability }) => ({
        ...{ recordId: record.recordId, recordName: record.header.name, samplingHz: record.header.samplingHz },
        ...{ beatId: table.beatId[index] as BeatId, atSample: table.atSample[index], probability },
        ...{ label: beatClasses[label], expected: beatClasses[expected] },
      }));
    })
    .sort((a, b) => a.probability - b.probability);
}
