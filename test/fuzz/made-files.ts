import { crcCcitt } from '../../src-main/formats/whole/byte-reader.ts';
import { oneFile, type Seed } from './seeds.ts';

/* Files of formats that the program does not write, made from their specifications; two leads of 200 samples. */

const count = 200;
export const samplesOf = (lead: number): number[] =>
  Array.from({ length: count }, (_, i) => ((i * (lead + 3)) % 50) - 20 + (i % 40 === 20 ? 300 : 0));

export interface MadeIshne {
  readonly comment?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly id?: string;
  /** Annotation files have another magic and other data. */
  readonly magic?: string;
  readonly data?: Buffer;
}

/** The bytes of an ISHNE file of leads II and V5 at 200 Hz and 2500 nV a step, with a checksum. */
export function ishneBytes({
  comment = '',
  firstName = '',
  lastName = '',
  id = '',
  magic,
  data,
}: MadeIshne = {}): Buffer {
  const header = Buffer.alloc(522 + comment.length);
  header.write(magic ?? 'ISHNE1.0', 0, 'latin1');
  header.writeInt32LE(comment.length, 10);
  header.writeInt32LE(count, 14);
  header.writeInt32LE(522, 18);
  header.writeInt32LE(header.length, 22);
  header.writeInt16LE(1, 26);
  header.write(firstName, 28, 40, 'latin1');
  header.write(lastName, 68, 40, 'latin1');
  header.write(id, 108, 20, 'latin1');
  header.writeInt16LE(2, 128);
  [17, 3, 1950].forEach((value, i) => header.writeInt16LE(value, 132 + 2 * i));
  [24, 11, 2019].forEach((value, i) => header.writeInt16LE(value, 138 + 2 * i));
  [7, 5, 9].forEach((value, i) => header.writeInt16LE(value, 150 + 2 * i));
  header.writeInt16LE(2, 156);
  [6, 15].forEach((value, i) => header.writeInt16LE(value, 158 + 2 * i));
  [2500, 2500].forEach((value, i) => header.writeInt16LE(value, 206 + 2 * i));
  header.write('Recorder', 232, 'latin1');
  header.writeInt16LE(200, 272);
  header.write(comment, 522, 'latin1');
  header.writeUInt16LE(crcCcitt(header.subarray(10)), 8);
  const samples = Buffer.alloc(4 * count);
  for (let i = 0; i < count; i++) for (let l = 0; l < 2; l++) samples.writeInt16LE(samplesOf(l)[i], 2 * (2 * i + l));
  return Buffer.concat([header, data ?? samples]);
}

/** Beats as an annotation file has them: the first one's sample, then label and distance. */
export function ishneAnnotationBytes(first: number, beats: readonly (readonly [label: string, toc: number])[]): Buffer {
  const data = Buffer.alloc(4 + 4 * beats.length);
  data.writeUInt32LE(first, 0);
  beats.forEach(([label, toc], i) => {
    data.write(label, 4 + 4 * i, 'latin1');
    data.writeUInt16LE(toc, 6 + 4 * i);
  });
  return ishneBytes({ magic: 'ANN  1.0', data });
}

export const madeIshne = (comment = ''): Seed => ({
  open: 'made.ecg',
  files: [
    { name: 'made.ecg', bytes: ishneBytes({ comment }) },
    ...(comment === ''
      ? []
      : [
          {
            name: 'made.ann',
            bytes: ishneAnnotationBytes(10, [
              ['N', 40],
              ['V', 35],
              ['S', 50],
            ]),
          },
        ]),
  ],
});

export function shortIshne({ open, files }: Seed): Seed {
  const bytes = Buffer.from(files[0].bytes.subarray(0, 522 + 24 * 500));
  bytes.writeInt32LE(500, 14);
  bytes.writeUInt16LE(crcCcitt(bytes.subarray(10, 522)), 8);
  return oneFile(open, bytes);
}

const sequence = (code: string, digits: readonly number[]) => `<component><sequence><code code="MDC_ECG_LEAD_${code}"/>
<value xsi:type="SLIST_PQ"><origin value="100" unit="uV"/><scale value="2.5" unit="uV"/><digits>${digits.join(' ')}</digits></value>
</sequence></component>`;
const series = (start: string, digits: readonly (readonly number[])[], annotations = '') => `<component><series>
<code code="RHYTHM"/><effectiveTime><low value="${start}"/></effectiveTime><component><sequenceSet><component><sequence>
<code code="TIME_ABSOLUTE"/><value xsi:type="GLIST_TS"><head value="${start}.000"/><increment value="0.005" unit="s"/></value>
</sequence></component>${sequence('II', digits[0])}${sequence('V5', digits[1])}</sequenceSet></component>${annotations}</series></component>`;
const beat = (
  code: string,
  low: string,
  high: string,
) => `<component><annotation><code code="MDC_ECG_BEAT"/><value code="MDC_ECG_BEAT_${code}"/>
<component><annotation><code code="MDC_ECG_WAVC"/><value code="MDC_ECG_WAVC_QRSWAVE"/><support><supportingROI><component><boundary>
<code code="TIME_ABSOLUTE"/><value xsi:type="IVL_TS"><low value="${low}"/><high value="${high}"/></value></boundary></component>
</supportingROI></support></annotation></component></annotation></component>`;

/** Two series of 200 samples at 200 Hz, the second two seconds after the first, and two beats. */
export const madeAecg = (name = 'Nemo', id = 'S-1') => `<?xml version="1.0" encoding="UTF-8"?>
<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<effectiveTime><center value="20191124070509"/></effectiveTime>
<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject><id extension="${id}"/>
<subjectDemographicPerson><name>${name}</name><administrativeGenderCode code="F"/></subjectDemographicPerson>
</trialSubject></subject></subjectAssignment></componentOf></timepointEvent></componentOf>
${series(
  '20191124070509',
  [samplesOf(0), samplesOf(1)],
  `<subjectOf><annotationSet>${beat('NORMAL', '20191124070509.090', '20191124070509.110')}${beat('V_P_C', '20191124070509.290', '20191124070509.310')}</annotationSet></subjectOf>`,
)}${series('20191124070511', [samplesOf(1), samplesOf(0)])}</AnnotatedECG>`;

export function shortDigits({ open, files }: Seed): Seed {
  const text = Buffer.from(files[0].bytes).toString('utf8');
  const short = text.replace(
    /<digits>([^<]*)/g,
    (_, digits: string) => `<digits>${digits.trim().split(/\s+/).slice(0, 50).join(' ')}`,
  );
  return oneFile(open, Buffer.from(short));
}

/** I, II and V1 at 500 Hz, 4.88 microvolts a step, and a median that is not to be read. */
export const madeMuse = (name = 'Nemo', id = 'S-1') => {
  const data = (values: readonly number[]) => Buffer.from(Int16Array.from(values).buffer).toString('base64');
  const lead = (leadName: string, values: readonly number[]) =>
    `<LeadData><LeadSampleCountTotal>${values.length}</LeadSampleCountTotal><LeadAmplitudeUnitsPerBit>4.88</LeadAmplitudeUnitsPerBit>
<LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadID>${leadName}</LeadID><LeadOffsetFirstSample>0</LeadOffsetFirstSample>
<LeadSampleSize>2</LeadSampleSize><WaveFormData>${data(values)}</WaveFormData></LeadData>`;
  return `<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE RestingECG SYSTEM "restecg.dtd"><RestingECG>
<PatientDemographics><PatientID>${id}</PatientID><PatientLastName>${name}</PatientLastName><Gender>FEMALE</Gender></PatientDemographics>
<Waveform><WaveformType>Median</WaveformType><SampleBase>500</SampleBase>${lead('I', [1, 2, 3])}</Waveform>
<Waveform><WaveformType>Rhythm</WaveformType><SampleBase>500</SampleBase><SampleExponent>0</SampleExponent>
${lead('I', samplesOf(0))}${lead('II', samplesOf(1))}${lead('V1', samplesOf(2))}</Waveform></RestingECG>`;
};

type Element = readonly [tag: number, vr: string, value: string | Buffer | readonly (readonly Element[])[]];

/** One data element in explicit VR, low byte first. */
function dicomElement([tag, vr, value]: Element): Buffer {
  const head = Buffer.alloc(['SQ', 'OB', 'OW'].includes(vr) ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  let body: Buffer;
  if (typeof value === 'string') body = Buffer.from(value.length % 2 ? `${value} ` : value, 'latin1');
  else if (Buffer.isBuffer(value)) body = value;
  else
    body = Buffer.concat(
      value.map((item) => {
        const inner = Buffer.concat(item.map(dicomElement));
        const start = Buffer.alloc(8);
        start.writeUInt16LE(0xfffe, 0);
        start.writeUInt16LE(0xe000, 2);
        start.writeUInt32LE(inner.length, 4);
        return Buffer.concat([start, inner]);
      }),
    );
  if (head.length === 12) head.writeUInt32LE(body.length, 8);
  else head.writeUInt16LE(body.length, 6);
  return Buffer.concat([head, body]);
}
const u16 = (value: number) => Buffer.of(value & 0xff, value >> 8);
const u32 = (value: number) => Buffer.concat([u16(value & 0xffff), u16(value >>> 16)]);

const dicomChannel = (name: string, sensitivity: string): readonly Element[] => [
  [0x003a0208, 'SQ', [[[0x00080104, 'LO', `Lead ${name}`]]]],
  [0x003a0210, 'DS', sensitivity],
  [0x003a0211, 'SQ', [[[0x00080100, 'SH', 'uV']]]],
  [0x003a0212, 'DS', '2'],
  [0x003a0213, 'DS', '100'],
];

/** Two groups of 8-bit or 16-bit samples at 200 Hz, the second a second later: leads II and V5. */
export function madeDicom(
  name = 'Nemo^Captain',
  id = 'S-1',
  interpretation: 'SS' | 'SB' | 'UB' | 'MB' | 'AB' = 'SS',
): Buffer {
  const wide = interpretation === 'SS';
  const group = (offsetMs: number): readonly Element[] => [
    [0x00181068, 'DS', String(offsetMs)],
    [0x003a0005, 'US', u16(2)],
    [0x003a0010, 'UL', u32(count)],
    [0x003a001a, 'DS', '200'],
    [0x003a0020, 'SH', 'RHYTHM'],
    [0x003a0200, 'SQ', [dicomChannel('II', '1.25'), dicomChannel('V5', '2.5')]],
    [0x54001004, 'US', u16(wide ? 16 : 8)],
    [0x54001006, 'CS', interpretation],
    [
      0x54001010,
      'OW',
      Buffer.concat(
        samplesOf(0).flatMap((value, i) =>
          [value, samplesOf(1)[i]].map((sample) => (wide ? u16(sample & 0xffff) : Buffer.of(sample & 0xff))),
        ),
      ),
    ],
  ];
  const meta = dicomElement([0x00020010, 'UI', '1.2.840.10008.1.2.1\0']);
  const elements: readonly Element[] = [
    [0x0008002a, 'DT', '20191124070509'],
    [0x00100010, 'PN', name],
    [0x00100020, 'LO', id],
    [0x54000100, 'SQ', [group(0), group(1000)]],
  ];
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    dicomElement([0x00020000, 'UL', u32(meta.length)]),
    meta,
    ...elements.map(dicomElement),
  ]);
}
