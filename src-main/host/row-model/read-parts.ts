import { join } from 'node:path';
import { selectRows } from '../../engine/train/beat-set.ts';
import type { Rows as TrainingRows } from '../../engine/train/rows.ts';
import { joinRows, readAllRows } from '../../formats/rows/read-rows.ts';
import { readRowRecords, readRowsDescription, type RowPart, rowsFile } from '../../formats/rows/row-files.ts';
import { rowValues, type Rows } from '../../formats/rows/row.ts';
import { patientOfRecord, splitRows } from '../../formats/rows/split-rows.ts';
import type { JobContext } from '../supervision/messages.ts';

type Reading = Pick<JobContext<never>, 'progress' | 'signal'>;

/** The rows of one side of a folder, as the folder divides them. */
export function readPart(folder: string, part: RowPart, { progress, signal }: Reading): Promise<Rows> {
  const file = rowsFile(part);
  progress({ fraction: null, doing: `reading ${file}`, rate: null, secondsLeft: null });
  return readAllRows(join(folder, file), signal);
}

/** The same rows divided anew by patient, with the record of each; undefined where the folder does not tell it. */
export async function readByPatient(
  folder: string,
  context: Reading,
): Promise<Record<RowPart, Rows & { readonly records: readonly string[] }> | undefined> {
  const [train, test] = [await readPart(folder, 'train', context), await readPart(folder, 'test', context)];
  const trainRecords = await readRowRecords(folder, 'train', train);
  const testRecords = await readRowRecords(folder, 'test', test);
  if (!trainRecords || !testRecords) return undefined;
  const records = [...trainRecords, ...testRecords];
  const { values, classIndex } = joinRows([train, test]);
  const trains = splitRows({ records, classIndex }, 'patient', 1);
  const side = (is: number) => {
    const chosen = [...trains.keys()].filter((row) => trains[row] === is);
    return {
      values: selectRows(values, rowValues, chosen),
      classIndex: Uint8Array.from(chosen, (row) => classIndex[row]),
      records: chosen.map((row) => records[row]),
    };
  };
  return { train: side(1), test: side(0) };
}

/** What a network is trained on. Rows that were split at random are held out at random too. */
export async function trainingRows(
  { rowsFolder, byPatient }: { readonly rowsFolder: string; readonly byPatient: boolean },
  context: Reading,
): Promise<TrainingRows> {
  if (byPatient) {
    const divided = await readByPatient(rowsFolder, context);
    if (!divided) throw new RangeError('The folder does not tell the record of each row; make it by `rhythm rows`.');
    const { values, classIndex, records } = divided.train;
    return { values, labels: classIndex, patients: records.map(patientOfRecord) };
  }
  const rows = await readPart(rowsFolder, 'train', context);
  const isByPatient = (await readRowsDescription(rowsFolder))?.split === 'patient';
  const records = isByPatient ? await readRowRecords(rowsFolder, 'train', rows) : undefined;
  return {
    values: rows.values,
    labels: rows.classIndex,
    ...(records ? { patients: records.map(patientOfRecord) } : {}),
  };
}
