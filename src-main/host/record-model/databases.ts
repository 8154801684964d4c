/** Division of the MIT-BIH Arrhythmia Database by de Chazal et al. 2004, without the four paced recordings. */
export const ds1 = '101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230'.split(' ');
export const ds2 = '100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233 234'.split(' ');
/** Recordings of atrial fibrillation in DS1, which folds keep apart. */
export const withAtrialFibrillation = ['201', '203'];
/** Every second recording of the MIT-BIH Supraventricular Arrhythmia Database, 128 Hz. */
export const svdb = (
  '800 802 804 806 808 810 812 821 823 825 827 829 841 843 845 847 849 851 853 855 ' +
  '857 859 861 863 865 867 869 871 873 875 877 879 881 883 885 887 889 891 893'
).split(' ');

/** Recordings of one patient: 201 and 202 by the database's own word, the others by templates that are nearly the same. */
const samePatient = [
  ['201', '202'],
  ['876', '877'],
  ['878', '879'],
  ['882', '883'],
];
export const patientOf = (name: string): string =>
  samePatient.find((names) => names.includes(name))?.join(' and ') ?? name;

/** Recordings that a model learns from, and where they are described. */
export interface TrainingSet {
  readonly name: string;
  readonly records: readonly string[];
  /** Of the database, as it is named where it is published. */
  readonly folder: string;
  /** For the card: what and from where, and what to cite. */
  readonly source: string;
  readonly citation: string;
}
const ofDs1: TrainingSet = {
  name: 'DS1',
  records: ds1,
  folder: 'mitdb',
  source: 'DS1 of the MIT-BIH Arrhythmia Database 1.0.0, two leads, 360 Hz, 30 minutes each',
  citation:
    'Moody GB, Mark RG. The impact of the MIT-BIH Arrhythmia Database. IEEE Eng in Med and Biol 20(3):45-50 (2001).',
};
const ofSvdb: TrainingSet = {
  name: 'svdb',
  records: svdb,
  folder: 'svdb',
  source: 'half of the MIT-BIH Supraventricular Arrhythmia Database 1.0.0, two leads, 128 Hz, 30 minutes each',
  citation:
    'Greenwald SD, Patil RS, Mark RG. Improved detection and classification of arrhythmias in noise-corrupted ' +
    'electrocardiograms using contextual information. Computers in Cardiology 17:461-464 (1990).',
};

/**
 * The record models that come with the program, by name: `record` is the one in use; `record-ds1` learned from DS1
 * alone, because only such a model may be compared with published figures on DS2.
 */
export const recordModels: Readonly<Record<string, readonly TrainingSet[]>> = {
  record: [ofDs1, ofSvdb],
  'record-ds1': [ofDs1],
};

/** @throws {RangeError} for a name that no model of this program has. */
export function trainingSetsOf(name: string): readonly TrainingSet[] {
  const sets = recordModels[name];
  if (!sets) throw new RangeError(`there is no model ${name}: ${Object.keys(recordModels).join(', ')}`);
  return sets;
}
