import type { BeatClass } from '../../domain/beat-class.ts';
import { ds2, svdb } from '../record-model/databases.ts';

/** A way to measure that papers use: which recordings, from when on, and what is asked. */
export interface Protocol {
  /** What it does, for `--help` and the head of what is printed. */
  readonly title: string;
  readonly records: readonly string[];
  /** End of the part that is not counted. */
  readonly fromS: number;
  /** Whether labels are given, and what each number of them brings. */
  readonly withLabels: boolean;
  /** The model that comes with the program whose folds measure: each recording by one that did not learn from its patient. */
  readonly foldsOf?: string;
  /** Classes that macro-F1 is the mean of, as far as they occur. */
  readonly macro: readonly BeatClass[];
  /** Sets of recordings without which figures are told too. */
  readonly without: readonly (readonly string[])[];
  /** The test set whose looks are counted. */
  readonly testSet: string;
}

/** Figures with labels are of the beats after the first five minutes, from wherever the labels come. */
export const fiveMinutesS = 300;
const ofDs2 = {
  records: ds2,
  macro: ['N', 'S', 'V', 'F'] as const,
  without: [['232'], ['213'], ['232', '213']],
  testSet: 'DS2',
};

export const protocols: Readonly<Record<'ds2' | 'ds2-5min' | 'ds2-labels' | 'svdb-cv', Protocol>> = {
  ds2: { ...ofDs2, title: 'DS2, all minutes', fromS: 0, withLabels: false },
  'ds2-5min': { ...ofDs2, title: 'DS2, minutes 5 to 30', fromS: fiveMinutesS, withLabels: false },
  'ds2-labels': { ...ofDs2, title: 'DS2, minutes 5 to 30, with labels', fromS: fiveMinutesS, withLabels: true },
  'svdb-cv': {
    title: 'svdb, cross-validated by patient over DS1 and svdb',
    records: svdb,
    foldsOf: 'record',
    ...{ fromS: 0, withLabels: true, macro: ['N', 'S', 'V'] },
    ...{ without: [], testSet: 'svdb' },
  },
};

export type ProtocolName = keyof typeof protocols;
export const protocolNames = Object.keys(protocols) as ProtocolName[];
