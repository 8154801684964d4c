import { beforeAll, describe, expect, it } from 'vitest';
import { noLabel } from '../../../../src-main/domain/beat.ts';
import { mostProbable } from '../../../../src-main/domain/beat-class.ts';
import { explanationMethods } from '../../../../src-main/domain/explanation.ts';
import { windowChannels, windowSamples } from '../../../../src-main/domain/record-inputs.ts';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import type { Executor } from '../../../../src-main/engine/executors/executor.ts';
import { onnxExecutor } from '../../../../src-main/engine/executors/onnx/executor.ts';
import { readAll } from '../../../../src-main/engine/executors/executor.ts';
import { mapNamed } from '../../../../src-main/engine/executors/named.ts';
import { plainExecutor } from '../../../../src-main/engine/executors/present.ts';
import { inputSpecs } from '../../../../src-main/engine/network/predictor.ts';
import { recordFusion } from '../../../../src-main/engine/network/record-fusion.ts';
import { contextOf, standardFeatures, standardOf } from '../../../../src-main/engine/record/beat-inputs.ts';
import { checkExplanations } from '../../../../src-main/engine/record/check-explanations.ts';
import { compileRecordExplainer, explainBeats } from '../../../../src-main/engine/record/explain.ts';
import { fineTuneRecordModel } from '../../../../src-main/engine/record/fine-tune.ts';
import { modelFromWeights, modelToWeights, type RecordModel } from '../../../../src-main/engine/record/model.ts';
import { scoreRecord } from '../../../../src-main/engine/record/score.ts';
import { trainRecordModel } from '../../../../src-main/engine/record/train.ts';
import { chooseBeats, type LabelledRecord } from '../../../../src-main/engine/record/training-beats.ts';
import { readSafetensors, writeSafetensors } from '../../../../src-main/engine/weights/safetensors.ts';
import { simulatedRecord } from './simulated-inputs.ts';

const executor = onnxExecutor({ threads: 1 });
const seeds = { features: 2, rhythm: 1, morphology: 1 };
const training = [simulatedRecord('a', 500, 1), simulatedRecord('b', 500, 2)];
const unseen = simulatedRecord('c', 150, 3);
let model: RecordModel;

const accuracyOn = async (of: RecordModel, { inputs, labels }: LabelledRecord) => {
  const { probabilities } = await scoreRecord(of, inputs, executor);
  return (
    labels.reduce((right, label, beat) => right + +(mostProbable(probabilities, 5 * beat) === label), 0) / inputs.beats
  );
};

beforeAll(async () => {
  model = await trainRecordModel(training, { seeds }, { executor });
}, 120_000);

describe('the record model', () => {
  it('learns classes that are plain to see', async () => {
    expect(await accuracyOn(model, unseen)).toBeGreaterThan(0.97);
  });

  it('gives each beat probabilities over N S V F Q that sum to 1, Q only for a beat in a gap', async () => {
    const gapShare = unseen.inputs.gapShare.map((_, beat) => (beat === 7 ? 0.8 : 0.3));
    const { probabilities, disagreement } = await scoreRecord(model, { ...unseen.inputs, gapShare }, executor, {
      batch: 64,
    });
    for (let beat = 0; beat < unseen.inputs.beats; beat++) {
      const row = probabilities.subarray(5 * beat, 5 * beat + 5);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      expect(row[4]).toBe(beat === 7 ? 1 : 0);
      expect(disagreement[beat]).toBeGreaterThanOrEqual(0);
      expect(disagreement[beat]).toBeLessThanOrEqual(1);
    }
  });

  it('says the same whatever the batch, and reports how far it is', async () => {
    const seen: number[] = [];
    const onProgress = (beats: number) => void seen.push(beats);
    const one = await scoreRecord(model, unseen.inputs, executor, { batch: 150 });
    const other = await scoreRecord(model, unseen.inputs, executor, { batch: 64, onProgress });
    expect(seen).toEqual([64, 128, 150]);
    one.probabilities.forEach((p, i) => expect(other.probabilities[i]).toBeCloseTo(p, 5));
  });

  it('hears both readings of the leads alike', async () => {
    const turned = unseen.inputs.features.toReversed();
    const one = await scoreRecord(model, { ...unseen.inputs, turned }, executor);
    const other = await scoreRecord(
      model,
      { ...unseen.inputs, features: turned, turned: unseen.inputs.features },
      executor,
    );
    one.probabilities.forEach((p, i) => expect(other.probabilities[i]).toBeCloseTo(p, 5));
    const alone = await scoreRecord(model, unseen.inputs, executor);
    expect(one.probabilities).not.toEqual(alone.probabilities);
  });

  it('gives no score to no beats', async () => {
    const none = simulatedRecord('none', 0, 1);
    expect((await scoreRecord(model, none.inputs, executor)).probabilities.length).toBe(0);
  });

  it('is the same after writing and reading its file, and the same seed trains the same weights', async () => {
    const bytes = writeSafetensors(modelToWeights(model));
    expect(modelFromWeights(readSafetensors(bytes, 'model').weights)).toEqual(model);
    const small = { seeds: { features: 1, rhythm: 1, morphology: 1 } };
    const few = [simulatedRecord('d', 130, 4)];
    const [one, other] = [
      await trainRecordModel(few, small, { executor }),
      await trainRecordModel(few, small, { executor }),
    ];
    expect(other).toEqual(one);
  });

  it('refuses weights that are missing, unknown or misshapen, and inputs that do not match their beats', async () => {
    const weights = modelToWeights(model);
    const { 'rhythm1.embed.bias': _, ...without } = weights;
    expect(() => modelFromWeights(without)).toThrow(/rhythm1.embed.bias is of shape none, expected 32/);
    expect(() => modelFromWeights({ ...weights, 'rhythm1.more': weights['rhythm1.embed.bias'] })).toThrow(
      /expected none/,
    );
    expect(() => modelFromWeights({ ...weights, 'fusion.temperature': weights['standard.median'] })).toThrow(
      /45 values/,
    );
    const short = { ...unseen.inputs, windows: unseen.inputs.windows.slice(1) };
    await expect(scoreRecord(model, short, executor)).rejects.toThrow(/windows holds/);
    const mislabelled = { ...unseen, labels: unseen.labels.slice(1) };
    await expect(trainRecordModel([mislabelled], { seeds }, { executor })).rejects.toThrow(
      /record c: 150 beats have 149/,
    );
  });

  it('stops when told to', async () => {
    const abort = new AbortController();
    const run = trainRecordModel(
      training,
      { seeds },
      { executor, signal: abort.signal, onProgress: () => abort.abort() },
    );
    await expect(run).rejects.toThrow(/abort/i);
  });

  it('answers alike on plain TensorFlow.js', async () => {
    const batch = 3;
    const fusion = recordFusion({ seeds: { features: 1, rhythm: 1, morphology: 1 }, thinning: -1, temperature: 2 });
    const weights = fusion.initialWeights(seededRandom(5));
    const random = seededRandom(6);
    const noise = (length: number) => Float32Array.from({ length }, () => random.normal());
    const feeds = {
      'input context': noise(batch * 9 * 45),
      'input turned': noise(batch * 9 * 45),
      'input window': noise(batch * windowSamples * windowChannels),
    };
    const answers: Record<'logits' | 'rhythmAttention', Float32Array>[] = [];
    for (const each of [executor, plainExecutor()]) {
      const compiled = await each.compile(
        (given, constants) => {
          const inputs = mapNamed(fusion.inputs, (_, name) => given[`input ${name}`]);
          const { logits, rhythmAttention } = fusion.forward({ weights: constants, inputs });
          return { logits, rhythmAttention };
        },
        inputSpecs(fusion, batch),
        weights,
      );
      answers.push(await readAll(await compiled.run(feeds)));
      await compiled.dispose();
    }
    for (const name of ['logits', 'rhythmAttention'] as const)
      answers[0][name].forEach((value, i) => expect(value).toBeCloseTo(answers[1][name][i], 4));
  });
});

describe('what a beat is given to be judged by', () => {
  it('is its features and its neighbours, zeros beyond the record, lacking features at the median', () => {
    const { inputs } = simulatedRecord('e', 6, 5);
    inputs.features[2 * 45 + 7] = NaN;
    const standard = standardFeatures(inputs, standardOf([inputs]));
    expect(standard[2 * 45 + 7]).toBe(0);
    expect(Math.max(...standard.map(Math.abs))).toBeLessThanOrEqual(5);
    const context = contextOf(standard, [1]);
    expect([...context.slice(0, 3 * 45)].every((value) => value === 0)).toBe(true);
    expect(context.slice(3 * 45, 9 * 45)).toEqual(standard);
  });
});

describe('choosing beats to learn from', () => {
  it('takes all ectopic beats, at most so many normal ones, and keeps the total of each class', () => {
    const chosen = chooseBeats(training, 100, seededRandom(1));
    const count = (label: number) =>
      training.reduce((sum, { labels }) => sum + labels.filter((l) => l === label).length, 0);
    for (const label of [0, 1, 2, 3]) {
      const places = [...chosen.label.keys()].filter((i) => chosen.label[i] === label);
      expect(places.length).toBe(label === 0 ? 200 : count(label));
      expect(places.reduce((sum, i) => sum + chosen.weight[i], 0)).toBeCloseTo(places.length, 2);
    }
    expect(chosen.normalShare).toBeCloseTo(200 / count(0), 10);
  });

  it('lets Q and unlabelled beats teach nothing', () => {
    const silent = { ...unseen, labels: unseen.labels.map((_, beat) => (beat % 2 ? 4 : noLabel)) };
    expect(() => chooseBeats([silent], 100, seededRandom(1))).toThrow(/no beat/);
  });
});

describe('the reasons for a beat', () => {
  it('point at what differs from the template, and the difference is what the class rests on', async () => {
    const beats = [...unseen.labels.keys()].filter((beat) => unseen.labels[beat] === 2).slice(0, 5);
    const reasons = await explainBeats(model, unseen.inputs, beats, 'integrated-gradients', executor);
    for (const [i, reason] of reasons.entries()) {
      expect(reason.beat).toBe(beats[i]);
      expect(reason.label).toBe(2);
      expect(reason.byNetworks.reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
      const near = reason.relevance.slice(24, 57).reduce((sum, value) => sum + value, 0); // the bump stands at 40
      expect(near / reason.relevance.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(0.5);
      expect(reason.fallTop).toBeGreaterThan(0.5);
      expect(reason.fallTop).toBeGreaterThan(reason.fallRandom);
      expect(reason.isFaithful).toBe(reason.fallTop > 2 * reason.fallRandom);
      expect(reason.byShape).toBeGreaterThan(0.5);
      expect(reason.fallWhole).toBeGreaterThan(0.5);
    }
  });

  it('hold every head: 17 tokens over 132 samples, and nine beats with none beyond the record', async () => {
    const [first, middle] = await explainBeats(model, unseen.inputs, [0, 75], 'attention', executor, [1, 3]);
    expect([first.label, middle.label]).toEqual([1, 3]);
    expect(middle.attention.length).toBe(4);
    for (const { samples, tokens } of middle.attention) {
      expect([samples.length, tokens.length]).toEqual([132, 17]);
      expect(samples.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    }
    expect(middle.rhythmAttention.length).toBe(4);
    for (const head of middle.rhythmAttention) expect(head.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
    for (const head of first.rhythmAttention)
      expect([...head.slice(0, 5)].map(Number.isNaN)).toEqual([true, true, true, true, false]);
  });

  it('have nothing to explain where the beat is the template', async () => {
    const beat = unseen.labels.indexOf(0);
    for (const method of explanationMethods) {
      const [reason] = await explainBeats(model, unseen.inputs, [beat], method, executor);
      expect([reason.label, reason.isFaithful]).toEqual([0, false]);
      expect(Math.abs(reason.fallWhole)).toBeLessThan(0.05);
    }
  });

  it('are not worked out any further once nobody waits for them', async () => {
    const stop = new AbortController();
    let runs = 0;
    const counting: Executor = {
      ...executor,
      compile: async (...given) => {
        const compiled = await executor.compile(...given);
        const run: typeof compiled.run = (feeds) => {
          runs++;
          stop.abort();
          return compiled.run(feeds);
        };
        return { inputs: compiled.inputs, run, dispose: () => compiled.dispose() };
      },
    };
    const explainer = await compileRecordExplainer(model, counting);
    const asked = explainer.explain(unseen.inputs, [3], 'occlusion', { signal: stop.signal });
    await expect(asked).rejects.toBe(stop.signal.reason);
    expect(runs).toBe(1);
    await explainer.explain(unseen.inputs, [3], 'occlusion');
    expect(runs).toBeGreaterThan(2);
    await explainer.dispose();
  });

  it('are the same when asked again, and refused for a beat or class that is not there', async () => {
    const ask = () => explainBeats(model, unseen.inputs, [3], 'occlusion', executor);
    expect(await ask()).toEqual(await ask());
    await expect(explainBeats(model, unseen.inputs, [150], 'occlusion', executor)).rejects.toThrow(RangeError);
    await expect(explainBeats(model, unseen.inputs, [3], 'occlusion', executor, [4])).rejects.toThrow(/not taught/);
  });
});

describe('the check of the reasons', () => {
  const candidates = (of: LabelledRecord) => ({
    ...{ name: of.name, inputs: of.inputs },
    beats: [...of.labels.keys()].filter((beat) => of.labels[beat] >= 2),
  });

  it('is counted on beats whose shape is called V or F, and finds the methods that see the shape', async () => {
    const figures = await checkExplanations(model, [candidates(unseen), candidates(training[0])], {
      executor,
      options: { mostBeats: 10 },
    });
    expect(figures!.beats).toBe(10);
    expect(Object.values(figures!.byClass).reduce((sum, count) => sum + count, 0)).toBe(10);
    const { occlusion, attention } = figures!.methods;
    expect(occlusion.deletion).toBeGreaterThan(figures!.random.deletion);
    expect(occlusion.deletion).toBeGreaterThan(attention.deletion);
    expect(occlusion.agreement).toBeNull(); // the model has one network that sees the shape
  });

  it('is null where no beat has anything to explain', async () => {
    const normal = [...unseen.labels.keys()].filter((beat) => unseen.labels[beat] === 0);
    const none = await checkExplanations(model, [{ ...candidates(unseen), beats: normal }], { executor });
    expect(none).toBeNull();
  });
});

describe('fine-tuning', () => {
  /** A patient of whom a kind of beat has half the features of F and no bump, as none was seen before; it is V. */
  const patient = (() => {
    const record = simulatedRecord('p', 400, 9);
    const { features } = record.inputs;
    const labels = record.labels.map((label, beat) => {
      if (label !== 1) return label;
      for (let f = 0; f < 45; f++) features[beat * 45 + f] += f % 8 === 3 ? 2 : f % 4 === 1 ? -1 : 0;
      return 2;
    });
    return { ...record, labels };
  })();
  const corrected = { ...patient, labels: patient.labels.map((label, beat) => (beat < 200 ? label : noLabel)) };
  const later = (of: LabelledRecord): LabelledRecord => ({
    ...of,
    labels: of.labels.map((label, beat) => (beat < 200 ? noLabel : label)),
  });
  const wrongCalls = async (of: RecordModel) => {
    const { probabilities } = await scoreRecord(of, patient.inputs, executor);
    const { labels } = later(patient);
    return labels.reduce(
      (wrong, label, beat) => wrong + +(label !== noLabel && mostProbable(probabilities, 5 * beat) !== label),
      0,
    );
  };

  it('learns the patient and keeps what it knew, with labels to replay and without', async () => {
    const before = await wrongCalls(model);
    expect(before).toBeGreaterThan(10);
    const unlabelled = { ...training[1], labels: new Uint8Array(500).fill(noLabel) };
    const steps: number[] = [];
    const result = await fineTuneRecordModel(
      model,
      [corrected],
      [training[0], unlabelled],
      { steps: 40 },
      { executor, onProgress: ({ step }) => void steps.push(step) },
    );
    expect(steps.length).toBe(40);
    expect([result.correctedBeats, result.replayBeats, result.replayUnlabelled]).toEqual([200, 1000, 500]);
    expect(result.losses.at(-1)!).toBeLessThan(result.losses[0]);
    expect(await wrongCalls(result.model)).toBeLessThan(before);
    expect(modelFromWeights(modelToWeights(result.model))).toEqual(result.model);
  }, 120_000);

  it('starts where distillation asks for nothing: the base agrees with itself', async () => {
    const { probabilities } = await scoreRecord(model, unseen.inputs, executor);
    const own = {
      ...unseen,
      labels: Uint8Array.from({ length: 150 }, (_, beat) => mostProbable(probabilities, 5 * beat)),
    };
    const { model: tuned } = await fineTuneRecordModel(
      model,
      [own],
      [{ ...unseen, labels: new Uint8Array(150).fill(noLabel) }],
      { steps: 3, learningRate: 1e-5 },
      { executor },
    );
    const after = await scoreRecord(tuned, unseen.inputs, executor);
    after.probabilities.forEach((p, i) => expect(Math.abs(p - probabilities[i])).toBeLessThan(0.02));
  });

  it('refuses to learn without corrections, or without anything to replay', async () => {
    const none = { ...unseen, labels: new Uint8Array(150).fill(noLabel) };
    await expect(fineTuneRecordModel(model, [none], training, {}, { executor })).rejects.toThrow(/no beat/);
    await expect(fineTuneRecordModel(model, [corrected], [], {}, { executor })).rejects.toThrow(/forget/);
  });
});
