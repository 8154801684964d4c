import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  boundaryFeatures,
  boundaryKinds,
  type BoundaryKind,
} from '../../../../src-main/detect/delineation/boundary-features.ts';
import { slopesOfLeads, workingHz } from '../../../../src-main/detect/delineation/lead-slopes.ts';
import { placeWaves, type PlacedBeat } from '../../../../src-main/detect/delineation/place-waves.ts';
import type { WrittenRegression } from '../../../../src-main/detect/delineation/regression.ts';
import { detectBeats } from '../../../../src-main/detect/qrs/detect-beats.ts';
import { projectRoot } from '../../../support/shared-data.ts';
import { isChosenOn, ludbLeads, ludbRecords, readLudb, type LudbLead, type MarkedWave } from '../ludb-records.ts';
import { fitRegression, type Example } from './fit-regression.ts';

/*
 * Fits where boundaries lie and whether there is a P wave to the odd records of the Lobachevsky University database; no
 * other record is looked at. `node test/unit/detect/delineation/fit-boundaries.ts` writes them (a minute or two).
 */
export const fittedFile = join(projectRoot, 'src-main', 'detect', 'delineation', 'fitted-boundaries.ts');
const matchS = 0.15;
/** Leads that are measured together, as places in `ludbLeads`: all, as Holter recordings have them, and each alone. */
const companies: readonly (readonly number[])[] = [
  ludbLeads.map((_, lead) => lead),
  ...[[1, 10], [1, 6], [0, 7], [2, 9], [4, 11], [3, 5, 8]], // prettier-ignore
  ...ludbLeads.map((_, lead) => [lead]),
];

export interface Examples {
  readonly boundaries: Record<BoundaryKind, Example[]>;
  readonly presence: Example[];
}

/** What one record teaches: its marks against the waves that the program places. */
function examplesOf(strips: readonly LudbLead[], into: Examples): void {
  const { samplingHz } = strips[0];
  const toWorking = workingHz / samplingHz;
  const group = Number(strips[0].path.split('/').at(-1));
  for (const company of companies) {
    const own = company.map((lead) => strips[lead]);
    const found = detectBeats({ samplingHz, leads: own.map(({ signal }) => signal) }, { otherLeads: 'fuse' });
    const beats = Array.from(found, (at) => Math.round(at * toWorking));
    const leads = slopesOfLeads(own.map(({ signal }) => signal), samplingHz, beats); // prettier-ignore
    const placed = placeWaves(leads, beats);
    own.forEach((strip, lead) => {
      for (const kind of boundaryKinds) {
        const [wave, end] = kind.split(' ') as [MarkedWave['wave'], 'onset' | 'offset'];
        for (const { mark, beat } of matched(strip, placed, wave, lead, toWorking)) {
          const marked = mark[end];
          const features = marked === undefined ? undefined : boundaryFeatures(kind, leads, lead, beat);
          if (marked === undefined || !features) continue;
          const target = marked * toWorking - 0.5 - features.anchor;
          into.boundaries[kind].push({ features: features.values, target, group });
        }
      }
    });
    into.presence.push(...presenceExamples(own, placed, toWorking, group));
  }
}

/** Each mark of a wave with the beat whose place of it is nearest. */
function matched(
  strip: LudbLead,
  placed: readonly PlacedBeat[],
  wave: MarkedWave['wave'],
  lead: number,
  toWorking: number,
) {
  const placeOf = ({ at, p, t }: PlacedBeat) => {
    if (wave === 'QRS') return at;
    const of = wave === 'P' ? p : t;
    return of ? (of.humps[lead]?.peak ?? of.at) : Infinity;
  };
  const taken = new Set<PlacedBeat>();
  return strip.waves.flatMap((mark) => {
    if (mark.wave !== wave) return [];
    let [beat, least]: [PlacedBeat | undefined, number] = [undefined, matchS * workingHz];
    for (const one of placed) {
      const away = Math.abs(placeOf(one) - mark.peak * toWorking);
      if (!taken.has(one) && away <= least) [beat, least] = [one, away];
    }
    if (beat) taken.add(beat);
    return beat ? [{ mark, beat }] : [];
  });
}

/** Whether annotators marked a P wave where one is placed, of beats between their first and last mark. */
function presenceExamples(
  strips: readonly LudbLead[],
  placed: readonly PlacedBeat[],
  toWorking: number,
  group: number,
): Example[] {
  const marks = strips.flatMap(({ waves }) => waves);
  const [from, to] = [Math.min(...marks.map(({ peak }) => peak)), Math.max(...marks.map(({ peak }) => peak))];
  const marksP = marks.filter(({ wave }) => wave === 'P');
  return placed.flatMap(({ p, presence }) => {
    if (!p || p.at < (from - 25) * toWorking || p.at > (to + 25) * toWorking) return [];
    const isMarked = marksP.some(({ peak }) => Math.abs(peak * toWorking - p.at) <= matchS * workingHz);
    return [{ features: presence, target: isMarked ? 1 : 0, group }];
  });
}

function source(name: string, { bias, weights, trees }: WrittenRegression): string {
  return `  ${name}: {
    bias: ${bias},
    weights: [${weights.join(', ')}],
    trees: [
${trees.map((tree) => `      '${tree}',`).join('\n')}
    ],
  },`;
}

/** The source of the fitted file. */
export function fittedSource({ boundaries, presence }: Examples): string {
  return `// Written by test/unit/detect/delineation/fit-boundaries.ts from the odd records of the Lobachevsky University Database.
import type { BoundaryKind } from './boundary-features.ts';
import type { WrittenRegression } from './regression.ts';

// prettier-ignore
export const fittedBoundaries: Readonly<Record<BoundaryKind, WrittenRegression>> = {
${boundaryKinds.map((kind) => source(`'${kind}'`, fitRegression(boundaries[kind]))).join('\n')}
};

// prettier-ignore
export const fittedPresence: WrittenRegression = {
${source('', fitRegression(presence))
  .split('\n')
  .slice(1, -1)
  .map((line) => line.slice(2))
  .join('\n')}
};
`;
}

const noExamples = (): Examples => ({
  boundaries: Object.fromEntries(boundaryKinds.map((kind) => [kind, [] as Example[]])) as Examples['boundaries'],
  presence: [],
});

/** What the odd records teach. */
export async function oddExamples(): Promise<Examples> {
  const examples = noExamples();
  for (const name of ludbRecords().filter(isChosenOn))
    examplesOf(await Promise.all(ludbLeads.map((lead) => readLudb(name, lead))), examples);
  return examples;
}

if (process.argv[1] === import.meta.filename) writeFileSync(fittedFile, fittedSource(await oddExamples()));
