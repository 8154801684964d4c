import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ClassMapName } from '../../domain/beat-class.ts';
import { secondsOfClock } from '../../domain/time.ts';
import { type ComparisonFormat, comparisonFormats, formatComparisons } from '../../evaluate/ec57/comparison-formats.ts';
import { compareRecord } from '../../evaluate/ec57/record-comparison.ts';
import { readAnnotationFile } from '../../formats/wfdb/annotation-file.ts';
import { readHeader } from '../../formats/wfdb/header.ts';
import { CommandRefused } from './output.ts';
import type { AddVerb } from './verb.ts';
import { pathFromHere } from './session.ts';

interface CompareOptions {
  readonly reference: string;
  readonly test: string;
  readonly referenceDir?: string;
  readonly testDir?: string;
  readonly from: string;
  readonly to?: string;
  readonly window: string;
  readonly map: string;
  readonly sveb: boolean;
  readonly format: string;
  readonly list?: string;
  readonly json?: boolean;
}

/** `rhythm compare`: EC57 figures of annotation files; needs no workspace. */
export function compareVerb(addVerb: AddVerb): void {
  addVerb('compare [record]', 'compare annotation files by ANSI/AAMI EC57')
    .requiredOption('--reference <annotator>', 'suffix of the reference annotations', 'atr')
    .requiredOption('--test <annotator>', 'suffix of the annotations under test')
    .option('--reference-dir <folder>', 'where the reference annotations lie; else beside the header')
    .option('--test-dir <folder>', 'where the annotations under test lie; else beside the header')
    .option('--from <time>', 'end of the learning period', '5:00')
    .option('--to <time>', 'end of the comparison')
    .option('--window <seconds>', 'match window', '0.15')
    .option('--map <name>', 'class map: ec57 or literature', 'ec57')
    .option('--no-sveb', 'count supraventricular beats as normal')
    .option('--format <format>', comparisonFormats.join(', '), 'table')
    .option('--list <file>', 'a record path on each line; adds the aggregate')
    .action(async (record: string | undefined, options: CompareOptions) => {
      const paths = await recordPaths(record, options.list);
      const comparisons = [];
      for (const path of paths) comparisons.push(await compareOne(path, options));
      const format = options.json ? 'json' : options.format;
      if (!comparisonFormats.includes(format as ComparisonFormat))
        throw new CommandRefused('bad-usage', `Format ${format} is not known: ${comparisonFormats.join(', ')}.`);
      const text = formatComparisons(comparisons, format as ComparisonFormat, { withSveb: options.sveb });
      process.stdout.write(
        options.json ? `${JSON.stringify({ done: true, ...(JSON.parse(text) as object) })}\n` : text,
      );
    });
}

async function recordPaths(record: string | undefined, list: string | undefined): Promise<string[]> {
  if (list !== undefined) {
    const text = await readFile(pathFromHere(list), 'utf8');
    const paths = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    return paths.map((line) => pathFromHere(line.trim()));
  }
  if (record === undefined) throw new CommandRefused('bad-usage', 'Name a record, or a file of records with --list.');
  return [pathFromHere(record)];
}

async function compareOne(path: string, options: CompareOptions) {
  const stem = path.replace(/\.hea$/, '');
  const header = await readHeader(`${stem}.hea`);
  const perFrame = Math.max(1, ...header.signals.map(({ samplesPerFrame }) => samplesPerFrame));
  const read = async (annotator: string, folder: string | undefined) => {
    const file = join(folder ? pathFromHere(folder) : dirname(stem), `${basename(stem)}.${annotator}`);
    return (await readAnnotationFile(file)).annotations;
  };
  const { map } = options;
  if (map !== 'ec57' && map !== 'literature')
    throw new CommandRefused('bad-usage', `Class map ${map} is not known: ec57 or literature.`);
  return compareRecord(await read(options.reference, options.referenceDir), await read(options.test, options.testDir), {
    record: basename(stem),
    samplingHz: header.framesPerSecond * perFrame,
    lengthSamples: (header.lengthFrames ?? 0) * perFrame,
    referenceAnnotator: options.reference,
    testAnnotator: options.test,
    fromS: timeOf(options.from, '--from'),
    ...(options.to === undefined ? {} : { toS: timeOf(options.to, '--to') }),
    windowS: numberOf(options.window, '--window'),
    map: map as ClassMapName,
  });
}

function timeOf(text: string, option: string): number {
  const seconds = secondsOfClock(text);
  if (seconds === undefined) throw new CommandRefused('bad-usage', `${option} is a time such as 5:00, not ${text}.`);
  return seconds;
}

function numberOf(text: string, option: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new CommandRefused('bad-usage', `${option} is a number of seconds, not ${text}.`);
  return value;
}
