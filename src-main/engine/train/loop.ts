import { setImmediate } from 'node:timers/promises';
import { seededRandom } from '../../domain/random.ts';
import type { Random } from '../../domain/random.ts';
import type { Executor, Feed } from '../executors/executor.ts';
import { byClass } from '../network/by-class.ts';
import type { Network, NetworkOutputs } from '../network/network.ts';
import { compileFlatPredictor } from '../network/predictor.ts';
import type { FlatPredictor } from '../network/predictor.ts';
import { flatten, layoutOf, unflatten } from '../weights/weights.ts';
import type { Weights } from '../weights/weights.ts';
import { signalAugmentation } from './augment.ts';
import type { Augmentation } from './augment.ts';
import { classShares, composeBatch, epochOrder, lossWeights, stepsPerEpoch } from './batches.ts';
import { checkBeats } from './beat-set.ts';
import type { BeatSet } from './beat-set.ts';
import { checkCheckpoint } from './checkpoint.ts';
import type { BestWeights, Checkpoint, CurvePoint } from './checkpoint.ts';
import { hasDiverged, soundness, TrainingDiverged } from './divergence.ts';
import { hyperParameterDefaults } from './hyper-parameters.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import { lossNamed } from './loss.ts';
import type { Objective } from './loss.ts';
import { mixedWeights } from './optimizer.ts';
import { Pace } from './pace.ts';
import { learningRateAt } from './schedule.ts';
import { confusionOf, crossEntropyOf, scoreOf } from './score.ts';
import type { Confusion, Score } from './score.ts';
import { TrainingStep } from './step.ts';
import type { TrainingState } from './step.ts';

export interface TrainingProgress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done, of all epochs together. */
  readonly step: number;
  readonly steps: number;
  readonly beatsPerSecond: number;
  /** Until training ends; the time of validation is included once it is known. */
  readonly secondsLeft: number;
  readonly loss: number;
  readonly learningRate: number;
  /** Of the schedule's learning rate; a half once the run diverged and went back to good weights. */
  readonly rateShare: number;
  /** One point for each epoch that has ended. */
  readonly curves: readonly CurvePoint[];
}

export interface TrainingRequest<Outputs extends NetworkOutputs = NetworkOutputs> {
  readonly network: Network<Outputs>;
  readonly executor: Executor;
  readonly training: BeatSet;
  /** Scored after every epoch; without it the last weights are kept. */
  readonly validation?: BeatSet;
  readonly hyper: HyperParameters;
  /** The class of each label, where labels are finer than what is scored. */
  readonly classOf?: readonly number[];
  /** Where to start, for fine-tuning; fresh weights by the seed where left out. */
  readonly weights?: Weights;
  /** What a training beat is called in an error. */
  readonly nameOf?: (beat: number) => string;
  /** In place of the one that the hyper-parameters ask for. */
  readonly augment?: Augmentation;
  /** In place of the loss that the hyper-parameters name. */
  readonly objective?: Objective<Outputs>;
  /** Goes on from here instead of starting. */
  readonly checkpoint?: Checkpoint;
  /** Called after every step, and waited for. */
  readonly onProgress?: (progress: TrainingProgress) => void | Promise<void>;
  /** Called at the end of every epoch, every `checkpointEverySteps`, and when the run is aborted. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  readonly checkpointEverySteps?: number;
  /** Checked between steps; when aborted, the run throws the signal's reason after a last checkpoint. */
  readonly signal?: AbortSignal;
  /** Milliseconds, for speed and time left only. */
  readonly clock?: () => number;
}

export interface TrainingResult {
  readonly weights: Weights;
  /** As many points as epochs, or fewer where the training ended early. */
  readonly curves: readonly CurvePoint[];
  readonly steps: number;
  /** Of the kept weights on the validation beats; absent without any. */
  readonly validation?: { readonly epoch: number; readonly confusion: Confusion; readonly score: Score };
}

/** Steps after which the weights are kept to go back to, if the training diverges. */
const keepGoodEverySteps = 100;

/**
 * Trains a network. The same seed, beats and executor give the same weights, whether in one run or resumed.
 * A step whose loss is no number or explodes takes the run back to the last weights from which a step went well, with
 * half the learning rate; this happens once.
 * @throws {RangeError} for beats, hyper-parameters or a checkpoint that do not fit.
 * @throws {TrainingDiverged} with the beats of the batch, when it diverges again.
 */
export async function train<Outputs extends NetworkOutputs>(
  request: TrainingRequest<Outputs>,
): Promise<TrainingResult> {
  const { network, executor, training, validation, hyper, checkpoint } = request;
  checkBeats(network, training, 'training');
  if (validation) checkBeats(network, validation, 'validation');
  checkUse(request);
  const augment = request.augment ?? signalAugmentation(network, hyper);
  const random = seededRandom(hyper.seed);
  const initial = request.weights ?? network.initialWeights(random);
  const layout = layoutOf(initial);
  if (checkpoint) checkCheckpoint(checkpoint, hyper, layout);
  const start: Checkpoint = checkpoint ?? {
    hyper,
    weights: flatten(initial, layout),
    firstMoment: new Float32Array(layout.trainableSize),
    secondMoment: new Float32Array(layout.trainableSize),
    rateShare: 1,
    firstLoss: 0,
    steps: 0,
    stepsInEpoch: 0,
    order: new Int32Array(0),
    epochLoss: 0,
    random: random.state(),
    curves: [],
  };
  const beatWeights = lossWeights(training, network.classes, hyper);
  const objective = request.objective ?? lossNamed(hyper, classShares(training.labels, beatWeights, network.classes));
  const step = await TrainingStep.compile(executor, network, initial, hyper, objective);
  const predictor =
    validation && (await compileFlatPredictor(executor, scoredNetwork(request), layout, hyper.evaluationBatch));
  const run = new TrainingRun(request, step, predictor, augment, beatWeights, start);
  try {
    return await run.toTheEnd();
  } catch (error) {
    if (request.signal?.aborted && error === request.signal.reason) await run.saveCheckpoint();
    throw error;
  } finally {
    run.dispose();
    await step.dispose();
    await predictor?.dispose();
  }
}

/** The network as it is scored: by class where it is taught finer labels. */
const scoredNetwork = ({
  network,
  classOf,
}: Pick<TrainingRequest, 'classOf'> & { readonly network: Network }): Network =>
  classOf ? byClass(network, classOf, Math.max(...classOf) + 1) : network;

/** @throws {RangeError} for hyper-parameters that this training would pass over in silence. */
function checkUse<Outputs extends NetworkOutputs>({
  hyper,
  validation,
  weights,
  augment,
  objective,
}: TrainingRequest<Outputs>): void {
  const demand = (key: keyof HyperParameters, isMet: boolean, what: string) => {
    if (hyper[key] !== hyperParameterDefaults[key] && !isMet)
      throw new RangeError(`${key} is ${hyper[key]}, but ${what}`);
  };
  demand('patience', validation !== undefined, 'without validation beats a training cannot end early');
  demand('parentShare', weights !== undefined, 'a training from nothing has no parent');
  for (const key of ['noise', 'amplitudeScale', 'shiftSamples'] as const)
    demand(key, augment === undefined, 'this network has an augmentation of its own');
  for (const key of ['loss', 'logitAdjustment'] as const)
    demand(key, objective === undefined, 'this network has a loss of its own');
}

/** The objective is already compiled into the step. */
type RunRequest = Omit<TrainingRequest, 'objective'>;

class TrainingRun {
  readonly #request: RunRequest;
  readonly #step: TrainingStep;
  readonly #predictor: FlatPredictor | undefined;
  readonly #augment: Augmentation;
  readonly #beatWeights: Float32Array;
  readonly #stepsPerEpoch: number;
  readonly #pace: Pace;
  /** The last state from which a step went well. */
  #good: Checkpoint;
  #random: Random;
  #curves: CurvePoint[];
  #state: TrainingState;
  #rateShare: number;
  #firstLoss: number;
  #order: Int32Array;
  #stepsInEpoch: number;
  #epochLoss: number;
  #best: BestWeights | undefined;

  constructor(
    request: RunRequest,
    step: TrainingStep,
    predictor: FlatPredictor | undefined,
    augment: Augmentation,
    beatWeights: Float32Array,
    start: Checkpoint,
  ) {
    const { training, hyper } = request;
    this.#request = request;
    this.#step = step;
    this.#predictor = predictor;
    this.#augment = augment;
    this.#beatWeights = beatWeights;
    this.#stepsPerEpoch = stepsPerEpoch(training.labels.length, hyper.batch);
    this.#pace = new Pace(request.clock ?? (() => performance.now()));
    this.#good = start;
    this.#random = seededRandom(start.random);
    this.#curves = [...start.curves];
    this.#state = stateOf(start);
    this.#rateShare = start.rateShare;
    this.#firstLoss = start.firstLoss;
    this.#order = start.order;
    this.#stepsInEpoch = start.stepsInEpoch;
    this.#epochLoss = start.epochLoss;
    this.#best = start.best;
  }

  async toTheEnd(): Promise<TrainingResult> {
    const { hyper } = this.#request;
    while (this.#curves.length < hyper.epochs && !this.#isOutOfPatience) {
      while (this.#stepsInEpoch < this.#stepsPerEpoch) {
        await setImmediate(); // lets a message that aborts the run come in
        this.#request.signal?.throwIfAborted();
        await this.#takeStep();
      }
      await this.#endEpoch();
    }
    const best = hyper.keepBest ? this.#best : undefined;
    const trained = best?.weights ?? (await onHost(this.#scored));
    const { weights: parent } = this.#request;
    const flat = parent ? mixedWeights(flatten(parent, this.#step.layout), trained, hyper.parentShare) : trained;
    const validated = await this.#validate(flat);
    return {
      weights: unflatten(flat, this.#step.layout),
      curves: this.#curves,
      steps: this.#state.steps,
      ...(validated
        ? {
            validation: {
              epoch: best?.epoch ?? this.#curves.length,
              confusion: validated.confusion,
              score: validated.score,
            },
          }
        : {}),
    };
  }

  async saveCheckpoint(): Promise<void> {
    if (this.#request.onCheckpoint) await this.#request.onCheckpoint(await this.#checkpoint());
  }

  async #checkpoint(): Promise<Checkpoint> {
    const { weights, firstMoment, secondMoment, average, steps } = this.#state;
    return {
      hyper: this.#request.hyper,
      weights: await onHost(weights),
      firstMoment: await onHost(firstMoment),
      secondMoment: await onHost(secondMoment),
      ...(average ? { average: await onHost(average) } : {}),
      rateShare: this.#rateShare,
      firstLoss: this.#firstLoss,
      steps,
      stepsInEpoch: this.#stepsInEpoch,
      order: this.#order.slice(),
      epochLoss: this.#epochLoss,
      random: this.#random.state(),
      curves: [...this.#curves],
      ...(this.#best ? { best: this.#best } : {}),
    };
  }

  dispose(): void {
    const { weights, firstMoment, secondMoment, average } = this.#state;
    for (const feed of [weights, firstMoment, secondMoment, average]) if (feed && 'read' in feed) feed.dispose();
  }

  /** What validation scores and the run keeps. */
  get #scored(): Feed {
    return this.#state.average ?? this.#state.weights;
  }
  get #steps(): number {
    return this.#stepsPerEpoch * this.#request.hyper.epochs;
  }
  get #isOutOfPatience(): boolean {
    const { patience } = this.#request.hyper;
    return patience > 0 && this.#curves.length - (this.#best?.epoch ?? 0) >= patience;
  }

  async #takeStep(): Promise<void> {
    const { network, training, hyper, onProgress, checkpointEverySteps } = this.#request;
    const isGoodToKeep = this.#stepsInEpoch === 0 || this.#state.steps % keepGoodEverySteps === 0;
    const before = isGoodToKeep && this.#state.steps > this.#good.steps ? await this.#checkpoint() : undefined;
    if (this.#stepsInEpoch === 0) this.#order = epochOrder(training.labels, network.classes, hyper, this.#random);
    const from = this.#stepsInEpoch * hyper.batch;
    const chosen = this.#order.subarray(from, from + hyper.batch);
    const batch = composeBatch(network, training, this.#beatWeights, chosen, hyper, this.#augment, this.#random);
    const result = await this.#step.run(this.#state, batch, this.#random, this.#steps, this.#rateShare);
    const { state, loss, learningRate } = result;
    this.#state = state;
    this.#firstLoss ||= loss;
    if (hasDiverged(result, this.#firstLoss, network.classes)) {
      if (this.#rateShare < 1) {
        const isSound = soundness(training.inputs, training.labels.length);
        const nameOf = this.#request.nameOf ?? ((beat) => `beat ${beat}`);
        throw new TrainingDiverged(state.steps, result, chosen, nameOf, isSound);
      }
      return this.#goBack();
    }
    if (before) this.#good = before;
    this.#epochLoss += loss;
    this.#stepsInEpoch++;
    this.#pace.stepped();
    await onProgress?.({
      epoch: this.#curves.length + 1,
      epochs: hyper.epochs,
      step: state.steps,
      steps: this.#steps,
      beatsPerSecond: (hyper.batch * 1000) / this.#pace.stepMs,
      secondsLeft: this.#pace.secondsLeft(this.#steps - state.steps, hyper.epochs - this.#curves.length),
      loss,
      learningRate,
      rateShare: this.#rateShare,
      curves: this.#curves,
    });
    const isDue = checkpointEverySteps && state.steps % checkpointEverySteps === 0;
    if (isDue && this.#stepsInEpoch < this.#stepsPerEpoch) await this.saveCheckpoint();
  }

  /** Half the learning rate from the last good state on; kept at once, so that a run resumed here does the same. */
  async #goBack(): Promise<void> {
    this.dispose();
    const good = this.#good;
    this.#rateShare = 0.5;
    this.#state = stateOf(good);
    this.#random = seededRandom(good.random);
    this.#curves = [...good.curves];
    this.#firstLoss = good.firstLoss;
    this.#order = good.order;
    this.#stepsInEpoch = good.stepsInEpoch;
    this.#epochLoss = good.epochLoss;
    this.#best = good.best;
    await this.saveCheckpoint();
  }

  async #endEpoch(): Promise<void> {
    const { hyper } = this.#request;
    const epoch = this.#curves.length + 1;
    const validated = await this.#validate(this.#scored);
    if (validated && (!this.#best || validated.score.macroF1 > this.#best.macroF1))
      this.#best = { epoch, macroF1: validated.score.macroF1, weights: await onHost(this.#scored) };
    this.#curves.push({
      epoch,
      trainingLoss: this.#epochLoss / this.#stepsPerEpoch,
      learningRate: this.#rateShare * learningRateAt(hyper, this.#state.steps - 1, this.#steps),
      ...(validated
        ? {
            validation: {
              loss: validated.loss,
              accuracy: validated.score.accuracy,
              macroF1: validated.score.macroF1,
            },
          }
        : {}),
    });
    this.#stepsInEpoch = 0;
    this.#epochLoss = 0;
    this.#order = new Int32Array(0);
    this.#pace.validated();
    await this.saveCheckpoint();
  }

  async #validate(flat: Feed): Promise<Validation | undefined> {
    const { validation, classOf, signal } = this.#request;
    if (!validation || !this.#predictor) return undefined;
    const probabilities = await this.#predictor.withWeights(flat).predict(validation.inputs, signal);
    const { classes } = scoredNetwork(this.#request);
    const labels = classOf ? validation.labels.map((label) => classOf[label]) : validation.labels;
    const confusion = confusionOf(labels, probabilities, classes);
    return { confusion, score: scoreOf(confusion), loss: crossEntropyOf(labels, probabilities, classes) };
  }
}

interface Validation {
  readonly confusion: Confusion;
  readonly score: Score;
  readonly loss: number;
}

const stateOf = ({ weights, firstMoment, secondMoment, average, steps }: Checkpoint): TrainingState => ({
  ...{ weights, firstMoment, secondMoment, average, steps },
});

const onHost = async (feed: Feed): Promise<Float32Array> =>
  Float32Array.from('read' in feed ? await feed.read() : feed);
