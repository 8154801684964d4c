import type { BeatClass } from './beat-class.ts';

/**
 * Methods that tell how much each moment of a beat matters to a network. Those of `explainingMethods` say why; attention
 * and its rollout only say where the network looked.
 */
export const explainingMethods = ['occlusion', 'integrated-gradients', 'grad-cam', 'attention-relevance'] as const;
export const lookingMethods = ['attention', 'attention-rollout'] as const;
export const explanationMethods = [...explainingMethods, ...lookingMethods] as const;
export type ExplanationMethod = (typeof explanationMethods)[number];

/** Whether the method claims to say why. */
export const isExplaining = (method: ExplanationMethod): boolean =>
  (explainingMethods as readonly ExplanationMethod[]).includes(method);

/** What a second look at the whole recording made of a beat that the model's networks call something else. */
export interface ChangedCall {
  readonly from: BeatClass;
  /** By the networks. */
  readonly fromProbability: number;
  readonly to: BeatClass;
  /** After the second look. */
  readonly toProbability: number;
}

/** What happens to the probability of a class as a beat is replaced by its baseline piece by piece, and put back. */
export interface RemovalCurves {
  /** Mean probability at each of `ExplanationFigures.shares`, what matters most removed first. */
  readonly deletionCurve: readonly number[];
  /** The same from the baseline on, what matters most put back first. */
  readonly insertionCurve: readonly number[];
  /** Mean fall along the deletion curve: the larger, the better the order. */
  readonly deletion: number;
  /** Mean rise along the insertion curve. */
  readonly insertion: number;
}

export interface MethodFigures extends RemovalCurves {
  /**
   * Rank correlation with the explanation of the trained network after the weights of each of
   * `ExplanationFigures.layers` were drawn anew, those before it too (Adebayo 2018). A method that explains what the
   * network learned falls to 0.
   */
  readonly randomized: readonly number[];
  /** Mean rank correlation between networks that differ by their seed alone; null for a single network. */
  readonly agreement: number | null;
  /** Mean distance of an explanation's sum from the change it must add up to, in parts of that; null where none is promised. */
  readonly completenessError: number | null;
}

/** How far each method can be relied on for one model, counted on beats of which that model calls the shape abnormal. */
export interface ExplanationFigures {
  readonly beats: number;
  /** Beats by the class explained. */
  readonly byClass: Readonly<Record<string, number>>;
  /** On what they were counted, in words. */
  readonly source: string;
  /** Parts of the beat removed or put back, rising from 0 to 1. */
  readonly shares: readonly number[];
  /** In random order; by the size of the signal; by its distance from the baseline: what a method must surpass. */
  readonly random: RemovalCurves;
  readonly signal: RemovalCurves;
  readonly distance: RemovalCurves;
  /** Parts of the network from the last to the first. */
  readonly layers: readonly string[];
  readonly methods: Readonly<Record<ExplanationMethod, MethodFigures>>;
}

/** The explaining method with the best deletion score; occlusion, which needs no assumption, where none was checked. */
export const bestMethod = (figures: ExplanationFigures | null | undefined): ExplanationMethod =>
  figures
    ? explainingMethods.reduce((best, method) =>
        figures.methods[method].deletion > figures.methods[best].deletion ? method : best,
      )
    : 'occlusion';
