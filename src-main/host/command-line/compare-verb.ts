import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Annotation } from '../../domain/annotation.ts';
import { secondsOfClock } from '../../domain/time.ts';
import type { ComparisonOptions } from '../../evaluate/ec57/comparison-options.ts';
import { type ComparisonFormat, comparisonFormats, formatComparisons } from '../../evaluate/ec57/comparison-formats.ts';
import { compareRecord, type RecordComparison } from '../../evaluate/ec57/record-comparison.ts';
import { readAnnotationFile } from '../../formats/wfdb/annotation-file.ts';
import { readHeader } from '../../formats/wfdb/header.ts';
import { CommandRefused } from './output.ts';
import { type AddVerb, pathFromHere } from './verb.ts';

/** Which annotation files of a record are compared. */
interface ComparedAnnotators {
  readonly reference: string;
  readonly test: string;
  readonly referenceDir?: string;
  readonly testDir?: string;
}

interface CompareOptions extends ComparedAnnotators {
  readonly from: string;
  readonly to?: string;
  readonly window: string;
  readonly map: string;
  readonly sveb: boolean;
  readonly format: string;
  readonly list?: string;
  readonly json?: boolean;
}

/**
 * `rhythm compare`: EC57 figures of annotation files; needs no workspace.
 * @param print  where the text goes.
 */
export function compareVerb(
  addVerb: AddVerb,
  print: (text: string) => unknown = (text) => process.stdout.write(text),
): void {
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
      const format = options.json ? 'json' : options.format;
      if (!comparisonFormats.includes(format as ComparisonFormat))
        throw new CommandRefused('bad-usage', `Format ${format} is not known: ${comparisonFormats.join(', ')}.`);
      const settings = settingsOf(options);
      const paths = await recordPaths(record, options.list);
      const comparisons = await compareRecords(paths, options, settings);
      const text = formatComparisons(comparisons, format as ComparisonFormat, {
        withSveb: options.sveb,
        withSummary: options.list !== undefined,
      });
      print(options.json ? `${JSON.stringify({ done: true, ...(JSON.parse(text) as object) })}\n` : text);
    });
}

async function recordPaths(record: string | undefined, list: string | undefined): Promise<string[]> {
  if (list !== undefined) {
    if (record !== undefined)
      throw new CommandRefused('bad-usage', `Name either the record ${record} or a list of records, not both.`);
    const text = await readFile(pathFromHere(list), 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new CommandRefused(
        'missing-file',
        `The list ${list} cannot be read: ${cause.code ?? cause.message}.`,
        list,
      );
    });
    const paths = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (paths.length === 0) throw new CommandRefused('bad-usage', `The list ${list} names no record.`, list);
    return paths.map((line) => pathFromHere(line.trim()));
  }
  if (record === undefined) throw new CommandRefused('bad-usage', 'Name a record, or a file of records with --list.');
  return [pathFromHere(record)];
}

/** How every record of the call is compared. */
type ComparisonSettings = Pick<ComparisonOptions, 'map' | 'windowS' | 'fromS' | 'toS'>;

function settingsOf({ map, from, to, window }: CompareOptions): ComparisonSettings {
  if (map !== 'ec57' && map !== 'literature')
    throw new CommandRefused('bad-usage', `Class map ${map} is not known: ec57 or literature.`);
  const windowS = timeOf(window, '--window');
  if (windowS === 0) throw new CommandRefused('bad-usage', '--window is a time above 0.');
  return {
    map,
    windowS,
    fromS: timeOf(from, '--from'),
    ...(to === undefined ? {} : { toS: timeOf(to, '--to') }),
  };
}

/** Records whose files are read at once: waiting for a disk, not reading, takes the time. */
const readAtOnce = 8;

/**
 * Reads and compares records.
 * @param paths  of headers, with or without `.hea`.
 * @throws {FormatError} for the first record that cannot be read.
 */
export async function compareRecords(
  paths: readonly string[],
  annotators: ComparedAnnotators,
  settings: ComparisonSettings = {},
): Promise<RecordComparison[]> {
  const comparisons: RecordComparison[] = [];
  for (let from = 0; from < paths.length; from += readAtOnce) {
    const together = paths.slice(from, from + readAtOnce);
    comparisons.push(...(await Promise.all(together.map((path) => compareOne(path, annotators, settings)))));
  }
  return comparisons;
}

/** Times are in frames, as WFDB's programs count them. */
async function compareOne(
  path: string,
  options: ComparedAnnotators,
  settings: ComparisonSettings,
): Promise<RecordComparison> {
  const stem = path.replace(/\.hea$/, '');
  const { framesPerSecond, lengthFrames } = await readHeader(`${stem}.hea`);
  const read = async (annotator: string, folder: string | undefined): Promise<readonly Annotation[]> => {
    const file = join(folder ? pathFromHere(folder) : dirname(stem), `${basename(stem)}.${annotator}`);
    const { annotations, ticksPerSecond = framesPerSecond } = await readAnnotationFile(file);
    if (ticksPerSecond === framesPerSecond) return annotations;
    const perTick = framesPerSecond / ticksPerSecond;
    return annotations.map((annotation) => ({ ...annotation, atSample: Math.round(annotation.atSample * perTick) }));
  };
  const [reference, test] = await Promise.all([
    read(options.reference, options.referenceDir),
    read(options.test, options.testDir),
  ]);
  return compareRecord(reference, test, {
    ...settings,
    record: basename(stem),
    samplingHz: framesPerSecond,
    lengthSamples: lengthFrames ?? 0,
    referenceAnnotator: options.reference,
    testAnnotator: options.test,
  });
}

function timeOf(text: string, option: string): number {
  const seconds = secondsOfClock(text);
  if (seconds === undefined)
    throw new CommandRefused('bad-usage', `${option} is a time such as 5:00 or 0.15, not ${text}.`);
  return seconds;
}
