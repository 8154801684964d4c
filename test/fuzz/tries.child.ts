import { fuzzedFormats } from './formats.ts';
import { tryFormat } from './try-format.ts';

/** Reads damaged files in a process of its own: `tries.child.ts FORMAT RUNS SEED FIRST_RUN`, with news as messages. */
const [name, ...numbers] = process.argv.slice(2);
const [runs, seed, firstRun] = numbers.map(Number);
const tried = await tryFormat(fuzzedFormats[name], { runs, seed, firstRun }, (news) => process.send!({ news }));
process.send!({ tried }, () => process.disconnect());
