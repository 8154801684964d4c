import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordInputs } from '../../../../src-main/detect/features/record-inputs.ts';
import { beatClasses, mostProbable } from '../../../../src-main/domain/beat-class.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { readAnnotatedRecord } from '../../../../src-main/host/record-model/annotated-record.ts';
import { recordFigures } from '../../../../src-main/host/record-model/card/record-figures.ts';
import { cardMarkdown, type RecordCard } from '../../../../src-main/host/record-model/card/record-card.ts';
import { readFolds } from '../../../../src-main/host/record-model/cross-validation.ts';
import { recordModels } from '../../../../src-main/host/record-model/databases.ts';
import { readModel } from '../../../../src-main/host/record-model/kept-model.ts';
import { labelsOf, scoreAll } from '../../../../src-main/host/record-model/measured-record.ts';
import { atRate } from '../../../support/at-rate.ts';
import { describeOnRecordings, projectRoot, sharedData } from '../../../support/shared-data.ts';

const modelsFolder = join(projectRoot, 'resources', 'models');
const cardOf = (name: string) => JSON.parse(readFileSync(join(modelsFolder, `${name}.json`), 'utf8')) as RecordCard;
const names = Object.keys(recordModels);

test.each(names)('the card of %s tells of the weights beside it, and people read what programs read', async (name) => {
  expect((await readModel(modelsFolder, name)).hash).toBe(cardOf(name).hash);
  expect(readFileSync(join(modelsFolder, `${name}.md`), 'utf8')).toBe(cardMarkdown(cardOf(name)));
});

test.each(names)('the folds of %s have each left out other patients, and together all', async (name) => {
  const leftOut = (await readFolds(modelsFolder, name)).flatMap((fold) => fold.leftOut);
  const learnedFrom = recordModels[name].flatMap(({ records }) => records);
  expect(leftOut.sort()).toEqual([...learnedFrom].sort());
});

/** Beats of all classes, and few enough for every run of the tests. */
const record = '200';

describeOnRecordings('the shipped models', () => {
  test.each(names)(
    `%s counts in ${record} what its card says`,
    async (name) => {
      const { model } = await readModel(modelsFolder, name);
      const { record: annotated } = await readAnnotatedRecord(join(sharedData, 'mitdb', record));
      const inputs = recordInputs(annotated.signals, annotated.beatSamples);
      const measured = [{ name: record, inputs, labels: labelsOf(annotated) }];
      const { counts } = recordFigures(await scoreAll(model, measured, onnxExecutor({ threads: 1 })));
      expect(counts).toEqual(cardOf(name).evaluation.perRecord.find(({ name }) => name === record)!.counts);
    },
    300_000,
  );

  test.each(names)('%s says the same of a recording whose leads are swapped and have other names', async (name) => {
    const { model } = await readModel(modelsFolder, name);
    const { record: annotated } = await readAnnotatedRecord(join(sharedData, 'mitdb', '208'));
    const { signals, beatSamples } = annotated;
    const leads = signals.leads.toReversed().map(({ physical }, place) => ({ name: `lead ${place + 1}`, physical }));
    const labels = labelsOf(annotated);
    const [given, swapped] = await scoreAll(
      model,
      [
        { name: 'as given', inputs: recordInputs(signals, beatSamples), labels },
        { name: 'swapped', inputs: recordInputs({ ...signals, leads }, beatSamples), labels },
      ],
      onnxExecutor({ threads: 1 }),
    );
    expect(swapped.probabilities).toEqual(given.probabilities);
  });

  test('the model in use calls at least 99 of 100 beats of a hard recording alike at 100 Hz', async () => {
    const { model } = await readModel(modelsFolder, 'record');
    const { record: annotated } = await readAnnotatedRecord(join(sharedData, 'mitdb', '208'));
    const copy = atRate(annotated.signals, annotated.beatSamples, 100);
    const labels = labelsOf(annotated);
    const [given, copied] = await scoreAll(
      model,
      [
        { name: 'as given', inputs: recordInputs(annotated.signals, annotated.beatSamples), labels },
        { name: 'copy', inputs: recordInputs(copy.signals, copy.beatSamples), labels },
      ],
      onnxExecutor({ threads: 1 }),
    );
    const classOf = (probabilities: Float32Array, beat: number) =>
      mostProbable(probabilities, beat * beatClasses.length);
    const alike = [...labels.keys()].filter(
      (beat) => classOf(given.probabilities, beat) === classOf(copied.probabilities, beat),
    );
    expect(alike.length / labels.length).toBeGreaterThanOrEqual(0.99);
  });
});
