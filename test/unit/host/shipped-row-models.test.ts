import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onnxExecutor } from '../../../src-main/engine/executors/onnx/executor.ts';
import { predictRows, readRowModel, writeRowModel } from '../../../src-main/engine/row/model.ts';
import { rebuildRowsOfRecord } from '../../../src-main/formats/rows/rebuild-rows.ts';
import { rowCardMarkdown } from '../../../src-main/host/row-model/row-card.ts';
import { rowFigures, type RowReport } from '../../../src-main/host/row-model/row-report.ts';
import { describeOnRecordings, projectRoot, sharedData } from '../../support/shared-data.ts';

const modelsFolder = join(projectRoot, 'resources', 'models');
const read = (file: string) => readFileSync(join(modelsFolder, file));
const cardOf = (name: string) => JSON.parse(read(`${name}.json`).toString()) as { hash: string; evaluation: RowReport };
const names = ['row-mitbih', 'row-published'];

test.each(names)('the card of %s tells of the weights beside it, and people read what programs read', (name) => {
  const { hash, evaluation: report } = cardOf(name);
  expect(writeRowModel(readRowModel(read(`${name}.safetensors`), name)).hash).toBe(hash);
  expect(read(`${name}.md`).toString()).toBe(rowCardMarkdown({ name, hash, report }));
});

describeOnRecordings('the shipped row models', () => {
  test.each(names)(
    '%s calls most rows of record 200 right, which has V in plenty',
    async (name) => {
      const { values, classIndex } = await rebuildRowsOfRecord(join(sharedData, 'mitdb', '200'));
      const model = readRowModel(read(`${name}.safetensors`), name);
      const { accuracy } = rowFigures(classIndex, await predictRows(model, values, onnxExecutor({ threads: 1 })));
      expect(accuracy).toBeGreaterThan(cardOf(name).evaluation.test!.accuracy! - 0.1);
    },
    120_000,
  );
});
