import type { Annotation } from '../../domain/annotation.ts';
import { type BeatClass, beatClasses, mostProbable, symbolOfClass } from '../../domain/beat-class.ts';
import type { Executor } from '../../engine/executors/executor.ts';
import type { RecordModel } from '../../engine/record/model.ts';
import { compareBeats } from '../../evaluate/ec57/beats/beat-comparison.ts';
import { sumCounts, total, type BeatCounts } from '../../evaluate/ec57/beats/beat-counts.ts';
import type { Figures } from './card/record-figures.ts';
import { scoreAll, type MeasuredRecord } from './measured-record.ts';

/**
 * Scores recordings at the beats that the program's own detector finds in them and compares with the reference by
 * EC57's matching (0.15 s), whole recordings, literature class map.
 */
export async function countOnDetectedBeats(
  model: RecordModel,
  records: readonly MeasuredRecord[],
  executor: Executor,
): Promise<BeatCounts> {
  const detected = records.map(({ name, detected: { inputs }, labels }) => ({ name, inputs, labels }));
  const scored = await scoreAll(model, detected, executor);
  return sumCounts(
    records.map(({ name, samplingHz, lengthSamples, reference, detected: { beatSamples } }, i) => {
      const { probabilities } = scored[i];
      const test = Array.from(beatSamples, (atSample, beat) =>
        annotation(atSample, symbolOfClass[beatClasses[mostProbable(probabilities, beat * beatClasses.length)]]),
      );
      return compareBeats(
        reference.map(({ atSample, symbol }) => annotation(atSample, symbol)),
        test,
        { record: name, samplingHz, lengthSamples, fromS: 0, map: 'literature' },
      ).counts;
    }),
  );
}

/**
 * Beats missed count against their class and beats too many against the one they were given; reference Q is left out.
 * @param macro  classes that macro-F1 is the mean of.
 */
export function figuresOnDetectedBeats(
  counts: BeatCounts,
  macro: readonly BeatClass[] = ['N', 'S', 'V', 'F'],
): Figures {
  const f1 = (name: BeatClass) => {
    const called = name.toLowerCase();
    const there = total(counts, name, 'nsvfqox');
    return (2 * total(counts, name, called)) / (there + total(counts, 'NSVFOX', called));
  };
  const right = ['N', 'S', 'V', 'F'].reduce((sum, name) => sum + total(counts, name, name.toLowerCase()), 0);
  const beats = total(counts, 'NSVF', 'nsvfqox');
  const all = beats + total(counts, 'OX', 'nsvfq');
  const macroF1 = macro.reduce((sum, name) => sum + f1(name), 0) / macro.length;
  return { beats, accuracy: right / all, macroF1, S: f1('S'), V: f1('V'), F: f1('F') };
}

const annotation = (atSample: number, symbol: string): Annotation => ({
  ...{ atSample, symbol, subtype: 0, channel: 0, num: 0, aux: '' },
});
