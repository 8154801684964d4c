import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ImportOutcome } from '../../src-main/contract/records.ts';
import type { RecordId } from '../../src-main/domain/record.ts';
import { annotationSetsOf } from '../../src-main/store/annotation-sets.ts';
import { recordsOf } from '../../src-main/store/records.ts';
import { type ImportingWorkspace, importingWorkspace } from '../support/importing-workspace.ts';
import { temporaryFolder } from '../support/program.ts';
import { describeOnRecordings, sharedData } from '../support/shared-data.ts';

/** What a source comes to: rate in Hz, samples, leads and marks by annotator; or the sentence it is refused with. */
type Expected =
  string | readonly [hz: number, samples: number, leads: number, marks?: Readonly<Record<string, number>>];

const without = (signalFile: string, header: string) =>
  `${signalFile}: this signal file, which ${header} names, is not there; put it beside the header`;
const sameAs = (source: string, name: string) =>
  `${source} is already in the library as ${name}; nothing was imported twice.`;

/** Every folder of formats/ and all that importing it yields, in order. A further format is one entry here. */
const folders: Readonly<Record<string, readonly (readonly [source: string, expected: Expected])[]>> = {
  wfdb: [
    ['03700181.hea', [500, 300000, 3, { gqrsh: 1151, gqrsl: 1118, sqrs: 1195 }]],
    ['100-no-len.hea', [360, 650000, 2, { atr: 2274, qrs: 2274 }]], // those of 100.hea
    ['100.hea', '100.hea is already in the library as 100-no-len; its annotations atr, qrs were added there.'],
    ['1003.hea', without('1003.dat', '1003.hea')],
    ['100_3chan.hea', [360, 999, 3]],
    ['100skew.hea', [360, 650000, 2]],
    ['12726.hea', without('12726.dat', '12726.hea')],
    ['3000003_0003.hea', [125, 1028, 2]],
    ['310derive.hea', [250, 1026, 2]],
    ['310derive_2.hea', [360, 1020, 1]],
    ['310derive_3.hea', [360, 1018, 1]],
    ['311derive.hea', [250, 1026, 1]],
    ['311derive_2.hea', sameAs('311derive_2.hea', '310derive_2')],
    ['311derive_3.hea', [360, 1019, 1]],
    ['311derive_4.hea', sameAs('311derive_4.hea', '310derive_3')],
    ['a103l-no-len.hea', [250, 82500, 3]],
    ['a103l.hea', sameAs('a103l.hea', 'a103l-no-len')],
    ['binformats.hea', [200, 499, 10]],
    ['drive02-no-len.hea', without('drive02.dat', 'drive02-no-len.hea')],
    ['drive02.hea', without('drive02.dat', 'drive02.hea')],
    ['flac_3_constant.hea', [250, 5600000, 3]],
    ['flacformats.hea', [200, 499, 3]],
    ['mixedsignals.hea', [249.89, 57600, 6]],
    ['n16.hea', without('n16.dat', 'n16.hea')],
    ['n8_evoked_raw_95_F1_R9.hea', without('n8_evoked_raw_95_F1_R9.dat', 'n8_evoked_raw_95_F1_R9.hea')],
    ['p10143.hea', [500, 450000, 2]],
    ['s0010_re.hea', [1000, 38400, 15]],
    ['test01_00s.hea', [500, 4000, 4]],
    ['test01_00s_frame.hea', [1000, 8000, 3]],
    ['test01_00s_skew.hea', [500, 4000, 4]],
    ['test01_00s_skewframe.hea', [1000, 8000, 3]],
    ['test_generator_2.hea', [200, 120000, 12]],
    ['v102s.hea', [250, 75000, 4]],
    ['wave_4.hea', without('wave_4.dat', 'wave_4.hea')],
    [
      'test_edfann.edf',
      'test_edfann.edf: the file holds annotations and no signals; give the recording they belong to',
    ],
    ['test_generator_2.edf', [200, 120000, 11, { edf: 2 }]],
    ['041s.hea', [500, 8000, 7]],
    ['v102s.hea', [250, 225000, 4]],
    [
      'p000878-2137-10-26-16-57.hea',
      '3269321_0003.hea: this header, which p000878-2137-10-26-16-57.hea names, is not there; put it beside p000878-2137-10-26-16-57.hea',
    ],
    ['s25047-2704-05-04-10-44.hea', [125, 543240, 3]],
    ['s25047-2704-05-04-10-44n.hea', [0.0166666666667, 72, 7]],
  ],
  edf: [
    [
      'Rigacci_contec_0000050.csv',
      'Rigacci_contec_0000050.csv: the file does not say its sampling rate; give it (`--rate 360`, or the rate in the import dialog)',
    ],
    ['Rigacci_contec_0000050.edf', [800, 37855, 12]],
    ['physioview_sample_actiwave.edf', [1024, 185344, 4]],
    ['pyedflib_test_generator.edf', [200, 120000, 11, { edf: 1 }]],
    [
      'wfdb_test_edfann.edf',
      'wfdb_test_edfann.edf: the file holds annotations and no signals; give the recording they belong to',
    ],
  ],
  ishne: [['ECG_P28.01.ecg', [1000, 95573, 12]]],
  scp: [
    ['Rigacci_0000050.scp', [800, 37855, 12]],
    ['Rigacci_Example.scp', [500, 5000, 12]],
  ],
  aecg: [
    ['FDA_Example_aECG.xml', [500, 5000, 12, { aecg: 13 }]],
    ['FDA_minimum_aecg.xml', [500, 13, 1]],
  ],
  dicom: [['pydicom_waveform_ecg.dcm', [1000, 10000, 12]]],
  muse: [['braveheart_example1.xml', [500, 5000, 12]]],
};

const formats = join(sharedData, 'formats');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let workspace: ImportingWorkspace;
beforeEach(async () => {
  folder = await temporaryFolder();
  workspace = importingWorkspace(folder.path);
});
afterEach(async () => {
  workspace.close();
  await folder.remove();
});

function found({ outcome, recordId, sentence }: ImportOutcome): Expected {
  if (outcome !== 'imported') return sentence;
  const { header } = recordsOf(workspace.db).byId(recordId as RecordId)!;
  const sets = annotationSetsOf(workspace.db).ofRecord(recordId as RecordId);
  const marks = sets.map(({ setId, annotator }) => [
    annotator.name,
    annotationSetsOf(workspace.db).annotations(setId).length,
  ]);
  const facts = [header.samplingHz, header.lengthSamples, header.leads.length] as const;
  return marks.length > 0 ? [...facts, Object.fromEntries(marks) as Record<string, number>] : facts;
}

describeOnRecordings('a folder of formats/', () => {
  it.each(Object.entries(folders))(
    '%s is imported, each recording whole or refused for a reason',
    async (name, expected) => {
      const outcomes = await workspace.import(join(formats, name));
      expect(outcomes.map((outcome) => [outcome.source, found(outcome)])).toEqual(expected);
    },
  );

  it('may have annotations that come later, and come once', async () => {
    const [{ recordId }] = await workspace.import(join(formats, 'wfdb', '100-no-len.hea'));
    const names = () =>
      annotationSetsOf(workspace.db)
        .ofRecord(recordId!)
        .map(({ annotator }) => annotator.name);
    expect(names()).toEqual([]);
    await workspace.import(join(formats, 'wfdb', '100.hea'));
    const [again] = await workspace.import(join(formats, 'wfdb', '100.hea'));
    expect([names(), again.sentence]).toEqual([['atr', 'qrs'], sameAs('100.hea', '100-no-len')]);
  });

  it('need not be given by its header: any file of a record stands for the record, segments for themselves', async () => {
    const wfdb = join(formats, 'wfdb');
    const sources = async (...path: string[]) =>
      (await workspace.import(join(wfdb, ...path))).map(({ source }) => source);
    expect([
      await sources('100.atr'),
      await sources('100'),
      await sources('binformats.d3'),
      await sources('mixedsignals_r.dat'),
      await sources('s0010_re.xyz'),
      await sources('multi-segment', 'fixed1', 'v102s_2.hea'),
    ]).toEqual([['100.hea'], ['100.hea'], ['binformats.hea'], ['mixedsignals.hea'], ['s0010_re.hea'], ['v102s_2.hea']]);
  });
});
