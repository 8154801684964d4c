import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { inMillivolts } from '../millivolts.ts';
import {
  dateWords,
  leadOfScale,
  note,
  readWholeFile,
  recordOfPieces,
  type Piece,
  type WholeRecord,
} from '../whole/whole-file.ts';
import { childrenOf, elementAt, elementsNamed, maxXmlBytes, parseXml, textAt, type XmlElement } from '../whole/xml.ts';
import { annotationsOfSeries } from './annotations.ts';
import { secondsOfTime } from './time.ts';

/*
 * HL7 annotated ECG (`AnnotatedECG`, PORT_MT020001): `component/series` of the code RHYTHM, each with sets of sequences:
 * one of the time (`GLIST_TS` with the moment of its first sample, or `GLIST_PQ` from the start of the series) and one of
 * each lead (`SLIST_PQ`: value = origin + scale * digit; `GLIST_PQ`: head + increment * index).
 * Several series of one rate are one recording on one clock; representative beats (`derivedSeries`) are left out.
 */
export type Refuse = (where: string, rule: string, kind?: FormatError['breach']['kind']) => never;

/** A longer time between series is a damaged date. */
const maxApartS = 14 * 86400;

interface Series {
  readonly element: XmlElement;
  readonly samplingHz: number;
  /** Seconds on the file's clock of its first sample; undefined where it has none. */
  readonly startS: number | undefined;
  readonly leads: readonly Omit<Piece, 'fromSample'>[];
}

/** @throws {FormatError} where it is no annotated ECG, or its sequences contradict each other. */
export async function openAecgRecord(path: string): Promise<WholeRecord> {
  const file = basename(path);
  const refuse: Refuse = (where, rule, kind = 'bad-header') => {
    throw new FormatError({ file, where, rule, kind });
  };
  const root = parseXml(await readWholeFile(path, maxXmlBytes), file);
  const all = childrenOf(root, 'component').flatMap((component) => childrenOf(component, 'series'));
  const series = all.filter((element) => elementAt(element, 'code')?.attributes.code !== 'REPRESENTATIVE_BEAT');
  const read = series.flatMap((element, s) => readSeries(element, `series ${s + 1}`, refuse));
  if (read.length === 0) return refuse('', 'the file holds no series with samples', 'unsupported-format');
  const { samplingHz } = read[0];
  const together = read.filter((one) => Math.abs(one.samplingHz / samplingHz - 1) < 1e-9);
  const startS = Math.min(...together.map((one) => one.startS ?? 0));
  const placed = together.map((one) => {
    const apartS = (one.startS ?? startS) - startS;
    if (!(apartS <= maxApartS)) refuse('', `its series lie ${Math.round(apartS)} seconds apart, which is no recording`);
    return { ...one, fromSample: Math.round(apartS * samplingHz) };
  });
  const record = recordOfPieces(
    path,
    placed.flatMap(({ leads, fromSample }) => leads.map((piece) => ({ ...piece, fromSample }))),
    { name: file.replace(/\.xml$/i, ''), samplingHz, notes: notesOf(root) },
  );
  const { lengthSamples } = record.header;
  return {
    ...record,
    annotations: placed
      .flatMap(({ element, startS: at, fromSample }) =>
        annotationsOfSeries(element, { samplingHz, lengthSamples, fromSample, startS: at }),
      )
      .sort((a, b) => a.atSample - b.atSample),
  };
}

function readSeries(element: XmlElement, where: string, refuse: Refuse): Series[] {
  return elementsNamed(element, 'sequenceSet')
    .filter((set) => !isWithinDerived(element, set))
    .map((set) => {
      const sequences = childrenOf(set, 'component').flatMap((component) => childrenOf(component, 'sequence'));
      const codeOf = (sequence: XmlElement) => elementAt(sequence, 'code')?.attributes.code ?? '';
      const time = sequences.find((sequence) => codeOf(sequence).startsWith('TIME_'));
      const value = time && elementAt(time, 'value');
      const stepS = Number(value && elementAt(value, 'increment')?.attributes.value) * secondsOfUnit(value);
      if (!(stepS > 0) || !Number.isFinite(1 / stepS))
        refuse(where, 'it has no sequence that says how long a sample lasts');
      const head = value && elementAt(value, 'head')?.attributes.value;
      const low = elementAt(element, 'effectiveTime', 'low')?.attributes.value;
      const isAbsolute = time !== undefined && codeOf(time) === 'TIME_ABSOLUTE';
      const fromS = isAbsolute ? undefined : Number(head ?? 0) * secondsOfUnit(value, 'head');
      const clockS = secondsOfTime(isAbsolute ? (head ?? low) : low);
      const startS = clockS === undefined ? fromS : clockS + (Number.isFinite(fromS) ? (fromS ?? 0) : 0);
      const leads = sequences
        .filter((sequence) => !codeOf(sequence).startsWith('TIME_'))
        .map((sequence, l) => leadOf(sequence, codeOf(sequence), `${where}, lead ${l + 1}`, refuse));
      if (leads.some(({ samples }) => samples.length !== leads[0].samples.length))
        refuse(
          where,
          `its leads have ${[...new Set(leads.map(({ samples }) => samples.length))].join(' and ')} samples`,
          'truncated',
        );
      return { element, samplingHz: rounded(1 / stepS), startS, leads };
    })
    .filter(({ leads }) => leads.length > 0);
}

const isWithinDerived = (series: XmlElement, set: XmlElement): boolean =>
  elementsNamed(series, 'derivedSeries').some((derived) => elementsNamed(derived, 'sequenceSet').includes(set));

/** 499.99999999999994 for a step of 0.002 s is 500. */
const rounded = (hz: number): number => Math.round(hz * 1e6) / 1e6;

function secondsOfUnit(value: XmlElement | undefined, of: 'increment' | 'head' = 'increment'): number {
  const unit = (value && elementAt(value, of)?.attributes.unit) ?? 's';
  return { s: 1, ms: 1e-3, us: 1e-6, min: 60 }[unit] ?? NaN;
}

function leadOf(sequence: XmlElement, code: string, where: string, refuse: Refuse): Omit<Piece, 'fromSample'> {
  const value = elementAt(sequence, 'value');
  const name = code.replace(/^MDC_ECG_(LEAD|ELEC_POTL)_/, '').replace(/^AV([RLF])$/, 'aV$1') || where;
  const type = value?.attributes['type'] ?? value?.attributes['xsi:type'] ?? '';
  if (!value || !/^SLIST_(PQ|INT)$/.test(type))
    return refuse(where, `its values are of the type \`${type}\`; SLIST_PQ was expected`, 'unsupported-format');
  const amount = (of: string) => elementAt(value, of)?.attributes;
  const unit = amount('scale')?.unit ?? '';
  const scale = Number(amount('scale')?.value ?? NaN);
  const origin = Number(amount('origin')?.value ?? 0);
  if ((amount('origin')?.unit ?? unit) !== unit && origin !== 0)
    refuse(where, `its origin is in ${amount('origin')?.unit} and its scale in ${unit}`);
  const digits = (textAt(value, 'digits') ?? '').split(/\s+/).filter((digit) => digit !== '');
  const samples = new Int32Array(digits.length);
  for (const [i, digit] of digits.entries()) {
    const sample = Number(digit);
    if (!Number.isInteger(sample) || Math.abs(sample) > 2 ** 31 - 1)
      refuse(where, `its sample ${i + 1} is \`${digit.slice(0, 20)}\`; a whole number was expected`);
    samples[i] = sample;
  }
  return { lead: inMillivolts(leadOfScale(name, unit, scale, origin)), samples };
}

function notesOf(root: XmlElement): string[] {
  const subject = elementsNamed(root, 'trialSubject').at(0);
  const person = subject && elementAt(subject, 'subjectDemographicPerson');
  const comments = elementsNamed(root, 'subjectFindingComment').map((comment) => textAt(comment, 'text') ?? '');
  const device = elementsNamed(root, 'manufacturedSeriesDevice').at(0);
  const recorded = elementAt(root, 'effectiveTime');
  const moment = recorded && (elementAt(recorded, 'center') ?? elementAt(recorded, 'low'))?.attributes.value;
  return [
    ...note('name', person && textAt(person, 'name')),
    ...note('id', subject && elementAt(subject, 'id')?.attributes.extension),
    ...note('sex', person && elementAt(person, 'administrativeGenderCode')?.attributes.code),
    ...note('born', dateWords(person && elementAt(person, 'birthTime')?.attributes.value)),
    ...note('recorded', dateWords(moment)),
    ...note('device', device && textAt(device, 'manufacturerModelName')),
    ...note('trial', elementsNamed(root, 'clinicalTrial').map((trial) => textAt(trial, 'title') ?? '')[0]),
    ...note('comment', comments.join('; ')),
  ];
}
