import { gapSample, type Lead, type RecordHeader } from '../../domain/record.ts';
import type { SignalBlock } from '../signal-block.ts';
import { refuseExisting, writeAside } from '../write-aside.ts';

/** Text that is written at once. */
const chunkCharacters = 1 << 20;

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
  const texts = leads.map(textOfSample);
  const timeDecimals = Math.max(4, Math.ceil(Math.log10(samplingHz)) + 2);
  let text = `${['time (s)', ...leads.map(columnName)].map(quoted).join(',')}\n`;
  await writeAside(path, async (file) => {
    for await (const { fromSample, leads: block } of signals)
      for (let i = 0; i < block[0].length; i++) {
        text += ((fromSample + i) / samplingHz).toFixed(timeDecimals);
        for (let l = 0; l < block.length; l++) text += `,${texts[l](block[l][i])}`;
        text += '\n';
        if (text.length < chunkCharacters) continue;
        await file.writeFile(text);
        text = '';
      }
    await file.writeFile(text);
  });
}

const columnName = ({ name, unit, isCalibrated }: Lead): string => (isCalibrated ? `${name} (${unit})` : name);

function textOfSample({ gain, baseline, isCalibrated }: Lead): (sample: number) => string {
  if (!isCalibrated) return (sample) => (sample === gapSample ? '' : String(sample));
  const decimals = Math.min(9, Math.max(0, Math.ceil(Math.log10(Math.abs(gain)) + 0.31)));
  return (sample) => (sample === gapSample ? '' : ((sample - baseline) / gain).toFixed(decimals));
}

const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
