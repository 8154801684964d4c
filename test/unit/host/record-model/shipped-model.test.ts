import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordInputs } from '../../../../src-main/detect/features/record-inputs.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { readAnnotatedRecord } from '../../../../src-main/host/record-model/annotated-record.ts';
import { recordFigures } from '../../../../src-main/host/record-model/card/record-figures.ts';
import { cardMarkdown, type RecordCard } from '../../../../src-main/host/record-model/card/record-card.ts';
import { readModel } from '../../../../src-main/host/record-model/kept-model.ts';
import { labelsOf, scoreAll } from '../../../../src-main/host/record-model/measured-record.ts';
import { describeOnRecordings, projectRoot, sharedData } from '../../../support/shared-data.ts';

const modelsFolder = join(projectRoot, 'resources', 'models');
const card = JSON.parse(readFileSync(join(modelsFolder, 'record-ds1.json'), 'utf8')) as RecordCard;

test('the card tells of the weights beside it, and people read what programs read', async () => {
  expect((await readModel(modelsFolder, 'record-ds1')).hash).toBe(card.hash);
  expect(readFileSync(join(modelsFolder, 'record-ds1.md'), 'utf8')).toBe(cardMarkdown(card));
});

/** Beats of all classes, and few enough for every run of the tests. */
const record = '200';

describeOnRecordings('the shipped model', () => {
  test(`counts in ${record} what its card says`, async () => {
    const { model } = await readModel(modelsFolder, 'record-ds1');
    const { record: annotated } = await readAnnotatedRecord(join(sharedData, 'mitdb', record));
    const inputs = recordInputs(annotated.signals, annotated.beatSamples);
    const measured = [{ name: record, inputs, labels: labelsOf(annotated) }];
    const { counts } = recordFigures(await scoreAll(model, measured, onnxExecutor({ threads: 1 })));
    expect(counts).toEqual(card.evaluation.perRecord.find(({ name }) => name === record)!.counts);
  }, 300_000);
});
