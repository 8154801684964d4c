import { cpus } from 'node:os';
import { detectBeats } from '../../src-main/detect/qrs/detect-beats.ts';
import { delineate } from '../../src-main/detect/delineation/delineate.ts';
import { joinLeads } from '../../src-main/detect/delineation/joint-leads.ts';
import { hasSharedData } from '../support/shared-data.ts';
import {
  boundaries,
  scoreLead,
  summaryOf,
  type Boundary,
  type BoundaryScore,
} from '../unit/detect/delineation/score.ts';
import { isChosenOn, ludbLeads, ludbRecords, readLudb } from '../unit/detect/ludb-records.ts';

/**
 * Delineation against the manual boundaries of the Lobachevsky University database, every lead by itself, with the
 * program's own beats. `npm run bench -- delineate [--json]`
 */
if (!hasSharedData) {
  console.log('No recordings in ../shared/data: nothing measured.');
  process.exit(1);
}
const scores: { isOdd: boolean; score: BoundaryScore }[] = [];
let ms = 0;
const together: { isOdd: boolean; score: BoundaryScore }[] = [];
for (const name of ludbRecords()) {
  const strips = await Promise.all(ludbLeads.map((lead) => readLudb(name, lead)));
  const { samplingHz } = strips[0];
  const fused = detectBeats({ samplingHz, leads: strips.map(({ signal }) => signal) }, { otherLeads: 'fuse' });
  const alone = strips.map(({ signal }) => delineate(signal, fused, samplingHz));
  const joined = Array.from(fused, (_, beat) => joinLeads(alone.map((ofLead) => ofLead[beat])));
  strips.forEach((strip, lead) => {
    if (strip.waves.length === 0) return;
    together.push({
      isOdd: isChosenOn(name),
      score: scoreLead(
        strip,
        joined.map((ofBeat) => ofBeat[lead]),
      ),
    });
  });
  for (const lead of ludbLeads) {
    const strip = await readLudb(name, lead);
    if (strip.waves.length === 0) continue;
    const beats = detectBeats({ samplingHz: strip.samplingHz, leads: [strip.signal] });
    const before = process.cpuUsage().user;
    const waves = delineate(strip.signal, beats, strip.samplingHz);
    ms += (process.cpuUsage().user - before) / 1000;
    scores.push({ isOdd: isChosenOn(name), score: scoreLead(strip, waves) });
  }
}
/** Two standard deviations that experts differ by (CSE working party 1985), ms. */
const cseMs: Partial<Record<Boundary, number>> = {
  'P onset': 10.2, 'P offset': 12.7, 'QRS onset': 6.5, 'QRS offset': 11.6, 'T offset': 30.6 }; // prettier-ignore
/** Mean and SD of the error of the published delineator on the QT database (Martinez et al. 2004, single lead), ms. */
const publishedMs: Partial<Record<Boundary, readonly [number, number]>> = {
  'P onset': [2.0, 14.8], 'P peak': [3.6, 13.2], 'P offset': [1.9, 12.8], 'QRS onset': [4.6, 7.7], 'QRS offset': [0.8, 8.7], 'T peak': [0.2, 13.9], 'T offset': [-1.6, 18.1] }; // prettier-ignore
const table = (title: string, of: readonly BoundaryScore[]) => {
  const summary = summaryOf(of);
  console.log(`\n${title}`);
  console.log('boundary        marks     Se %  +P %    mean ms   SD ms   CSE 2SD   published on QTDB');
  for (const boundary of boundaries) {
    const { marks, sePercent, ppvPercent, meanMs, sdMs } = summary[boundary];
    const published = publishedMs[boundary];
    console.log(
      `${boundary.padEnd(12)} ${String(marks).padStart(8)} ${sePercent.toFixed(2).padStart(8)} ${ppvPercent.toFixed(2).padStart(6)} ${meanMs.toFixed(1).padStart(8)} ${sdMs.toFixed(1).padStart(8)} ${(cseMs[boundary]?.toFixed(1) ?? '').padStart(8)}   ${published ? published.join(' ± ') : ''}`,
    );
  }
  return summary;
};
console.log(
  'Lobachevsky University database, 12 leads each by itself; a wave counts as found within 150 ms of its peak.',
);
const chosen = table('Odd records: thresholds were chosen on these', scores.filter(({ isOdd }) => isOdd).map(({ score }) => score)); // prettier-ignore
const rest = table(
  'Even records: only measured',
  scores.filter(({ isOdd }) => !isOdd).map(({ score }) => score),
);
const restTogether = table(
  'Even records, the twelve leads together (as Review measures): beats of all leads, boundaries drawn half way to the middle lead’s',
  together.filter(({ isOdd }) => !isOdd).map(({ score }) => score),
);
console.log(
  `\nCPU ${(ms / scores.length).toFixed(1)} ms for 10 s of one lead. Machine: ${cpus().length} x ${cpus()[0].model}, Node ${process.version}.`,
);
if (process.argv.includes('--json')) console.log(JSON.stringify({ chosen, rest, restTogether }));
