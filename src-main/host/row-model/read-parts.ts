import { join } from 'node:path';
import { selectRows } from '../../engine/train/beat-set.ts';
import type { Rows as TrainingRows } from '../../engine/train/rows.ts';
import { joinRows, readAllRows } from '../../formats/rows/read-rows.ts';
import {
  readRowBeats,
  readRowsDescription,
  type RowBeats,
  type RowPart,
  rowsFile,
} from '../../formats/rows/row-files.ts';
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

/** The same rows divided anew by patient, with where each is from; undefined where the folder does not tell it. */
export async function readByPatient(
  folder: string,
  context: Reading,
): Promise<Record<RowPart, Rows & RowBeats> | undefined> {
  const [train, test] = [await readPart(folder, 'train', context), await readPart(folder, 'test', context)];
  const trainBeats = await readRowBeats(folder, 'train', train);
  const testBeats = await readRowBeats(folder, 'test', test);
  if (!trainBeats || !testBeats) return undefined;
  const records = [...trainBeats.records, ...testBeats.records];
  const symbols = [...trainBeats.symbols, ...testBeats.symbols];
  const { values, classIndex } = joinRows([train, test]);
  const trains = splitRows({ records, classIndex }, 'patient', 1);
  const side = (is: number) => {
    const chosen = [...trains.keys()].filter((row) => trains[row] === is);
    return {
      values: selectRows(values, rowValues, chosen),
      classIndex: Uint8Array.from(chosen, (row) => classIndex[row]),
      records: chosen.map((row) => records[row]),
      symbols: chosen.map((row) => symbols[row]),
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
    return { values, labels: classIndex, patients: records.map(patientOfRecord), kinds: kindsOf(divided.train) };
  }
  const rows = await readPart(rowsFolder, 'train', context);
  const isByPatient = (await readRowsDescription(rowsFolder))?.split === 'patient';
  const beats = await readRowBeats(rowsFolder, 'train', rows);
  return {
    values: rows.values,
    labels: rows.classIndex,
    ...(beats ? { kinds: kindsOf(beats) } : {}),
    ...(beats && isByPatient ? { patients: beats.records.map(patientOfRecord) } : {}),
  };
}

/** A recording's beats of one symbol are a kind. */
const kindsOf = ({ records, symbols }: RowBeats): string[] => records.map((record, row) => `${symbols[row]} ${record}`);
