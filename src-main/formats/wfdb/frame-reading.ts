import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { FlacReader, readFlacFacts } from '../flac/flac-file.ts';
import { SequentialSamples, type SampleStream } from './sequential-samples.ts';
import type { FrameReader, SignalFile } from './signal-file.ts';
import type { SignalFormat } from './signal-formats.ts';

/** Frames that a format of differences adds up at once. */
const chunkSamples = 1 << 16;

/** Opens a signal file for reading in stretches; each stretch costs memory for its own frames alone. */
export async function openFrames(file: SignalFile): Promise<FrameReader> {
  const { format } = file;
  if ('isFlac' in format) return channelsAsFrames(file, () => openFlac(file));
  if (format.isDifference) return lanesAsFrames(file, () => openDifferences(file, format));
  const handle = await open(file.path);
  return {
    read: (fromFrame, frames) => readPacked(handle, file, format, fromFrame, frames),
    finish: () => Promise.resolve(),
    close: () => handle.close(),
  };
}

async function readPacked(
  handle: FileHandle,
  { path, frameSamples, byteOffset, sizeBytes }: SignalFile,
  format: SignalFormat,
  fromFrame: number,
  frames: number,
): Promise<Int32Array> {
  const from = fromFrame * frameSamples;
  const to = from + frames * frameSamples;
  const group = Math.floor(from / format.samplesPerGroup);
  // Zero beyond the end, where the last group is short.
  const bytes = new Uint8Array((Math.ceil(to / format.samplesPerGroup) - group) * format.bytesPerGroup);
  const fromByte = byteOffset + group * format.bytesPerGroup;
  const wanted = Math.min(bytes.length, sizeBytes - fromByte);
  for (let done = 0; done < wanted;) {
    const { bytesRead } = await handle.read(bytes, done, wanted - done, fromByte + done);
    if (bytesRead === 0)
      throw endedEarly(path, `byte ${grouped(fromByte + done)}`, `of its ${grouped(sizeBytes)} bytes`);
    done += bytesRead;
  }
  const skipped = from - group * format.samplesPerGroup;
  const samples = new Int32Array(skipped + to - from);
  format.decode(bytes, samples);
  return samples.subarray(skipped);
}

/** Differences added up, each signal going on from its last value; one lane with the signals interleaved. */
async function openDifferences(file: SignalFile, format: SignalFormat): Promise<SampleStream> {
  const handle = await open(file.path);
  const running = [...file.initialValues];
  const framesAtOnce = Math.max(1, Math.floor(chunkSamples / file.frameSamples));
  let frame = 0;
  return {
    next: async () => {
      const frames = Math.min(framesAtOnce, file.lengthFrames - frame);
      if (frames === 0) return undefined;
      const samples = await readPacked(handle, file, format, frame, frames);
      frame += frames;
      for (let at = 0; at < samples.length;)
        for (const [signal, count] of file.samplesPerFrame.entries())
          for (let i = 0; i < count; i++, at++) samples[at] = running[signal] = (running[signal] + samples[at]) | 0;
      return [samples];
    },
    close: () => handle.close(),
  };
}

function lanesAsFrames({ frameSamples }: SignalFile, openStream: () => Promise<SampleStream>): FrameReader {
  const lane = new SequentialSamples(openStream);
  return {
    read: async (from, frames) => (await lane.read(from * frameSamples, (from + frames) * frameSamples))[0],
    finish: () => Promise.resolve(),
    close: () => lane.close(),
  };
}

async function openFlac({ path, byteOffset }: SignalFile): Promise<SampleStream> {
  const facts = await readFlacFacts(path, byteOffset);
  return new FlacReader(path, await open(path), facts);
}

function channelsAsFrames(file: SignalFile, openStream: () => Promise<SampleStream>): FrameReader {
  const { path, frameSamples, lengthFrames } = file;
  const perFrame = file.samplesPerFrame[0];
  const channels = new SequentialSamples(openStream);
  return {
    read: async (from, frames) => {
      const lanes = await channels.read(from * perFrame, (from + frames) * perFrame);
      const found = lanes.length === 0 ? 0 : lanes[0].length;
      if (found < frames * perFrame)
        throw endedEarly(
          path,
          `sample ${grouped(from * perFrame + found)}`,
          `of its ${grouped(lengthFrames * perFrame)} samples`,
        );
      const samples = new Int32Array(frames * frameSamples);
      for (const [channel, lane] of lanes.entries())
        for (let frame = 0, i = 0; frame < frames; frame++)
          for (let at = frame * frameSamples + channel * perFrame, s = 0; s < perFrame; s++)
            samples[at + s] = lane[i++];
      return samples;
    },
    finish: () => channels.finish(),
    close: () => channels.close(),
  };
}

const endedEarly = (path: string, where: string, promised: string): FormatError =>
  new FormatError({
    file: basename(path),
    where,
    rule: `the file ends here, short ${promised}; copy it again from its source`,
    kind: 'truncated',
  });
