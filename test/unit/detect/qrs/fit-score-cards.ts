import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCandidates, workingHz, type Candidates } from '../../../../src-main/detect/qrs/candidates.ts';
import { chooseBeats } from '../../../../src-main/detect/qrs/choice.ts';
import {
  aloneNames,
  companyNames,
  featuresAlone,
  featuresInCompany,
} from '../../../../src-main/detect/qrs/features.ts';
import { logOdds, type ScoreCard } from '../../../../src-main/detect/qrs/score-card.ts';
import { isBeatSymbol, type Annotation } from '../../../../src-main/domain/annotation.ts';
import { projectRoot } from '../../../support/shared-data.ts';
import { solve } from '../solve.ts';
import { ds1Records, readReference, type ReferenceRecord } from './mitdb-records.ts';

/*
 * Fits the beat detector's two score cards to the DS1 records, first lead; no other record is looked at.
 * `node test/unit/detect/qrs/fit-score-cards.ts` writes them.
 */
export const fittedCardsFile = join(projectRoot, 'src-main', 'detect', 'qrs', 'fitted-cards.ts');
const ridge = 1; // one unit of penalty on standardised weights: 90,000 candidates hardly feel it, it only keeps them finite
const matchS = 0.15;

interface FittedRecord {
  readonly candidates: Candidates;
  readonly alone: Float32Array;
  /** 1: nearest to a reference beat; 0: no beat; -1: in or beside ventricular flutter, where beats are not marked. */
  readonly isBeat: Int8Array;
}

/** The source of the fitted score cards, from the records they are fitted to. */
export function fittedCardsSource(records: readonly ReferenceRecord[]): string {
  const fitted = records.map(({ signal, samplingHz, reference }): FittedRecord => {
    const candidates = findCandidates(signal, samplingHz);
    return {
      candidates,
      alone: featuresAlone(candidates),
      isBeat: isBeatOf(candidates, reference, samplingHz),
    };
  });
  const aloneCard = fit(fitted.map(({ alone, isBeat }) => ({ blocks: [alone], isBeat })));
  const companyCard = fit(
    fitted.map(({ candidates, alone, isBeat }) => {
      const chosen = chooseBeats(candidates.atSample, logOdds(aloneCard, [alone], isBeat.length));
      return { blocks: [alone, featuresInCompany(candidates, chosen).features], isBeat };
    }),
  );
  return `// Written by test/unit/detect/qrs/fit-score-cards.ts from the DS1 records of the MIT-BIH Arrhythmia Database, first lead.
import type { ScoreCard } from './score-card.ts';

/** First look: features of \`aloneNames\`. */
${cardSource('aloneCard', aloneCard, aloneNames)}

/** Second look: features of \`aloneNames\`, then of \`companyNames\`. */
${cardSource('companyCard', companyCard, [...aloneNames, ...companyNames])}
`;
}

function cardSource(name: string, card: ScoreCard, features: readonly string[]): string {
  const weights = card.weights.map((weight, k) => `    ${Number(weight.toFixed(3))}, // ${features[k]}`);
  return `export const ${name}: ScoreCard = {
  bias: ${Number(card.bias.toFixed(3))},
  weights: [
${weights.join('\n')}
  ],
};`;
}

/** Which candidates are beats: the nearest to each reference beat, within the match window of EC57. */
function isBeatOf({ atSample }: Candidates, reference: readonly Annotation[], samplingHz: number): Int8Array {
  const isBeat = new Int8Array(atSample.length);
  const scale = workingHz / samplingHz;
  let nearest = 0;
  for (const { atSample: mark, symbol } of reference) {
    if (!isBeatSymbol(symbol)) continue;
    const distance = (i: number) => Math.abs(atSample[i] - mark * scale);
    while (nearest + 1 < atSample.length && distance(nearest + 1) <= distance(nearest)) nearest++;
    if (distance(nearest) <= matchS * workingHz) isBeat[nearest] = 1;
  }
  let flutterFrom: number | undefined;
  for (const { atSample: mark, symbol } of reference) {
    if (symbol === '[') flutterFrom = mark * scale - matchS * workingHz;
    if (symbol !== ']' || flutterFrom === undefined) continue;
    const flutterTo = mark * scale + matchS * workingHz;
    for (let i = 0; i < atSample.length; i++)
      if (atSample[i] >= flutterFrom && atSample[i] <= flutterTo) isBeat[i] = -1;
  }
  return isBeat;
}

/** Logistic regression with a ridge penalty by Newton's method on standardised features. */
function fit(parts: readonly { readonly blocks: readonly Float32Array[]; readonly isBeat: Int8Array }[]): ScoreCard {
  const rows: Float64Array[] = [];
  const isBeat: number[] = [];
  for (const part of parts)
    for (let i = 0; i < part.isBeat.length; i++) {
      if (part.isBeat[i] < 0) continue;
      const columns = part.blocks.map((block) => {
        const width = block.length / part.isBeat.length;
        return [...block.subarray(i * width, (i + 1) * width)];
      });
      rows.push(Float64Array.of(...columns.flat(), 1));
      isBeat.push(part.isBeat[i]);
    }
  const width = rows[0].length - 1;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (const row of rows) for (let k = 0; k < width; k++) mean[k] += row[k] / rows.length;
  for (const row of rows) for (let k = 0; k < width; k++) deviation[k] += (row[k] - mean[k]) ** 2 / rows.length;
  for (let k = 0; k < width; k++) deviation[k] = Math.sqrt(deviation[k]);
  for (const row of rows) for (let k = 0; k < width; k++) row[k] = (row[k] - mean[k]) / deviation[k];
  const weights = new Float64Array(width + 1);
  for (let step = Infinity; step > 1e-5;) {
    const gradient = Float64Array.from(weights, (weight, k) => (k < width ? ridge * weight : 0));
    const curvature = Array.from(weights, (_, k) => {
      const line = new Float64Array(width + 1);
      line[k] = k < width ? ridge : 0;
      return line;
    });
    rows.forEach((row, i) => {
      let odds = 0;
      for (let k = 0; k <= width; k++) odds += weights[k] * row[k];
      const probability = 1 / (1 + Math.exp(-odds));
      for (let k = 0; k <= width; k++) {
        gradient[k] += (probability - isBeat[i]) * row[k];
        const share = probability * (1 - probability) * row[k];
        for (let l = 0; l <= k; l++) curvature[k][l] += share * row[l];
      }
    });
    for (let k = 0; k <= width; k++) for (let l = 0; l < k; l++) curvature[l][k] = curvature[k][l];
    const change = solve(curvature, gradient);
    for (let k = 0; k <= width; k++) weights[k] -= change[k];
    step = Math.max(...change.map(Math.abs));
  }
  const raw = Array.from(mean, (_, k) => weights[k] / deviation[k]);
  return { bias: raw.reduce((bias, weight, k) => bias - weight * mean[k], weights[width]), weights: raw };
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(fittedCardsFile, fittedCardsSource(await Promise.all(ds1Records.map((name) => readReference(name)))));
