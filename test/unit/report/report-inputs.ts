import { join } from 'node:path';
import type { BeatClass, ClassMapName } from '../../../src-main/domain/beat-class.ts';
import { beatClasses, classOfSymbol } from '../../../src-main/domain/beat-class.ts';
import type { BeatTable, LabelOrigin } from '../../../src-main/domain/beat.ts';
import { beatFlags, labelOrigins, noLabel } from '../../../src-main/domain/beat.ts';
import { seededRandom } from '../../../src-main/domain/random.ts';
import { physicalOf } from '../../../src-main/domain/record.ts';
import { readAnnotationFile } from '../../../src-main/formats/wfdb/annotation-file.ts';
import { openWfdbRecord } from '../../../src-main/formats/wfdb/record.ts';
import type { ReportInput, ReportModelSource } from '../../../src-main/report/report-input.ts';
import { allSections, standardLimits } from '../../../src-main/report/report-input.ts';
import { findGaps } from '../../../src-main/report/statistics/gap-stretches.ts';

export interface SketchedBeat {
  readonly atSample: number;
  readonly label?: BeatClass;
  readonly origin?: LabelOrigin;
  readonly isArtifact?: boolean;
  readonly isForLater?: boolean;
}

/** A beat table of the beats given; the origin is the model's where there is a label and nothing else is said. */
export function beatTable(beats: readonly SketchedBeat[]): BeatTable {
  const origins = beats.map(({ label, origin }) => origin ?? (label ? 'model' : 'none'));
  return {
    revision: 1,
    beatId: Int32Array.from(beats, (_, i) => i + 1),
    atSample: Int32Array.from(beats, (beat) => beat.atSample),
    label: Uint8Array.from(beats, ({ label }) => (label ? beatClasses.indexOf(label) : noLabel)),
    origin: Uint8Array.from(origins, (origin) => labelOrigins.indexOf(origin)),
    symbols: beats.map((beat, i) => (labelOrigins.indexOf(origins[i]) > 1 ? (beat.label ?? ' ') : ' ')).join(''),
    flags: Uint8Array.from(
      beats,
      (beat) => (beat.isArtifact ? beatFlags.artifact : 0) + (beat.isForLater ? beatFlags.forLater : 0),
    ),
    probabilities: Float32Array.from(
      beats.flatMap(({ label }) => beatClasses.map((c) => (label === undefined ? NaN : c === label ? 0.8 : 0.05))),
    ),
  };
}

export const sketchedModel: ReportModelSource = {
  name: 'Sketch',
  version: '0.1',
  hash: '9c41e7aa01d2b3c4',
  classes: beatClasses,
  cardFigures: [
    { name: 'VEB', sePercent: 91.4, ppvPercent: 88.25 },
    { name: 'SVEB', sePercent: 40, ppvPercent: null },
  ],
  cardSource: 'Figures of a model that does not exist, for this test',
};

/** Peaks of 1 mV at each beat over a slow wander of 0.1 mV; the leads differ by a factor. */
export function simulatedSignal(beats: BeatTable, samplingHz: number): ReportInput['readSamples'] {
  const widthSamples = samplingHz * 0.02;
  return (lead, fromSample, toSample) =>
    Float32Array.from({ length: toSample - fromSample }, (_, i) => {
      const at = fromSample + i;
      let mv = 0.1 * Math.sin((2 * Math.PI * at) / (samplingHz * 4));
      for (const peak of beats.atSample)
        if (Math.abs(peak - at) < 6 * widthSamples) mv += Math.exp(-0.5 * ((peak - at) / widthSamples) ** 2);
      return mv * (1 + 0.2 * lead) * (lead % 2 ? -1 : 1);
    });
}

interface SimulatedRecord {
  readonly beats: readonly SketchedBeat[];
  readonly samplingHz?: number;
  readonly lengthS?: number;
  readonly leadNames?: readonly string[];
}

/** A report's input around simulated beats; a minute long with two leads at 250 Hz unless said otherwise. */
export function simulatedInput(record: SimulatedRecord, changes: Partial<ReportInput> = {}): ReportInput {
  const { samplingHz = 250, lengthS = 60, leadNames = ['II', 'V5'] } = record;
  const beats = beatTable(record.beats);
  return {
    patient: { pseudonym: 'P-7' },
    intervals: null,
    record: {
      name: 'sim-1',
      leads: leadNames.map((name) => ({ name, stepsPerMv: 200, isEcg: true })),
      ...{ samplingHz, lengthSamples: Math.round(lengthS * samplingHz) },
      ...{ startDate: null, startOfDayS: null, sourceFile: 'sim-1.hea', checksum: 'matches', isSimulated: true },
      gaps: [],
      episodes: null,
    },
    beats,
    readSamples: simulatedSignal(beats, samplingHz),
    detector: 'simulation',
    model: sketchedModel,
    classMap: 'literature',
    readerInitials: 'ab',
    madeAt: '2026-03-01T14:05',
    programVersion: '0.1.0',
    sections: allSections,
    isFinal: false,
    requestedStrips: [],
    limits: standardLimits,
    ...changes,
  };
}

/** N beats at a steady interval, one of them replaced where `special` has its index. */
export function steadyBeats(
  count: number,
  everySamples: number,
  special: Readonly<Record<number, Partial<SketchedBeat>>> = {},
): SketchedBeat[] {
  return Array.from({ length: count }, (_, i) => ({ atSample: (i + 1) * everySamples, label: 'N', ...special[i] }));
}

/**
 * A real record with its reference annotations in the place of a model's labels, some of them confirmed or changed
 * by the toss of a seeded coin.
 * @param personShare  share of beats that a person labeled.
 */
export async function recordedInput(
  folder: string,
  name: string,
  changes: Partial<ReportInput> = {},
  { annotator = 'atr', personShare = 0.3, classMap = 'literature' as ClassMapName } = {},
): Promise<ReportInput> {
  const { header, clock, readSamples } = await readWhole(join(folder, name));
  const { annotations } = await readAnnotationFile(join(folder, `${name}.${annotator}`), clock);
  const random = seededRandom(1);
  const beats = beatTable(
    annotations.flatMap(({ atSample, symbol }) => {
      const label = classOfSymbol(symbol, classMap);
      const isByPerson = random.uniform() < personShare;
      const origin = !isByPerson ? 'model' : random.uniform() < 0.15 ? 'changed' : 'confirmed';
      return label ? [{ atSample, label, origin } as const] : [];
    }),
  );
  const { samplingHz, lengthSamples } = header;
  const leads = header.leads.map((lead) => ({
    name: lead.name,
    stepsPerMv: lead.isCalibrated ? lead.gain : null,
    isEcg: true,
  }));
  const base = simulatedInput({ beats: [] });
  return {
    ...base,
    record: {
      ...base.record,
      ...{ name, leads, samplingHz, lengthSamples, isSimulated: false, sourceFile: `${name}.hea` },
      gaps: findGaps(readSamples, { leads, samplingHz, lengthSamples }),
    },
    ...{ beats, readSamples, classMap, detector: `annotations .${annotator}` },
    ...changes,
  };
}

async function readWhole(path: string) {
  const { header, clock, blocks } = await openWfdbRecord(path);
  const signals = header.leads.map(() => new Int32Array(header.lengthSamples));
  for await (const block of blocks()) block.leads.forEach((lead, i) => signals[i].set(lead, block.fromSample));
  const readSamples: ReportInput['readSamples'] = (lead, from, to) =>
    physicalOf(signals[lead].subarray(from, to), header.leads[lead]);
  return { header, clock, readSamples };
}
