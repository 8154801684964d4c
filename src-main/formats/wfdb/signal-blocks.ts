import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample } from '../../domain/record.ts';
import type { SignalBlock } from '../signal-block.ts';
import type { WfdbHeader, WfdbSignal } from './header.ts';
import { openFrames } from './frame-reading.ts';
import type { FrameReader, SignalFile } from './signal-file.ts';

/** Samples of one lead in a block: 3 min at 360 Hz, 256 kB. */
const blockSamples = 65536;
/** Samples of all leads that are held at once, where a record has very many leads. */
const maxHeldSamples = 1 << 23;

/** Signals and the files they are in. */
export interface SignalSource {
  readonly header: WfdbHeader;
  readonly files: readonly SignalFile[];
  readonly headerFile: string;
  /** Samples per frame of every lead that is given, at least those of the fastest signal. */
  readonly rate: number;
}

/** What is added up of one signal while it is read, to compare with the header. */
interface Tally {
  sum: number;
  first: number;
}

/**
 * Reads the samples of all signals in order. A signal with fewer samples per frame than another is held
 * (its value repeated), so that all leads share one rate; a skewed signal is put back in time and
 * ends in gaps.
 * @throws {FormatError} `checksum-mismatch` after the last block.
 */
export async function* readBlocks(
  { header, files, headerFile, rate }: SignalSource,
  abort?: AbortSignal,
): AsyncGenerator<SignalBlock, void, undefined> {
  const { signals } = header;
  const lengthFrames = files[0].lengthFrames;
  const perFrame = Math.max(rate * signals.length, ...files.map(({ frameSamples }) => frameSamples));
  const blockFrames = Math.max(1, Math.min(Math.floor(blockSamples / rate), Math.floor(maxHeldSamples / perFrame)));
  const tallies = signals.map((): Tally => ({ sum: 0, first: 0 }));
  const readers: FrameReader[] = [];
  try {
    for (const file of files) readers.push(await openFrames(file));
    for (let from = 0; from < lengthFrames; from += blockFrames) {
      abort?.throwIfAborted();
      const frames = Math.min(blockFrames, lengthFrames - from);
      const leads = signals.map(() => new Int32Array(frames * rate).fill(gapSample));
      for (const [f, file] of files.entries()) {
        const samples = await readers[f].read(from, frames);
        let offset = 0;
        for (const signal of file.signals) {
          const place = { offset, signal: signals[signal], file };
          tally(samples, place, tallies[signal], from === 0);
          const { skewFrames } = signals[signal];
          const left = Math.min(frames, lengthFrames - from - skewFrames);
          if (skewFrames === 0) hold(samples, place, leads[signal], rate);
          else if (left > 0) hold(await readers[f].read(from + skewFrames, left), place, leads[signal], rate);
          offset += signals[signal].samplesPerFrame;
        }
      }
      yield { fromSample: from * rate, leads };
    }
    for (const reader of readers) await reader.finish();
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
  verify(signals, tallies, files, headerFile);
}

interface Place {
  /** Where the signal's samples begin in each frame of its file. */
  readonly offset: number;
  readonly signal: WfdbSignal;
  readonly file: SignalFile;
}

function tally(samples: Int32Array, { offset, signal, file }: Place, into: Tally, isFirst: boolean): void {
  if (isFirst) into.first = samples[offset];
  let { sum } = into;
  for (let frame = offset; frame < samples.length; frame += file.frameSamples)
    for (let i = 0; i < signal.samplesPerFrame; i++) sum = (sum + samples[frame + i]) | 0;
  into.sum = sum;
}

/** Copies one signal out of its file's frames, repeating values up to `rate` samples a frame. */
function hold(samples: Int32Array, { offset, signal, file }: Place, lead: Int32Array, rate: number): void {
  const { samplesPerFrame } = signal;
  const { invalid } = file.format;
  const frames = samples.length / file.frameSamples;
  for (let frame = 0, at = 0; frame < frames; frame++) {
    const start = frame * file.frameSamples + offset;
    for (let i = 0; i < rate; i++, at++) {
      const sample = samples[start + (samplesPerFrame === rate ? i : Math.floor((i * samplesPerFrame) / rate))];
      lead[at] = sample === invalid ? gapSample : sample;
    }
  }
}

function verify(
  signals: readonly WfdbSignal[],
  tallies: readonly Tally[],
  files: readonly SignalFile[],
  headerFile: string,
): void {
  for (const file of files)
    for (const index of file.signals) {
      const { initialValue, checksum, description } = signals[index];
      const { sum, first } = tallies[index];
      const name = description || `signal ${index + 1}`;
      const refuse = (where: string, found: string): never => {
        const longer =
          file.surplusFrames > 0
            ? ` (the file holds ${grouped(file.surplusFrames)} samples more than the ${grouped(file.lengthFrames)} promised)`
            : '';
        throw new FormatError({
          file: basename(file.path),
          where,
          rule: `${found}${longer}; the samples or ${headerFile} were changed, copy both again from their source`,
          kind: 'checksum-mismatch',
        });
      };
      if (checksum !== undefined && ((sum - checksum) & 0xffff) !== 0)
        refuse(
          `lead ${name}`,
          `the checksum of the ${grouped(file.lengthFrames)} samples is ${(sum << 16) >> 16} and the header says ${checksum}`,
        );
      // A header cut by hand from one with other frames often keeps the initial value of another signal.
      const isVouchedFor = checksum !== undefined && file.frameSamples !== file.signals.length;
      if (initialValue !== undefined && first !== initialValue && !isVouchedFor)
        refuse(`lead ${name}, sample 0`, `the first sample is ${first} and the header says ${initialValue}`);
    }
}
