import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ImportedRecord } from './jobs.ts';

/*
 * What may name a patient is taken away: the record's name and those of its files (in their place stands a name made of
 * the signal's hash), notes, and free text of annotations. Kept are sex, age up to 89, whether there is a pacemaker, the
 * date of the recording moved by a number of days that is the same for all recordings of a patient, and the rhythms and
 * signs that annotation files code.
 */

/** The name that stands for a recording: it follows from the samples and tells nothing else. */
export const pseudonymOf = (signalHash: string): string => `record-${signalHash.slice(0, 10)}`;

const maxShiftDays = 3650;
const dayMs = 86_400_000;
const oldestTold = 89;

/** Rhythms and signs as annotation files write them: `(AFIB`, `(N`, `MISSB`, `PSE`, `T`, `TS`, `qqu`. */
const codedAux = new Set([
  ...[
    '(AB',
    '(AFIB',
    '(AFL',
    '(B',
    '(BII',
    '(IVR',
    '(N',
    '(NOD',
    '(P',
    '(PREX',
    '(SBR',
    '(SVTA',
    '(T',
    '(VFL',
    '(VFIB',
  ],
  ...[
    '(VT',
    '(SVT',
    '(J',
    '(ASYS',
    '(NOISE',
    '(PM',
    '(HGEA',
    '(VER',
    '(BI',
    '(AT',
    'MISSB',
    'PSE',
    'TS',
    'T',
    'M',
    'MB',
  ],
]);
const isCode = (aux: string): boolean => codedAux.has(aux.replace(/[\0 ]+$/, '')) || /^[cnu]{1,8}$/.test(aux);

/**
 * The same recording without what may name its patient.
 * @param secret  of the workspace: without it nobody can tell by how much dates were moved.
 */
export function deIdentified(imported: ImportedRecord, secret: Uint8Array): ImportedRecord {
  const { header, signalHash, source, reference } = imported;
  const name = pseudonymOf(signalHash);
  const told = new Map(header.notes.map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]));
  // A patient is known by a number, else by name and birth; a recording that tells neither is a patient by itself.
  const patient = told.get('id') ?? [told.get('name') ?? told.get('last name'), told.get('born')].join('|');
  const shiftDays = daysOf(patient === '|' ? header.name : patient, secret);
  return {
    ...imported,
    header: { ...header, name, notes: keptNotes(told, shiftDays) },
    source: { ...source, files: source.files.map((file) => ({ ...file, name: name + extensionOf(file.name) })) },
    reference: reference.map(({ annotator, annotations }) => ({
      annotator,
      annotations: annotations.map((mark) => (isCode(mark.aux) ? mark : { ...mark, aux: '' })),
    })),
  };
}

/** Suffixes of formats, not of names: `.ecg` and not `.smith`. */
const extensionOf = (file: string): string =>
  /^\.(hea|dat|atr|edf|bdf|ecg|ann|scp|xml|dcm|csv|tsv)$/i.test(extname(file)) ? extname(file) : '';

function daysOf(patient: string, secret: Uint8Array): number {
  const number = createHmac('sha256', secret).update(patient).digest().readUInt32LE(0);
  return -1 - (number % maxShiftDays);
}

function keptNotes(told: ReadonlyMap<string, string>, shiftDays: number): string[] {
  const sex = /^(m|f)(ale|emale)?$/i.exec(told.get('sex') ?? '')?.[1].toUpperCase();
  const age = /^0*(\d{1,3})\s*y?$/i.exec(told.get('age') ?? '')?.[1];
  const recorded = shifted(told.get('recorded') ?? '', shiftDays);
  return [
    ...(sex ? [`sex: ${sex}`] : []),
    ...(age ? [`age: ${Number(age) > oldestTold ? `over ${oldestTold}` : Number(age)}`] : []),
    ...(told.has('pacemaker') ? ['pacemaker: yes'] : []),
    ...(recorded ? [`recorded: ${recorded} (moved)`] : []),
  ];
}

/** A date `2019-11-24`, with or without the time of day, moved by days; undefined where it is none. */
function shifted(text: string, days: number): string | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})( \d{2}:\d{2}:\d{2})?/.exec(text);
  const ms = found ? Date.parse(`${found[1]}T00:00:00Z`) : NaN;
  return found && Number.isFinite(ms)
    ? new Date(ms + days * dayMs).toISOString().slice(0, 10) + (found[2] ?? '')
    : undefined;
}

const secretBytes = 32;

/** The workspace's secret, made when it is first needed; it stays where the identities do and goes nowhere else. */
export function secretOf(workspaceFolder: string): Uint8Array {
  const path = join(workspaceFolder, 'dates.secret');
  if (!existsSync(path)) writeFileSync(path, randomBytes(secretBytes), { mode: 0o600, flag: 'wx' });
  return readFileSync(path);
}
