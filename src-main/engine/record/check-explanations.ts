import { beatClasses } from '../../domain/beat-class.ts';
import type { ExplanationFigures } from '../../domain/explanation.ts';
import { seededRandom } from '../../domain/random.ts';
import type { RecordInputs } from '../../domain/record-inputs.ts';
import type { Executor } from '../executors/executor.ts';
import { checkMethods } from '../explain/check-methods.ts';
import { meanOver, TimeExplainer, type ExplainedWindow } from '../explain/time-explainer.ts';
import { taughtClasses } from '../network/record-branches.ts';
import { explainedWindow, shapeNetworks, shapeOfBeat } from './explain.ts';
import type { RecordModel } from './model.ts';

/** A recording and those of its beats that may be explained, such as all that are labelled V or F. */
export interface CandidateBeats {
  readonly name: string;
  readonly inputs: RecordInputs;
  readonly beats: readonly number[];
}

export interface ExplanationCheckOptions {
  readonly seed: number;
  /** Beats that the figures are counted on, taken from the recordings in turn. */
  readonly mostBeats: number;
}
/** A few seconds on two cores. */
export const quickCheck: ExplanationCheckOptions = { seed: 1, mostBeats: 36 };

/** Candidates of one recording that are looked at, at most. */
const mostLookedAt = 60;
/** The probability must fall by so much from beat to template: else there is nothing to explain. */
const leastFall = 0.2;
const abnormal = ['V', 'F'] as const;

/**
 * Checks every method of explanation on the model, on beats whose shape it calls V or F where it would not so call the
 * patient's template; no label is needed, as its own opinion is explained.
 * @returns null where there is no such beat.
 */
export async function checkExplanations(
  model: RecordModel,
  records: readonly CandidateBeats[],
  run: {
    readonly executor: Executor;
    readonly options?: Partial<ExplanationCheckOptions>;
    readonly onProgress?: (share: number) => void;
    readonly signal?: AbortSignal;
  },
): Promise<Omit<ExplanationFigures, 'source'> | null> {
  const { seed, mostBeats } = { ...quickCheck, ...run.options };
  const random = seededRandom(seed);
  const networks = shapeNetworks(model);
  const explainers = networks.map((weights) => new TimeExplainer(run.executor, shapeOfBeat, weights));
  const found: ExplainedWindow[][] = [];
  try {
    for (const { inputs, beats } of records) {
      run.signal?.throwIfAborted();
      const drawn = random.shuffle([...beats]).slice(0, mostLookedAt);
      found.push(
        await worthExplaining(
          explainers,
          drawn.map((beat) => explainedWindow(inputs, beat, 0)),
        ),
      );
    }
  } finally {
    for (const explainer of explainers) await explainer.dispose();
  }
  const cases: ExplainedWindow[] = [];
  for (let turn = 0; cases.length < mostBeats && found.some((of) => of.length > turn); turn++)
    for (const of of found) if (of.length > turn && cases.length < mostBeats) cases.push(of[turn]);
  if (cases.length === 0) return null;
  const { executor, onProgress, signal } = run;
  const figures = await checkMethods(shapeOfBeat, networks, cases, {
    ...{ executor, random },
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
  });
  const count = (label: string) => cases.filter(({ chosen }) => beatClasses[chosen] === label).length;
  return {
    ...{ beats: cases.length, byClass: Object.fromEntries(abnormal.map((label) => [label, count(label)])) },
    ...figures,
  };
}

/** Windows that are called V or F, as such, and whose template is not. */
async function worthExplaining(
  explainers: readonly TimeExplainer[],
  windows: readonly ExplainedWindow[],
): Promise<ExplainedWindow[]> {
  const both = windows.flatMap(({ window, baseline }) => [window, baseline]);
  const [opinions] = await meanOver(explainers, async (explainer) => [await explainer.opinions(both)]);
  return windows.flatMap((one, i) => {
    const row = opinions.subarray(2 * i * taughtClasses, (2 * i + 1) * taughtClasses);
    const chosen = row.indexOf(Math.max(...row));
    const fall = row[chosen] - opinions[(2 * i + 1) * taughtClasses + chosen];
    return abnormal.some((label) => label === beatClasses[chosen]) && fall >= leastFall ? [{ ...one, chosen }] : [];
  });
}
