import { seededRandom } from '../../domain/random.ts';
import type { Executor } from '../executors/executor.ts';
import { compactSizes, publishedSizes, rhythmAttention } from '../network/rhythm-attention.ts';
import type { RhythmAttentionSizes } from '../network/rhythm-attention.ts';
import type { Weights } from '../weights/weights.ts';
import { checkBeats, selectBeats } from './beat-set.ts';
import type { BeatSet } from './beat-set.ts';
import type { Checkpoint, CurvePoint } from './checkpoint.ts';
import { hyperParameters, recipes } from './hyper-parameters.ts';
import type { HyperParameters, RecipeName } from './hyper-parameters.ts';
import { train } from './loop.ts';
import type { TrainingProgress } from './loop.ts';
import type { Confusion, Score } from './score.ts';

/** Rows as the published task has them: 187 values each, scaled to 0-1, with the index of their class. */
export interface Rows {
  readonly values: Float32Array;
  readonly labels: Uint8Array;
  /** Whose each row is; with them whole patients are held out, without them rows at random. */
  readonly patients?: readonly string[];
  /** What each row is beside its class: whose it is, and what its annotator called it. */
  readonly kinds?: readonly string[];
}

export interface RowOptions {
  /** `published` repeats the published training, `plain` is the one that scores better. */
  readonly recipe: RecipeName;
  readonly sizes: RhythmAttentionSizes;
  /** Share of the training rows that chooses the best weights instead of training them. */
  readonly validationShare: number;
  /** Changes of the recipe. */
  readonly hyper: Partial<HyperParameters>;
}
/** The network that goes with each recipe. */
export const rowSizes: Readonly<Record<RecipeName, RhythmAttentionSizes>> = {
  published: publishedSizes,
  plain: compactSizes,
};
/**
 * Whether the network is taught to tell kinds of rows apart where they are known; a class is then the sum of its kinds.
 * Beats of one class in one recording resemble one another more than they resemble those of another.
 */
const tellsKinds: Readonly<Record<RecipeName, boolean>> = { published: false, plain: true };
const mostKinds = 256; // a label is a byte
const defaultRecipe: RecipeName = 'plain';
export const defaultValidationShare = 0.05; // some 30 rows of the rarest class, and little lost for training
const defaultPatientShare = 0.15; // three or four patients: fewer are no sample of patients
/** The same rows are held out for every seed of the weights, so that seeds can be compared and averaged. */
const holdOutSeed = 1;

export interface RowRequest {
  readonly train: Rows;
  readonly options?: Partial<RowOptions>;
  readonly executor: Executor;
  readonly onProgress?: (progress: TrainingProgress) => void | Promise<void>;
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  readonly checkpointEverySteps?: number;
  readonly signal?: AbortSignal;
  readonly checkpoint?: Checkpoint;
  /** To start from, of a model of the same sizes. */
  readonly parent?: Weights;
}

export interface RowResult {
  readonly sizes: RhythmAttentionSizes;
  readonly hyper: HyperParameters;
  readonly weights: Weights;
  /** As in `RowTask`. */
  readonly classOf?: readonly number[];
  readonly curves: readonly CurvePoint[];
  /** On the held-out training rows; where these chose the weights, they flatter. Absent where none were held out. */
  readonly validation?: { readonly epoch: number; readonly confusion: Confusion; readonly score: Score };
}

/**
 * Trains one network of the row model; test rows are nowhere near.
 * @throws {RangeError} where the best weights are to be chosen and no rows are held out to choose them by.
 */
export async function trainRows(request: RowRequest): Promise<RowResult> {
  const { executor, options = {}, signal } = request;
  const recipe = options.recipe ?? defaultRecipe;
  const hyper = hyperParameters({ ...recipes[recipe], ...options.hyper });
  const { patients, labels } = request.train;
  const { sizes, classOf, labels: taught } = rowTask(recipe, hyper, request.train, options.sizes);
  const network = rhythmAttention(sizes);
  const all: BeatSet = { inputs: { signal: request.train.values }, labels: taught };
  checkBeats(network, all, 'training rows');
  const share = options.validationShare;
  if (share === 0 && hyper.keepBest)
    throw new RangeError('the best weights are chosen by held-out rows: hold some out, or set keepBest to false');
  const { kept, heldOut } =
    share === 0
      ? { kept: [...labels.keys()], heldOut: [] }
      : patients
        ? holdOutPatients(labels, patients, share ?? defaultPatientShare)
        : holdOut(labels, share ?? defaultValidationShare, holdOutSeed);
  if (request.parent) checkParent(request.parent, network.initialWeights(seededRandom(hyper.seed)));

  const { weights, curves, validation } = await train({
    network,
    executor,
    hyper,
    training: selectBeats(network, all, kept),
    ...(heldOut.length > 0 ? { validation: selectBeats(network, all, heldOut) } : {}),
    weights: request.parent,
    classOf,
    nameOf: (beat) => `row ${kept[beat] + 1}`,
    checkpoint: request.checkpoint,
    checkpointEverySteps: request.checkpointEverySteps,
    onProgress: request.onProgress,
    onCheckpoint: request.onCheckpoint,
    signal,
  });
  return {
    ...{ sizes, hyper, weights, curves },
    ...(classOf ? { classOf } : {}),
    ...(validation ? { validation } : {}),
  };
}

/** What a recipe's network is taught of some rows. */
export interface RowTask {
  readonly sizes: RhythmAttentionSizes;
  /** The class of each kind of row that the network tells apart; undefined where it tells classes. */
  readonly classOf?: readonly number[];
  /** Of each row: its kind, or its class. */
  readonly labels: Uint8Array;
}

/** Kinds are told apart where they are known, and where the classes count by how frequent they are. */
export function rowTask(
  recipe: RecipeName,
  { sampler, classWeights, logitAdjustment }: HyperParameters,
  { labels, kinds }: Pick<Rows, 'labels' | 'kinds'>,
  sizes: RhythmAttentionSizes = rowSizes[recipe],
): RowTask {
  const isEvened = sampler !== 'none' || classWeights !== 'none' || logitAdjustment > 0;
  if (!tellsKinds[recipe] || !kinds || isEvened) return { sizes, labels };
  const nameOf = (row: number) => `${labels[row]} ${kinds[row]}`; // so that no kind is of two classes
  const names = [...new Set(Array.from(labels, (_, row) => nameOf(row)))].sort();
  if (names.length > mostKinds) return { sizes, labels };
  const numberOf = new Map(names.map((name, kind) => [name, kind]));
  return {
    sizes: { ...sizes, classes: names.length },
    classOf: names.map((name) => Number(name.slice(0, name.indexOf(' ')))),
    labels: Uint8Array.from(labels, (_, row) => numberOf.get(nameOf(row))!),
  };
}

/** @throws {RangeError} where a parent's weights are not those of the network that is to be trained. */
function checkParent(parent: Weights, expected: Weights): void {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(parent)])) {
    const [is, should] = [parent[name]?.shape.join(' x '), expected[name]?.shape.join(' x ')];
    if (is !== should)
      throw new RangeError(
        `the parent's ${name} is of shape ${is ?? 'none'}, this recipe's network has ${should ?? 'none'}`,
      );
  }
}

/**
 * Holds out whole patients, so that none is on both sides: one after another the patient who brings the held-out share
 * of every class nearest to the share asked for, until none brings it nearer.
 * @throws {RangeError} when there are fewer than two patients.
 */
export function holdOutPatients(
  labels: Uint8Array,
  patients: readonly string[],
  share: number,
): { kept: number[]; heldOut: number[] } {
  const totals = new Map<number, number>();
  for (const label of labels) totals.set(label, (totals.get(label) ?? 0) + 1);
  const rowsOf = Map.groupBy(labels.keys(), (row) => patients[row]);
  if (rowsOf.size < 2) throw new RangeError(`${rowsOf.size} patient cannot be both trained on and held out`);
  const farness = (rows: readonly number[]) => {
    const held = new Map([...totals.keys()].map((label) => [label, 0]));
    for (const row of rows) held.set(labels[row], held.get(labels[row])! + 1);
    return [...totals].reduce((sum, [label, total]) => sum + (held.get(label)! / total - share) ** 2, 0);
  };
  const waiting = [...rowsOf.keys()].sort();
  let heldOut: number[] = [];
  while (waiting.length > 1) {
    const options = waiting.map((patient) => ({ patient, rows: [...heldOut, ...rowsOf.get(patient)!] }));
    const best = options.reduce((a, b) => (farness(b.rows) < farness(a.rows) ? b : a));
    if (heldOut.length > 0 && farness(best.rows) >= farness(heldOut)) break;
    heldOut = best.rows;
    waiting.splice(waiting.indexOf(best.patient), 1);
  }
  const isHeldOut = new Set(heldOut);
  const all = [...labels.keys()];
  return { kept: all.filter((row) => !isHeldOut.has(row)), heldOut: all.filter((row) => isHeldOut.has(row)) };
}

/**
 * Splits beats at random, class by class, so that the held-out ones have the same mix.
 * @throws {RangeError} when the share would hold out nothing or everything.
 */
export function holdOut(labels: Uint8Array, share: number, seed: number): { kept: number[]; heldOut: number[] } {
  const random = seededRandom(seed);
  const kept: number[] = [];
  const heldOut: number[] = [];
  for (const label of new Set([...labels].sort())) {
    const beats = random.shuffle([...labels.keys()].filter((beat) => labels[beat] === label));
    const count = Math.round(beats.length * share);
    heldOut.push(...beats.slice(0, count));
    kept.push(...beats.slice(count));
  }
  if (!kept.length || !heldOut.length)
    throw new RangeError(`a share of ${share} of ${labels.length} beats holds out ${heldOut.length} of them`);
  const byBeat = (a: number, b: number) => a - b;
  return { kept: kept.sort(byBeat), heldOut: heldOut.sort(byBeat) };
}
