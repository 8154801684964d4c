import type { CalibrationName } from '../../src-main/domain/certainty.ts';
import { countOf } from './numbers.ts';

export const certaintyText = {
  tabs: { card: 'Card', certainty: 'Certainty' },
  tabsName: 'What is shown of the model',
  none: 'Not measured: nothing is known of how far the probabilities of this version can be believed.',
  inherited: (hash: string) =>
    `From its parent ${hash}: temperature, distances and threshold are that version’s. They were not measured again for this one.`,
  measuredOn: 'Measured on',
  on: (beats: number, temperature: number) =>
    `${countOf(beats)} beats; temperature ${temperature.toFixed(2)}, fitted on patients left out`,
  reliability: 'Reliability',
  ofClass: 'Class',
  names: { top: 'Top class', N: 'N', S: 'S', V: 'V', F: 'F' } satisfies Record<CalibrationName, string>,
  diagram: {
    range: 'Range',
    beats: 'beats',
    said: 'probability said',
    was: 'share that was so',
    before: 'before temperature',
    after: 'after temperature',
  },
  bars: 'bars: beats, logarithmic',
  ece: 'Expected calibration error',
  eceHint:
    'Mean distance between what is said and what is so over 15 ranges of equal width, weighted by beats; each class against the rest. A rare class has a small one whatever is said of its few beats.',
  deferral: 'Doubtful beats handed to a human',
  deferralHint:
    'The most doubtful of all recordings together; the human is taken to be right. Doubt is entropy × distance.',
  handed: 'Handed over',
  error: 'error left',
  errorLeft: '% wrong',
  found: 'errors found',
  unlike: 'Recordings unlike those learned from',
  unlikeHint: (share: string) =>
    `Above 1 a recording is flagged. Misread: more than ${share} of its beats called wrong.`,
  flagged: (count: number, all: number) => `${count} of ${all} flagged`,
  recording: 'Recording',
  unlikeness: 'Unlikeness',
  calledWrong: 'Called wrong',
  verdict: 'Flag',
  verdictOf: (isFlagged: boolean, isMisread: boolean): string => {
    if (!isFlagged) return 'missed';
    return isMisread ? 'right' : 'false alarm';
  },

  /** Of a record in Library and Review. */
  unlikeFlag: 'Unlike the training recordings',
  unlikeFlagHint: (unlikeness: number) =>
    `A tenth of its beats lies ${unlikeness.toFixed(1)} times as far from what the model learned from as patients it read well. Doubt its labels as a whole, also those it is sure of. The flag is a hint and is often raised without need: the model’s card, Certainty, tells how often.`,
  unlikeUnknown: 'not known',
  likeTraining: 'not unlike those the model learned from',
};
