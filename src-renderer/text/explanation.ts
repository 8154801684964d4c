import type { ChangedCall, ExplanationFigures, ExplanationMethod } from '../../src-main/domain/explanation.ts';
import { countOf, percentOf, shareOf } from './numbers.ts';

/** Sentences about why the network calls a beat what it calls it, and how far they can be relied on. */
export const explanationText = {
  why: 'Why this label',
  where: 'Where it looked',
  whyHint:
    'About the branch of the network that sees the shape: the mean of its networks, N and S as one. Removed means replaced by the patient’s own template.',
  whereHint: 'Where the network looked. It does not say why it decided so.',
  explained: (label: string) => `for ${label}`,
  method: 'Method',
  methods: {
    occlusion: 'Occlusion',
    'integrated-gradients': 'Integrated gradients',
    'grad-cam': 'Grad-CAM',
    'attention-relevance': 'Gradient-weighted attention',
    attention: 'Raw attention',
    'attention-rollout': 'Attention rollout',
  } satisfies Record<ExplanationMethod, string>,
  methodHints: {
    occlusion: 'How far p falls when each short stretch of the beat becomes the patient’s template.',
    'integrated-gradients':
      'How much of p each moment adds on the way from the patient’s template to the beat (Sundararajan 2017).',
    'grad-cam': 'Which moments the last convolutions weigh for the class (Selvaraju 2017).',
    'attention-relevance': 'Attention where more of it would raise the class (Chefer 2021).',
    attention: 'Attention of the Transformer block. It does not say why the network decided so.',
    'attention-rollout':
      'Attention followed through all layers (Abnar and Zuidema 2020). It does not say why the network decided so.',
  } satisfies Record<ExplanationMethod, string>,
  deletion: (figures: ExplanationFigures, method: ExplanationMethod) =>
    `deletion ${shareOf(figures.methods[method].deletion)} (random ${shareOf(figures.random.deletion)})`,
  notChecked: 'not checked',
  notCheckedHint: 'How far this method can be relied on was not checked on this model.',
  check: 'Check the methods',
  checking: (share: number | null) => `Being checked${share === null ? '' : `: ${percentOf(share, 0)}`}`,
  checkRefusals: {
    'no-such-model': 'The model is no longer there.',
    'no-abnormal-beats': 'Nothing to check on: no record shorter than two hours has a V or F beat.',
  },
  checked: 'How it was checked',
  curvesName: (method: string) => `p of the class while the beat is removed and put back, ${method}`,
  removing: 'Removed, in order',
  puttingBack: 'Put back, in order',
  share: 'Part of the beat',
  randomOrder: 'random',
  signalOrder: '|signal|',
  checkRows: {
    deletion: 'Deletion: mean fall of p',
    insertion: 'Insertion: mean rise of p',
    signal: 'Deletion by |signal|',
    distance: 'Deletion by |beat − template|',
    randomized: 'ρ with weights drawn anew',
    agreement: 'ρ between seeds',
    completeness: 'Does not add up by',
  },
  checkHints: {
    deletion: 'While the beat is replaced by the template, what matters most first. The larger the better.',
    insertion: 'While the beat is put back into the template, what matters most first.',
    signal: 'Removing the largest amplitudes first. A method that does no better finds nothing of its own.',
    distance: 'Removing first what differs most from the patient’s template.',
    randomized: 'A method that explains what the network learned has nothing in common with it any more: 0.',
    agreement: 'Rank correlation between networks trained alike from other seeds.',
    completeness: 'The distance of the values’ sum from the p they must add up to.',
  },
  belowSignal: 'Removing large amplitudes first does as much or more: do not rely on this method with this model.',
  checkedOn: (beats: number, source: string) => `Checked on ${countOf(beats)} beats: ${source}.`,
  secondLook: ({ from, fromProbability, to, toProbability }: ChangedCall) =>
    `The networks say ${from} (${shareOf(fromProbability)}). The second look at the whole record made it ${to} (${shareOf(toProbability)}): ` +
    (to === 'F'
      ? 'it comes in time and is a sum of the usual and the ventricular shape.'
      : 'the beats that look like it are on average less ventricular.'),
  byShape: (label: string) => `p(${label}) by its shape alone`,
  fallTop: (label: string) => `p(${label}) falls by, top 20 % removed`,
  fallRandom: 'a random 20 % removed',
  faithful: 'Faithful for this beat',
  unfaithful: 'Not faithful for this beat: do not rely on it',
  nothingToExplain: (label: string) =>
    `The patient’s own template would be called ${label} as well: its shape has nothing to explain.`,
  mergedNs: 'N and S count as one here: the shape does not tell them apart, the rhythm does.',
  head: 'Head',
  meanHead: 'mean of all heads',
  oneHead: (network: number, layer: number, head: number) =>
    `network ${network + 1}, layer ${layer + 1}, head ${head + 1}`,
  rhythm: 'Rhythm: neighbours looked at',
  rhythmHint: 'Attention of the rhythm branch over this beat and its eight neighbours, mean of heads.',
  rhythmBar: (offset: number, weight: number) =>
    `${offset === 0 ? 'this beat' : `${offset > 0 ? '+' : '−'}${Math.abs(offset)}`}: ${percentOf(Number.isNaN(weight) ? null : weight, 0)}`,
  explaining: 'Being worked out',
  notExplained: 'Not known: the model has not read this record.',
  whyOff: 'Attribution is off.',
};
