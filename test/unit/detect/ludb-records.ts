import { join } from 'node:path';
import { physicalOf } from '../../../src-main/domain/record.ts';
import { readAnnotationFile } from '../../../src-main/formats/wfdb/annotation-file.ts';
import { openWfdbRecord } from '../../../src-main/formats/wfdb/record.ts';
import { sharedData } from '../../support/shared-data.ts';

/** The 200 strips of the Lobachevsky University database: 10 s, 12 leads, 500 Hz, waves delineated by hand. */
export const ludbRecords = (): string[] => Array.from({ length: 200 }, (_, i) => String(i + 1));

/** Odd records: what delineation was chosen on. Even ones were only measured. */
export const isChosenOn = (name: string): boolean => Number(name) % 2 === 1;

/** One wave as marked by hand; onset or offset is undefined where the annotators set none. */
export interface MarkedWave {
  readonly wave: 'P' | 'QRS' | 'T';
  readonly onset: number | undefined;
  readonly peak: number;
  readonly offset: number | undefined;
}

export interface LudbLead {
  readonly name: string;
  /** Without extension. */
  readonly path: string;
  readonly channel: number;
  readonly samplingHz: number;
  /** mV */
  readonly signal: Float32Array;
  readonly waves: readonly MarkedWave[];
  /** QRS peaks. */
  readonly qrs: readonly number[];
}

export const ludbLeads = ['i', 'ii', 'iii', 'avr', 'avl', 'avf', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6'] as const;
const waveOf: Readonly<Record<string, MarkedWave['wave']>> = { p: 'P', N: 'QRS', t: 'T' };

/** One lead with its manual boundaries: `(`, the peak, `)` in the annotation file of the lead's name. */
export async function readLudb(name: string, lead: (typeof ludbLeads)[number]): Promise<LudbLead> {
  const path = join(sharedData, 'ludb', 'data', name);
  const { header, clock, blocks } = await openWfdbRecord(path);
  const channel = header.leads.findIndex((one) => one.name.toLowerCase() === lead);
  const signal = new Float32Array(header.lengthSamples);
  for await (const block of blocks())
    signal.set(physicalOf(block.leads[channel], header.leads[channel]), block.fromSample);
  const { annotations } = await readAnnotationFile(`${path}.${lead}`, clock);
  const waves: MarkedWave[] = [];
  annotations.forEach(({ symbol, atSample }, i) => {
    const wave = waveOf[symbol];
    if (wave === undefined) return;
    const [before, after] = [annotations[i - 1], annotations[i + 1]];
    waves.push({
      wave,
      peak: atSample,
      onset: before?.symbol === '(' ? before.atSample : undefined,
      offset: after?.symbol === ')' ? after.atSample : undefined,
    });
  });
  return {
    ...{ name, path, channel, samplingHz: header.samplingHz, signal, waves },
    qrs: waves.filter(({ wave }) => wave === 'QRS').map(({ peak }) => peak),
  };
}
