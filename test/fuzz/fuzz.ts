/**
 * Readers before damaged files: `npm run fuzz -- FORMAT [--runs N] [--seed S] [--json]`; `all` for every format. A file
 * must be read or refused with a sentence: no crash, no hang, no more memory than the limit, and never fewer samples
 * than promised without a word. Ends with 1 where a reading failed, naming run and damage; the same seed repeats it.
 */
import { parseArgs } from 'node:util';
import { fuzzedFormats } from './formats.ts';
import { watchTries } from './watch-tries.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
const names = positionals[0] === 'all' ? Object.keys(fuzzedFormats) : positionals;
if (names.length === 0 || names.some((name) => !fuzzedFormats[name]) || !(runs > 0) || !Number.isInteger(seed)) {
  console.error(`Usage: npm run fuzz -- ${Object.keys(fuzzedFormats).join('|')}|all [--runs N] [--seed S] [--json]`);
  process.exit(2);
}
let failed = 0;
for (const name of names) {
  const from = performance.now();
  const tried = await watchTries(name, runs, seed);
  const seconds = Math.round((performance.now() - from) / 1000);
  const { refused, read, failures, slowestMs, peakMemoryBytes } = tried;
  failed += failures.length;
  console.log(
    `${name}: ${runs} damaged files in ${seconds} s: ${refused} refused, ${read} read, ${failures.length} failed; ` +
      `slowest ${Math.round(slowestMs)} ms, at most ${Math.round(peakMemoryBytes / 2 ** 20)} MB`,
  );
  for (const { run, file, damage, what } of failures.slice(0, 10))
    console.log(`  run ${run}, ${file}, ${damage}:\n    ${what.split('\n').slice(0, 6).join('\n    ')}`);
  if (values.json) console.log(JSON.stringify({ format: name, runs, seed, ...tried }));
}
process.exit(failed === 0 ? 0 : 1);
