import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeOnRecordings, sharedData } from '../../../support/shared-data.ts';
import { factsOf } from './read-bytes.ts';

const formats = join(sharedData, 'formats');
const limbs = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'];
const chest = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

describeOnRecordings('real files', () => {
  // Sums of the 16-bit words behind the header, read apart from this program.
  it('ISHNE: 12 leads of 1000 Hz', async () => {
    expect(await factsOf(join(formats, 'ishne', 'ECG_P28.01.ecg'))).toEqual({
      ...{ format: 'ISHNE', samplingHz: 1000, lengthSamples: 95573, leads: [...limbs, ...chest] },
      sums: [8545, 6943, -1602, -9170, 4875, 3902, 9153, 8168, 7880, 13342, 13535, 10786],
    });
  });

  // The sums of the aECG's digits; the SCP-ECG file is the same recording, Huffman coded.
  const example = {
    ...{ samplingHz: 500, lengthSamples: 5000, leads: ['I', 'II', ...chest, 'III', 'aVR', 'aVL', 'aVF'] },
    sums: [-4921, -4084, -2299, -2648, -3119, -2499, -3009, -1762, 837, 4432, -2721, -1570],
  };
  it('aECG and Huffman-coded SCP-ECG give the same samples', async () => {
    expect([
      await factsOf(join(formats, 'aecg', 'FDA_Example_aECG.xml')),
      await factsOf(join(formats, 'scp', 'Rigacci_Example.scp')),
    ]).toEqual([
      { format: 'aECG', ...example },
      { format: 'SCP', ...example },
    ]);
  });

  // pydicom 3: waveform_array(0).sum(0) is 1.25 microvolts times these.
  it('DICOM: the rhythm group, not the median', async () => {
    expect(await factsOf(join(formats, 'dicom', 'pydicom_waveform_ecg.dcm'))).toEqual({
      ...{ format: 'DICOM', samplingHz: 1000, lengthSamples: 10000, leads: [...limbs, ...chest] },
      sums: [...[741291, 726870, -14421, -731598, 375411, 353730], ...[286220, 317155, 293860, 304835, 308945, 307350]],
    });
  });

  // The Base64 texts by NumPy: I -12251, II 1586; the derived leads count in half steps.
  it('MUSE: the rhythm with its derived leads', async () => {
    expect(await factsOf(join(formats, 'muse', 'braveheart_example1.xml'))).toEqual({
      ...{ format: 'MUSE', samplingHz: 500, lengthSamples: 5000, leads: [...limbs, ...chest] },
      sums: [
        ...[-12251, 1586, 2 * (1586 + 12251), 12251 - 1586, -2 * 12251 - 1586, 2 * 1586 + 12251],
        ...[-9574, -14247, -1162, -3128, -9425, -7992],
      ],
    });
  });
});
