import { describe, expect, it } from 'vitest';
import { crcCcitt } from '../../../../src-main/formats/whole/byte-reader.ts';
import { openRecording } from '../../../../src-main/formats/recording.ts';
import { scpFile, scpReference, thinnedScp, type MadeBeat, type MadeScp } from '../../../fuzz/made-scp.ts';
import { samplesIn, written } from './read-bytes.ts';

const open = (bytes: Uint8Array) => openRecording(written({ 'thinned.scp': bytes }));
const read = async (made: MadeScp) => (await samplesIn(await open(scpFile(made)))).map((lead) => Array.from(lead));

describe('SCP-ECG rhythm data of which samples were left out', () => {
  const codings = (['plain', 'standard', 'own'] as const).flatMap((coding) =>
    ([0, 1, 2] as const).flatMap((order) => ([2, 4, 8] as const).map((factor) => ({ coding, order, factor }))),
  );
  it.each(codings)('come back to the last one where nothing was lost: %o', async (facts) => {
    const made = thinnedScp(facts, (lead) => 12 - 19 * lead);
    expect(await read(made)).toEqual(made.leads);
  });

  it.each([true, false])(
    'keep the protected areas and lie between their neighbors elsewhere (%s)',
    async (subtracts) => {
      const made = thinnedScp({ subtracts });
      const recording = await open(scpFile(made));
      expect([recording.header.samplingHz, recording.header.lengthSamples]).toEqual([500, 401]);
      const reference = (i: number) =>
        made.beats
          .filter(({ type }) => type === 0 && subtracts)
          .reduce((sum, { span }) => sum + (scpReference.samples[i + 1 - span[0]] ?? 0), 0);
      for (const [l, lead] of (await samplesIn(recording)).entries()) {
        const residual = made.leads[l].map((value, i) => value - reference(i));
        lead.forEach((value, i) => {
          const isKept = made.beats.some(({ protectedArea: [first, last] }) => first <= i + 1 && i + 1 <= last);
          // A line between the means of two groups of four, and the mean of three neighbors on it.
          const near = isKept ? [residual[i]] : residual.slice(Math.max(0, i - 7), i + 8);
          expect(value - reference(i)).toBeGreaterThanOrEqual(Math.min(...near));
          expect(value - reference(i)).toBeLessThanOrEqual(Math.max(...near));
        });
      }
    },
  );

  it('are on lines between the values in the middle of each group, smoothed over three', async () => {
    const values = [8, 16, 4].flatMap((value) => [value, value, value, value]);
    const made = thinnedScp({ leads: [[...values, 30, 31]], beats: [], subtracts: false });
    expect(await read(made)).toEqual([[8, 8, 9, 10, 12, 14, 14, 13, 10, 7, 5, 13, 30, 31]]);
  });

  // Stored values as biosig-tools 2.5.0 decodes them, put back by the steps that SCP-AV 2.3 publishes.
  it('are those of other readers', async () => {
    const beats = Array.from({ length: 12 }, (_, b): MadeBeat => {
      const from = 205 + 412 * b;
      const [span, protectedArea] = [[from + 2, from + 22] as const, [from + 4, from + 23] as const];
      return { type: 0, fiducial: from + 12, span, protectedArea };
    });
    const leads = Array.from({ length: 8 }, (_, l) => {
      const samples = Array.from({ length: 5000 }, (_, i) => 4 * Math.round(30 * Math.sin((i >> 2) / (13 + l))));
      for (const { span } of beats)
        scpReference.samples.forEach((value, i) => (samples[span[0] - 1 + i] += value + (i % 3)));
      return samples;
    });
    const found = await read(thinnedScp({ leads, beats }));
    expect(found.map((lead) => lead.reduce((sum, value) => sum + value, 0))).toEqual([
      ...[20000, 16973, 20084, 26802, 22895, 12776, 30367, 13116],
    ]);
    expect(found[7].slice(200, 230)).toEqual([
      ...[74, 73, 72, 71, 70, 69, 68, 76, 82, 90, 101, 112, 116, 127, 138],
      ...[146, 153, 144, 132, 123, 106, 94, 85, 76, 60, 51, 42, 40, 37, 36],
    ]);
  });
});

describe('of thinned SCP-ECG rhythm data', () => {
  const pointer = (bytes: Buffer, id: number) => bytes.readUInt32LE(22 + 10 * id + 6) - 1;
  const damaged = (damage: (bytes: Buffer) => void, facts: Partial<MadeScp> = {}) => {
    const bytes = scpFile(thinnedScp(facts));
    damage(bytes);
    bytes.writeUInt16LE(crcCcitt(bytes.subarray(2)), 0);
    return bytes;
  };
  const without = (id: number) => (bytes: Buffer) => void bytes.writeUInt32LE(0, 22 + 10 * id + 2);
  const area = (beat: number, first: number) => (bytes: Buffer) =>
    void bytes.writeUInt32LE(first, pointer(bytes, 4) + 16 + 6 + 14 * 4 + 8 * beat);
  it.each<[string, Buffer, RegExp]>([
    ['no beats', damaged(without(4)), /byte 6: the file has no section 4, which holds where the beats are/],
    ['no reference beat', damaged(without(5), { subtracts: false }), /byte 6: the file has no section 5/],
    [
      'another rate',
      damaged((bytes) => bytes.writeUInt16LE(7000, pointer(bytes, 6) + 18)),
      /byte [\d ]+: a value of the rhythm takes 7 000 microseconds and a sample of the reference beat 2 000/,
    ],
    ['a protected area too long', damaged(area(2, 150)), /byte [\d ]+: the codes of a lead end before its \d+ numbers/],
    [
      'a protected area too short',
      damaged(area(2, 221)),
      /byte [\d ]+: a lead’s \d+ values end here and \d+ bytes of it/,
    ],
    [
      'other numbers than their areas',
      damaged(area(2, 221), { coding: 'plain' }),
      /byte [\d ]+: lead 1 has \d+ bytes and \d+ samples need \d+/,
    ],
  ])('a file with %s is refused with the byte', async (_, bytes, sentence) => {
    await expect(open(bytes)).rejects.toThrow(sentence);
  });
});
