import { splitWeights } from '../../engine/network/averaged.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import { predictRows, type RowModel } from '../../engine/row/model.ts';
import type { Rows } from '../../formats/rows/row.ts';
import type { JobContext } from '../supervision/messages.ts';
import { readByPatient } from './read-parts.ts';
import { type RowFigures, rowFigures, rowIntervals, type TestFigures } from './row-report.ts';

/** Of the file beside a row model that holds the network trained on the rows split by patient. */
export const byPatientEnding = '.by-patient.safetensors';

/** Scores a row model of this program's own kind on test rows: each of its networks, and their average. */
export async function measureRows(
  model: RowModel,
  { values, classIndex }: Rows,
  executor: Executor,
  signal?: AbortSignal,
): Promise<{ readonly members: RowFigures[]; readonly test: TestFigures }> {
  const { architecture } = model;
  if (architecture.kind !== 'rhythm-attention') throw new RangeError('networks of other makers are measured alone');
  const members: RowFigures[] = [];
  for (const weights of splitWeights(model.weights, architecture.networks)) {
    const single = { architecture: { ...architecture, networks: 1 }, weights };
    members.push(rowFigures(classIndex, await predictRows(single, values, executor, signal)));
  }
  const averaged = await predictRows(model, values, executor, signal);
  return { members, test: { ...rowFigures(classIndex, averaged), intervals: rowIntervals(classIndex, averaged) } };
}

/** Scores the network that was trained on a folder's rows split by patient on the other patients' rows. */
export async function measureByPatient(
  model: RowModel,
  rowsFolder: string,
  executor: Executor,
  context: Pick<JobContext<never>, 'progress' | 'signal'>,
): Promise<RowFigures> {
  const { values, classIndex } = (await readByPatient(rowsFolder, context))!.test;
  return rowFigures(classIndex, await predictRows(model, values, executor, context.signal));
}
