import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample } from '../../domain/record.ts';
import { inMillivolts } from '../millivolts.ts';
import { leadOfScale, note, readWholeFile, recordOfPieces, type Piece, type WholeRecord } from '../whole/whole-file.ts';
import { childrenOf, elementsNamed, maxXmlBytes, parseXml, textAt, type XmlElement } from '../whole/xml.ts';

/*
 * GE MUSE XML files: `RestingECG` with `Waveform`s, each a `WaveformType` (Rhythm, Median), `SampleBase` samples a second
 * to the power `SampleExponent` of ten, and `LeadData`: `LeadID`, `LeadSampleCountTotal`, `LeadAmplitudeUnitsPerBit`,
 * `LeadAmplitudeUnits`, `LeadOffsetFirstSample` and `WaveFormData`, 16-bit numbers, low byte first, in Base64.
 * The machine keeps I, II and V1 to V6; the other limb leads follow from the first two.
 */
const units: Readonly<Record<string, string>> = { MICROVOLTS: 'uV', MILLIVOLTS: 'mV', VOLTS: 'V', NANOVOLTS: 'nV' };

/** @throws {FormatError} where a lead has not the samples that it promises, or there is no rhythm waveform. */
export async function openMuseRecord(path: string): Promise<WholeRecord> {
  const file = basename(path);
  const root = parseXml(await readWholeFile(path, maxXmlBytes), file);
  const refuse = (where: string, rule: string, kind: FormatError['breach']['kind'] = 'bad-header'): never => {
    throw new FormatError({ file, where, rule, kind });
  };
  const waveforms = root.name === 'RestingECG' ? childrenOf(root, 'Waveform') : elementsNamed(root, 'Waveform');
  const rhythm = waveforms.find((waveform) => /^rhythm$/i.test(textAt(waveform, 'WaveformType') ?? ''));
  if (!rhythm)
    return refuse(
      'Waveform',
      'the file has no waveform of the type Rhythm, only medians of beats or none',
      'unsupported-format',
    );
  const base = numberAt(rhythm, 'SampleBase');
  const samplingHz = base * 10 ** (numberAt(rhythm, 'SampleExponent') || 0);
  if (!(samplingHz > 0) || !Number.isFinite(samplingHz))
    refuse('SampleBase', `the rate is ${samplingHz} samples a second`);
  const given = childrenOf(rhythm, 'LeadData').map((lead, l) => pieceOf(lead, l, refuse));
  const pieces = [...given, ...derivedLeads(given)];
  // The machine tells where beats are and nothing of their class: there are no annotations.
  return recordOfPieces(path, inUsualOrder(pieces), {
    name: file.replace(/\.xml$/i, ''),
    samplingHz,
    notes: notesOf(root),
  });
}

const numberAt = (element: XmlElement, ...path: readonly string[]): number => {
  const text = textAt(element, ...path);
  return text === undefined || text === '' ? NaN : Number(text);
};

function pieceOf(
  lead: XmlElement,
  index: number,
  refuse: (where: string, rule: string, kind?: FormatError['breach']['kind']) => never,
): Piece {
  const name = textAt(lead, 'LeadID') || `lead ${index + 1}`;
  const where = `LeadData ${index + 1}`;
  const size = numberAt(lead, 'LeadSampleSize');
  if (!Number.isNaN(size) && size !== 2)
    refuse(where, `a sample has ${size} bytes; 2 were expected`, 'unsupported-format');
  const text = (textAt(lead, 'WaveFormData') ?? '').replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    refuse(where, 'the samples are not whole Base64; copy the file again from its source', 'truncated');
  const bytes = Buffer.from(text, 'base64');
  const count = numberAt(lead, 'LeadSampleCountTotal');
  if (bytes.length !== 2 * count)
    refuse(where, `${name} has ${grouped(bytes.length / 2)} samples and promises ${count}`, 'truncated');
  const fromSample = numberAt(lead, 'LeadOffsetFirstSample') || 0;
  if (!Number.isInteger(fromSample) || fromSample < 0) refuse(where, `${name} begins at sample ${fromSample}`);
  const perBit = numberAt(lead, 'LeadAmplitudeUnitsPerBit');
  const unit = units[(textAt(lead, 'LeadAmplitudeUnits') ?? '').toUpperCase()] ?? '';
  return {
    lead: inMillivolts(leadOfScale(name, unit, perBit)),
    fromSample,
    samples: Int32Array.from({ length: count }, (_, i) => bytes.readInt16LE(2 * i)),
  };
}

/** III, aVR, aVL and aVF where only I and II are kept; in half steps, so that nothing is rounded. */
function derivedLeads(given: readonly Piece[]): Piece[] {
  const names = new Set(given.map(({ lead }) => lead.name));
  const [one, two] = ['I', 'II'].map((name) => given.find(({ lead }) => lead.name === name));
  if (!one || !two || one.lead.gain !== two.lead.gain || one.lead.unit !== two.lead.unit) return [];
  if (one.fromSample !== two.fromSample || one.samples.length !== two.samples.length) return [];
  const derived: readonly (readonly [name: string, ofOne: number, ofTwo: number])[] = [
    ['III', -2, 2],
    ['aVR', -1, -1],
    ['aVL', 2, -1],
    ['aVF', -1, 2],
  ];
  return derived
    .filter(([name]) => !names.has(name))
    .map(([name, ofOne, ofTwo]) => ({
      lead: { ...one.lead, name, gain: one.lead.gain * 2 },
      fromSample: one.fromSample,
      samples: one.samples.map((sample, i) =>
        sample === gapSample ? gapSample : ofOne * sample + ofTwo * two.samples[i],
      ),
    }));
}

const usualOrder = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const inUsualOrder = (pieces: readonly Piece[]): Piece[] => {
  const place = ({ lead }: Piece) => (usualOrder.indexOf(lead.name) + usualOrder.length + 1) % (usualOrder.length + 1);
  return [...pieces].sort((a, b) => place(a) - place(b));
};

function notesOf(root: XmlElement): string[] {
  const patient = (field: string) => textAt(root, 'PatientDemographics', field);
  const test = (field: string) => textAt(root, 'TestDemographics', field);
  const statements = elementsNamed(root, 'DiagnosisStatement').map((line) => textAt(line, 'StmtText') ?? '');
  return [
    ...note('name', [patient('PatientFirstName'), patient('PatientLastName')].filter(Boolean).join(' ')),
    ...note('id', patient('PatientID')),
    ...note('born', patient('DateofBirth')),
    ...note('age', patient('PatientAge')),
    ...note('sex', patient('Gender')),
    ...note('recorded', [test('AcquisitionDate'), test('AcquisitionTime')].filter(Boolean).join(' ')),
    ...note('device', test('AcquisitionDevice')),
    ...note('site', test('SiteName')),
    ...note('diagnosis', statements.filter((text) => text !== '').join('; ')),
  ];
}
