import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { readAll } from '../../../../src-main/engine/executors/executor.ts';
import {
  distanceToTraining,
  embedRecords,
  familiarityFromWeights,
  familiarityToWeights,
  fitFamiliarity,
  unlikenessOf,
  type EmbeddedBeats,
  type Familiarity,
} from '../../../../src-main/engine/record/familiarity.ts';
import type { RecordModel } from '../../../../src-main/engine/record/model.ts';
import { compileRecordScorer, mutualInformation } from '../../../../src-main/engine/record/score.ts';
import { trainRecordModel } from '../../../../src-main/engine/record/train.ts';
import { tf } from '../../../../src-main/engine/executors/tensorflow.ts';
import { readSafetensors, writeSafetensors } from '../../../../src-main/engine/weights/safetensors.ts';
import { simulatedRecord } from './simulated-inputs.ts';

const executor = onnxExecutor({ threads: 1 });

/** Mutual information in units of ln 4 of logits given for each member. */
async function informationOf(members: readonly (readonly number[])[]): Promise<number> {
  const compiled = await executor.compile(
    ({ logits }) => ({ information: mutualInformation(tf.split(logits, members.length, 0)) }),
    { logits: { shape: [members.length, 4], dtype: 'float32' } },
  );
  const { information } = await readAll(await compiled.run({ logits: Float32Array.from(members.flat()) }));
  await compiled.dispose();
  return information[0];
}

describe('disagreement of members', () => {
  test('is nothing where all say the same, however unsure they are', async () => {
    expect(
      await informationOf([
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ]),
    ).toBeCloseTo(0, 6);
    expect(
      await informationOf([
        [9, 0, 1, 2],
        [9, 0, 1, 2],
        [9, 0, 1, 2],
      ]),
    ).toBeCloseTo(0, 6);
  });

  test('is ln of the members where each is sure of another class', async () => {
    const sure = (label: number) => [0, 1, 2, 3].map((c) => (c === label ? 60 : 0));
    expect(await informationOf([sure(0), sure(2)])).toBeCloseTo(Math.log(2) / Math.log(4), 5);
    expect(await informationOf([0, 1, 2, 3].map(sure))).toBeCloseTo(1, 5);
  });

  test('lies between for members that lean apart', async () => {
    const [p, q] = [Math.log(0.8 / 0.2), Math.log(0.2 / 0.8)];
    const h = (x: number) => -x * Math.log(x) - (1 - x) * Math.log(1 - x);
    const impossible = -60;
    const members = [
      [p, 0, impossible, impossible],
      [q, 0, impossible, impossible],
    ];
    expect(await informationOf(members)).toBeCloseTo((h(0.5) - h(0.8)) / Math.log(4), 5);
  });
});

const width = 6;
/** Two classes around their own centres, stretched along one direction. */
function cloud(beats: number, seed: number): EmbeddedBeats {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({ length: beats }, (_, beat) => (beat % 2 === 0 ? 0 : 2));
  const embedding = new Float32Array(beats * width);
  for (let beat = 0; beat < beats; beat++) {
    const along = 5 * random.normal();
    for (let i = 0; i < width; i++)
      embedding[beat * width + i] = random.normal() + (i < 2 ? along : 0) + (i === 5 && labels[beat] === 2 ? 30 : 0);
  }
  return { labels, embedding };
}

async function distancesOf(familiarity: Pick<Familiarity, 'means' | 'whitening'>, embedding: Float32Array) {
  const beats = embedding.length / width;
  const compiled = await executor.compile(
    ({ rows }, constants) => ({
      distance: distanceToTraining(rows, { means: constants.means, whitening: constants.whitening }),
    }),
    { rows: { shape: [beats, width], dtype: 'float32' } },
    {
      means: { shape: [4, width], data: familiarity.means },
      whitening: { shape: [width, width], data: familiarity.whitening },
    },
  );
  const { distance } = await readAll(await compiled.run({ rows: embedding }));
  await compiled.dispose();
  return distance;
}

describe('distance from the beats of training', () => {
  const training = [cloud(400, 1), cloud(400, 2)];
  const familiarity = fitFamiliarity(training, width);

  test('puts planted outliers before all others', async () => {
    const { embedding } = cloud(200, 3);
    const planted = [11, 90, 151];
    for (const beat of planted) embedding.set([9, -9, 0, 0, 8, 15], beat * width);
    const distance = await distancesOf(familiarity, embedding);
    const order = [...distance.keys()].sort((a, b) => distance[b] - distance[a]);
    expect(order.slice(0, 3).sort((a, b) => a - b)).toEqual(planted);
  });

  test('counts along each direction in what training varies by', async () => {
    const at = (...row: number[]) => Float32Array.from([...row, ...new Array<number>(width - row.length).fill(0)]);
    const [along, across, centre] = await distancesOf(
      familiarity,
      Float32Array.from([...at(6, 6), ...at(6, -6), ...at(0)]),
    );
    expect(centre).toBeLessThan(0.6);
    expect(along).toBeLessThan(2.5);
    expect(across).toBeGreaterThan(2 * along);
  });

  test('is that of Mahalanobis: squared, it is the number of directions on average over the training', async () => {
    const squares = (await distancesOf(familiarity, training[0].embedding)).map((d) => d * d);
    const mean = squares.reduce((sum, d) => sum + d, 0) / squares.length;
    expect(mean).toBeGreaterThan(0.55 * width); // shrinkage takes some away
    expect(mean).toBeLessThan(1.05 * width);
  });

  test('keeps its numbers in a file of its own', () => {
    const whole = { ...familiarity, unlikeAbove: 10.5 };
    const { weights } = readSafetensors(writeSafetensors(familiarityToWeights(whole)), 'f');
    expect(familiarityFromWeights(weights)).toEqual(whole);
    expect(() => familiarityFromWeights({})).toThrow('means is missing');
  });

  test('of a whole recording is where its farthest tenth begins, above 1 where that is too far', () => {
    const tenBeats = (...far: number[]) => Float32Array.from([...far, ...new Array<number>(10 - far.length).fill(4)]);
    expect(unlikenessOf(tenBeats(), { unlikeAbove: 8 })).toBe(0.5);
    expect(unlikenessOf(tenBeats(12), { unlikeAbove: 8 })).toBe(1.5);
    expect(unlikenessOf(new Float32Array(20).fill(4).fill(90, 0, 1), { unlikeAbove: 8 })).toBe(0.5);
    expect(unlikenessOf(new Float32Array(0), { unlikeAbove: 8 })).toBeNull();
  });
});

describe('a model that knows its training beats', () => {
  const records = [simulatedRecord('a', 400, 1), simulatedRecord('b', 400, 2)];
  let model: RecordModel;
  let familiarity: Familiarity;
  beforeAll(async () => {
    model = await trainRecordModel(records, { seeds: { features: 2, rhythm: 1, morphology: 1 } }, { executor });
    const { width: own, embedded } = await embedRecords(model, records, executor);
    expect(own).toBe(120);
    familiarity = { ...fitFamiliarity(embedded, own), unlikeAbove: 12 };
  }, 120_000);

  test('finds planted beats that are like none, though it may be sure of their class', async () => {
    const { inputs } = simulatedRecord('c', 200, 5);
    const planted = [20, 121];
    const samples = inputs.windows.length / inputs.beats;
    const windows = inputs.windows.slice();
    for (const beat of planted)
      for (let i = 0; i < samples; i++) windows[beat * samples + i] = 3 * Math.sin(i / 7) + (i % 4) * 0.4;
    const scorer = await compileRecordScorer(model, executor, { familiarity });
    const { novelty } = await scorer.score({ ...inputs, windows });
    await scorer.dispose();
    const order = [...novelty.keys()].sort((a, b) => novelty[b] - novelty[a]);
    expect(order.slice(0, 2).sort((a, b) => a - b)).toEqual(planted);
  });

  test('predicts the same with and without it, and knows no novelty without', async () => {
    const { inputs } = simulatedRecord('c', 100, 5);
    const [plain, knowing] = [
      await compileRecordScorer(model, executor),
      await compileRecordScorer(model, executor, { familiarity }),
    ];
    const [one, other] = [await plain.score(inputs), await knowing.score(inputs)];
    one.probabilities.forEach((p, i) => expect(other.probabilities[i]).toBeCloseTo(p, 6));
    expect(one.novelty.every(Number.isNaN)).toBe(true);
    expect(other.novelty.every((distance) => distance > 0)).toBe(true);
    await plain.dispose();
    await knowing.dispose();
  });
});
