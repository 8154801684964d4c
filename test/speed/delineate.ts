import { cpus } from 'node:os';
import { detectBeats } from '../../src-main/detect/qrs/detect-beats.ts';
import { delineate, delineateLeads } from '../../src-main/detect/delineation/delineate.ts';
import { hasSharedData } from '../support/shared-data.ts';
import {
  boundaries,
  scoreLead,
  spreadOverLeads,
  summaryOf,
  type Boundary,
  type BoundaryScore,
} from '../unit/detect/delineation/score.ts';
import { isChosenOn, ludbLeads, ludbRecords, readLudb, type LudbLead } from '../unit/detect/ludb-records.ts';

/**
 * Delineation against the manual boundaries of the Lobachevsky University database, with the program's own beats: every
 * lead by itself, the twelve leads together, and two of them. `npm run bench -- delineate [--json]`
 */
if (!hasSharedData) {
  console.log('No recordings in ../shared/data: nothing measured.');
  process.exit(1);
}
const half = () => ({
  alone: [] as BoundaryScore[],
  together: [] as BoundaryScore[],
  holter: [] as BoundaryScore[],
  recordings: [] as LudbLead[][],
});
const [odd, even] = [half(), half()];
const cpuMs = { alone: 0, together: 0 };
const timed = <Result>(what: keyof typeof cpuMs, run: () => Result): Result => {
  const before = process.cpuUsage().user;
  const result = run();
  cpuMs[what] += (process.cpuUsage().user - before) / 1000;
  return result;
};
for (const name of ludbRecords()) {
  const { alone, together, holter, recordings } = isChosenOn(name) ? odd : even;
  const strips = await Promise.all(ludbLeads.map((lead) => readLudb(name, lead)));
  recordings.push(strips);
  const { samplingHz } = strips[0];
  const signals = strips.map(({ signal }) => signal);
  const fused = detectBeats({ samplingHz, leads: signals }, { otherLeads: 'fuse' });
  const joined = timed('together', () => delineateLeads(signals, fused, samplingHz));
  const pair = [strips[1], strips[10]];
  const pairSignals = pair.map(({ signal }) => signal);
  const pairBeats = detectBeats({ samplingHz, leads: pairSignals }, { otherLeads: 'fuse' });
  delineateLeads(pairSignals, pairBeats, samplingHz).forEach((waves, lead) =>
    holter.push(scoreLead(pair[lead], waves)),
  );
  strips.forEach((strip, lead) => {
    if (strip.waves.length === 0) return;
    together.push(scoreLead(strip, joined[lead]));
    const beats = detectBeats({ samplingHz, leads: [strip.signal] });
    const waves = timed('alone', () => delineate(strip.signal, beats, samplingHz));
    alone.push(scoreLead(strip, waves));
  });
}
/** Two standard deviations that experts differ by (CSE working party 1985), ms. */
const cseMs: Partial<Record<Boundary, number>> = {
  'P onset': 10.2, 'P offset': 12.7, 'QRS onset': 6.5, 'QRS offset': 11.6, 'T offset': 30.6 }; // prettier-ignore
/** SD within recordings of the published delineator on the QT database (Martinez et al. 2004, one lead), ms. */
const publishedMs: Partial<Record<Boundary, number>> = {
  'P onset': 14.8, 'P peak': 13.2, 'P offset': 12.7, 'QRS onset': 7.7, 'QRS offset': 8.7, 'T peak': 13.9, 'T offset': 18.1 }; // prettier-ignore
const table = (title: string, of: readonly BoundaryScore[], recordings: readonly (readonly LudbLead[])[]) => {
  const summary = summaryOf(of);
  console.log(`\n${title}`);
  console.log('boundary        marks     Se %  +P %   mean    SD   within   spread   CSE 2SD   within, QTDB');
  for (const boundary of boundaries) {
    const { marks, sePercent, ppvPercent, meanMs, sdMs, sdWithinMs } = summary[boundary];
    const cells = [
      boundary.padEnd(12),
      String(marks).padStart(8),
      sePercent.toFixed(2).padStart(8),
      ppvPercent.toFixed(2).padStart(6),
      meanMs.toFixed(1).padStart(6),
      sdMs.toFixed(1).padStart(5),
      sdWithinMs.toFixed(1).padStart(8),
      spreadOverLeads(recordings, boundary).toFixed(1).padStart(8),
      (cseMs[boundary]?.toFixed(1) ?? '').padStart(9),
      (publishedMs[boundary]?.toFixed(1) ?? '').padStart(14),
    ];
    console.log(cells.join(' '));
  }
  return summary;
};
console.log(`Lobachevsky University database, 12 leads; errors in ms, found less marked. A wave counts as found when its peak is the
nearest within 150 ms. SD: of all errors together. within: mean of the SD within one lead of one recording, as published
figures are given. spread: SD of the annotators' own marks of one boundary about the middle one of the beat's leads.`);
const chosen = table('Odd records, each lead by itself: fitted to these', odd.alone, odd.recordings);
const chosenTogether = table('Odd records, the twelve leads together: fitted to these', odd.together, odd.recordings);
const rest = table('Even records, each lead by itself: only measured', even.alone, even.recordings);
const restTogether = table(
  'Even records, the twelve leads together, as Review and the report measure: only measured',
  even.together,
  even.recordings,
);
const restHolter = table(
  'Even records, leads II and V5 together, as a Holter recording has them: only measured',
  even.holter,
  even.recordings.map((strips) => [strips[1], strips[10]]),
);
const leads = odd.alone.length + even.alone.length;
console.log(
  `\nCPU for 10 s of a lead: ${(cpuMs.alone / leads).toFixed(1)} ms by itself, ${(cpuMs.together / leads).toFixed(1)} ms with the others. Machine: ${cpus().length} x ${cpus()[0].model}, Node ${process.version}.`,
);
if (process.argv.includes('--json'))
  console.log(JSON.stringify({ chosen, chosenTogether, rest, restTogether, restHolter }));
