import { readFileSync, truncateSync, writeFileSync, rmSync, appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src-main/domain/format-error.ts';
import { parseAnnotations, readAnnotationFile } from '../../../../src-main/formats/wfdb/annotation-file.ts';
import { writeAnnotations } from '../../../../src-main/formats/wfdb/annotation-writing.ts';
import { openWfdbRecord } from '../../../../src-main/formats/wfdb/record.ts';
import { thrownBy } from '../damage.ts';
import { newFolder, readWhole, writeSaw } from './written-record.ts';

/** Writes the saw, damages it, and gives the refusal to read it. */
async function refusalAfter(damage: (stem: string) => void): Promise<FormatError> {
  const stem = await writeSaw(newFolder());
  damage(stem);
  const thrown = await thrownBy(() => readWhole(stem));
  if (thrown instanceof FormatError) return thrown;
  throw new Error('was not refused', { cause: thrown });
}

const editHeader = (from: string | RegExp, to: string) => (stem: string) => {
  const text = readFileSync(`${stem}.hea`, 'utf8');
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`the header has no ${String(from)}`);
  writeFileSync(`${stem}.hea`, edited);
};

describe('a record is refused', () => {
  it.each<[string, (stem: string) => void, string, string]>([
    [
      'whose samples are cut off',
      (stem) => truncateSync(`${stem}.dat`, 2999),
      'truncated',
      'saw.dat, sample 999, byte 2 999: the file ends here and saw.hea promises 1 000 samples in 3 000 bytes; copy it again from its source',
    ],
    [
      'whose signal file is empty',
      (stem) => truncateSync(`${stem}.dat`),
      'truncated',
      'saw.dat, sample 0, byte 0: the file ends here and saw.hea promises 1 000 samples in 3 000 bytes; copy it again from its source',
    ],
    [
      'whose signal file is missing',
      (stem) => rmSync(`${stem}.dat`),
      'missing-file',
      'saw.dat: this signal file, which saw.hea names, is not there; put it beside the header',
    ],
    [
      'whose header is missing',
      (stem) => rmSync(`${stem}.hea`),
      'missing-file',
      'saw.hea: there is no such header; give the path of a record',
    ],
    [
      'whose header is empty',
      (stem) => truncateSync(`${stem}.hea`),
      'bad-header',
      'saw.hea: the header is empty; copy it again from its source',
    ],
    [
      'whose header is binary',
      (stem) => writeFileSync(`${stem}.hea`, readFileSync(`${stem}.dat`)),
      'bad-header',
      'saw.hea: this is no header but binary data; give the text file that ends in .hea',
    ],
    [
      'whose header is some other text',
      (stem) => writeFileSync(`${stem}.hea`, 'Dear colleague,\nthe recording is attached.\n'),
      'bad-header',
      'saw.hea, line 1: the number of signals is `colleague,`; a whole number was expected',
    ],
    [
      'whose header promises fewer samples than there are',
      editHeader('250 1000', '250 900'),
      'checksum-mismatch',
      'saw.dat, lead MLII: the checksum of the 900 samples is -450 and the header says -500 ' +
        '(the file holds 100 samples more than the 900 promised); ' +
        'the samples or saw.hea were changed, copy both again from their source',
    ],
    [
      'whose header promises fewer samples and has no checksums',
      (stem) => {
        editHeader('250 1000', '250 900')(stem);
        editHeader(/ 12 0 .*/g, '')(stem);
      },
      'bad-header',
      'saw.hea: it promises 900 samples and gives no checksum, but saw.dat holds 100 more; ' +
        'correct the number of samples in the record line',
    ],
    [
      'one of whose samples was changed',
      (stem) => {
        const bytes = readFileSync(`${stem}.dat`);
        bytes[1500] ^= 1;
        writeFileSync(`${stem}.dat`, bytes);
      },
      'checksum-mismatch',
      'saw.dat, lead MLII: the checksum of the 1 000 samples is -499 and the header says -500; ' +
        'the samples or saw.hea were changed, copy both again from their source',
    ],
    [
      'whose header has another initial value',
      editHeader(' 12 0 -50 ', ' 12 0 -51 '),
      'checksum-mismatch',
      'saw.dat, lead MLII, sample 0: the first sample is -50 and the header says -51; ' +
        'the samples or saw.hea were changed, copy both again from their source',
    ],
    [
      'in a format that is not known',
      editHeader(/saw.dat 212/g, 'saw.dat 999'),
      'unsupported-format',
      'saw.hea: saw.dat is in signal format 999, which this program does not read',
    ],
    [
      'whose header lacks a signal line',
      editHeader(/saw.dat.*V5\n/, ''),
      'bad-header',
      'saw.hea, line 1: the record line promises 2 signal lines and the header has 1; one of them was lost or added',
    ],
    [
      'whose header names a file in another folder',
      editHeader('saw.dat', '../saw.dat'),
      'bad-header',
      'saw.hea, line 2: the signal file `../saw.dat` is not beside the header; put both into one folder',
    ],
    [
      'whose header promises an absurd number of samples',
      editHeader('250 1000', '250 9007199254740991'),
      'truncated',
      'saw.dat, sample 1 000, byte 3 000: the file ends here and saw.hea promises 9 007 199 254 740 991 samples',
    ],
    [
      'whose header has an absurd frame',
      editHeader(/saw.dat 212/g, 'saw.dat 212x999999999'),
      'bad-header',
      'saw.hea: a frame of 999 999 999 samples a signal is larger than any recorder writes',
    ],
    [
      'whose header gives a sampling rate of 0',
      editHeader('saw 2 250', 'saw 2 0'),
      'bad-header',
      'saw.hea, line 1: the sampling rate is `0`; it must be above 0',
    ],
    [
      'one of whose signals is skewed beyond the end',
      editHeader('saw.dat 212', 'saw.dat 212:1000'),
      'bad-header',
      'saw.hea: lead MLII is skewed by 1000 of the 1000 samples; nothing of it would be left',
    ],
  ])('%s', async (_, damage, kind, message) => {
    const { breach, message: found } = await refusalAfter(damage);
    expect({ kind: breach.kind, message: found.slice(0, message.length) }).toEqual({ kind, message });
  });

  it('is believed when only padding follows samples that the checksums vouch for', async () => {
    const stem = await writeSaw(newFolder());
    appendFileSync(`${stem}.dat`, Buffer.alloc(600));
    expect((await readWhole(stem))[0].length).toBe(1000);
  });

  it('can be given up while it is read', async () => {
    const stem = await writeSaw(newFolder());
    const abort = AbortSignal.abort(new Error('cancelled'));
    await expect((await openWfdbRecord(stem)).blocks(abort).next()).rejects.toThrow('cancelled');
  });
});

describe('an annotation file is refused', () => {
  const beat = { atSample: 370, symbol: 'N', subtype: 0, channel: 0, num: 0, aux: '' };
  const good = writeAnnotations([beat, { ...beat, atSample: 9000, aux: '(AFIB' }]);
  const wordOf = (code: number, data: number) => [data & 255, (code << 2) | (data >> 8)];

  it.each<[string, Uint8Array, string, string]>([
    ['that is empty', new Uint8Array(), 'truncated', 'a.atr, byte 0: the file ends here without its end mark'],
    [
      'that lacks its end mark',
      good.subarray(0, -2),
      'truncated',
      'a.atr, byte 18: the file ends here without its end mark',
    ],
    [
      'that ends in an aux text',
      good.subarray(0, -5),
      'truncated',
      'a.atr, byte 15: the file ends here without its end mark',
    ],
    [
      'that goes on after its end mark',
      Uint8Array.of(...good, 1, 2),
      'bad-annotation',
      'a.atr, byte 20: the annotations end here and 2 more bytes follow',
    ],
    [
      'with a code that does not exist',
      Uint8Array.of(...wordOf(50, 1), 0, 0),
      'bad-annotation',
      'a.atr, byte 0: the annotation code is 50',
    ],
    [
      'with an annotation before the start',
      Uint8Array.of(...wordOf(59, 0), 255, 255, 0, 0, ...wordOf(1, 1), 0, 0),
      'bad-annotation',
      'a.atr, byte 6: the annotation is 65 535 samples before the record begins',
    ],
    [
      'that begins with a subtype',
      Uint8Array.of(...wordOf(61, 1), 0, 0),
      'bad-annotation',
      'a.atr, byte 0: the first word belongs to an annotation',
    ],
  ])('%s', (_, bytes, kind, message) => {
    let thrown: unknown;
    try {
      parseAnnotations(bytes, 'a.atr');
    } catch (cause) {
      thrown = cause;
    }
    const { breach, message: found } = thrown as FormatError;
    expect({ kind: breach.kind, message: found.slice(0, message.length) }).toEqual({ kind, message });
  });

  it('with an annotation after the end of its record', async () => {
    const path = `${newFolder()}/saw.atr`;
    writeFileSync(path, good);
    await expect(
      readAnnotationFile(path, { samplingHz: 250, framesPerSecond: 250, lengthSamples: 1000 }),
    ).rejects.toThrow(
      'saw.atr, annotation 2: it is at sample 9 000 and the record has 1 000; ' +
        'the annotations belong to another record or the record was cut',
    );
  });
});
