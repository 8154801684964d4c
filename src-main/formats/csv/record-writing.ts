import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import type { SignalBlock } from '../signal-block.ts';
import { refuseExisting, writeAside } from '../write-aside.ts';
import { mostFixedBytes, putFixed } from './fixed-text.ts';

/** Bytes that are written at once. */
const chunkBytes = 1 << 20;
const [comma, lineFeed] = [44, 10];

/**
 * Writes the samples as CSV (grammar in `table.ts`): a line of names with their units, then one line a sample with its
 * time in seconds and each lead's value, empty where there is a gap. Values have the decimals that tell two neighboring
 * samples apart; a lead without a gain is written in its steps, without a unit.
 * @param signals  blocks in order without holes, `lengthSamples` in all, one array a lead.
 */
export async function writeCsvRecord(
  path: string,
  { samplingHz, leads }: RecordHeader,
  signals: AsyncIterable<SignalBlock> | Iterable<SignalBlock>,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<void> {
  if (!replace) await refuseExisting(path);
  const scales = leads.map(scaleOf);
  const timeDecimals = Math.min(9, Math.max(4, Math.ceil(Math.log10(samplingHz)) + 2));
  const bytes = Buffer.alloc(chunkBytes);
  const longestLine = (leads.length + 1) * (mostFixedBytes + 1);
  await writeAside(path, async (file) => {
    await file.writeFile(`${['time (s)', ...leads.map(columnName)].map(quoted).join(',')}\n`);
    for await (const { fromSample, leads: block } of signals)
      for (let i = 0; i < block[0].length;) {
        let at = 0;
        for (; i < block[0].length && at + longestLine <= chunkBytes; i++) {
          at = putFixed(bytes, at, (fromSample + i) / samplingHz, timeDecimals);
          at = putSamples(bytes, at, block, i, scales);
        }
        await file.writeFile(bytes.subarray(0, at));
      }
  });
}

/** How a lead's samples become numbers, and the decimals that these have. */
interface Scale {
  readonly gain: number;
  readonly baseline: number;
  readonly decimals: number;
}

const scaleOf = ({ gain, baseline, isCalibrated }: Lead): Scale =>
  isCalibrated
    ? { gain, baseline, decimals: Math.min(9, Math.max(0, Math.ceil(Math.log10(Math.abs(gain)) + 0.31))) }
    : { gain: 1, baseline: 0, decimals: 0 };

/** One sample of each lead, and the end of the line. */
function putSamples(
  bytes: Buffer,
  at: number,
  leads: readonly Int32Array[],
  i: number,
  scales: readonly Scale[],
): number {
  for (let l = 0; l < leads.length; l++) {
    bytes[at++] = comma;
    const sample = leads[l][i];
    const { gain, baseline, decimals } = scales[l];
    if (sample !== gapSample) at = putFixed(bytes, at, (sample - baseline) / gain, decimals);
  }
  bytes[at] = lineFeed;
  return at + 1;
}

const columnName = ({ name, unit, isCalibrated }: Lead): string => (isCalibrated ? `${name} (${unit})` : name);

const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
