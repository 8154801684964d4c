import { join } from 'node:path';
import { FormatError, type FormatBreach } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';
import { gapSample, type Lead } from '../../domain/record.ts';
import { readHeader, type WfdbHeader, type WfdbSegment } from './header.ts';
import {
  leadOf,
  openSignals,
  refuseTooLong,
  samplesPerFrame,
  type HeaderPlace,
  type OpenedSignals,
} from './signals.ts';
import type { SignalBlock } from '../signal-block.ts';

/*
 * Records in several segments (header(5), "multi-segment records"). Fixed layout: every segment has the same signals
 * in the same order. Variable layout: the first segment has length 0 and its header lists all leads that occur;
 * each segment has some of them, told apart by name, and may have gains of its own. A segment called `~` holds nothing.
 * The leads of the record are those of the layout, or of the first segment, each with the highest gain that a segment
 * gives it, so that no segment loses resolution; other gains are converted, and what a segment does not hold is a gap.
 */

/** Samples of all leads in a block of gaps. */
const gapBlockSamples = 1 << 19;

interface OpenedSegment extends OpenedSignals {
  /** Where in the record it begins. */
  readonly fromSample: number;
}

/**
 * Opens a record of several segments, all of which are checked to be there, at the record's rate and as long as said.
 * @throws {FormatError} for a segment that is missing or contradicts the record's header.
 */
export async function openSegments(header: WfdbHeader, place: HeaderPlace): Promise<OpenedSignals> {
  const refuse = (rule: string, kind: FormatBreach['kind'] = 'bad-header'): never => {
    throw new FormatError({ file: place.headerFile, where: '', rule, kind });
  };
  const headerOf = async (segment: WfdbSegment): Promise<WfdbHeader> => {
    const found = await readHeader(join(place.folder, `${segment.name}.hea`), place.headerFile);
    if (found.segments.length > 0) refuse(`the segment ${segment.name} has segments itself, which WFDB does not know`);
    if (Math.abs(found.framesPerSecond / header.framesPerSecond - 1) > 1e-6)
      refuse(
        `the segment ${segment.name} has ${found.framesPerSecond} samples per second and the record ${header.framesPerSecond}`,
      );
    return found;
  };

  const total = header.segments.reduce((sum, { lengthFrames }) => sum + lengthFrames, 0);
  if (header.lengthFrames !== undefined && total !== header.lengthFrames)
    refuse(`its segments have ${grouped(total)} samples in all and it promises ${grouped(header.lengthFrames)}`);
  const isVariable = header.segments[0].lengthFrames === 0;
  const first = header.segments.find(({ name }) => name !== '~') ?? refuse('none of its segments holds a signal');
  const layout = await headerOf(first);
  const named = layout.signals.map(leadOf);
  const rate = samplesPerFrame(layout);
  if (named.length !== header.signalCount)
    refuse(`it promises ${header.signalCount} signals and ${first.name}.hea has ${named.length}`);

  const segments: OpenedSegment[] = [];
  const sourceFiles = new Set<string>();
  let fromSample = 0;
  for (const segment of header.segments) {
    if (segment.name !== '~') sourceFiles.add(join(place.folder, `${segment.name}.hea`));
    if (segment.lengthFrames === 0) continue;
    if (segment.name !== '~') {
      const found = await headerOf(segment);
      const opened = await openSignals(found, { folder: place.folder, headerFile: `${segment.name}.hea` }, rate);
      if (samplesPerFrame(found) > rate) refuse(`the segment ${segment.name} is sampled faster than the record`);
      if (opened.lengthFrames !== segment.lengthFrames)
        refuse(
          `it gives the segment ${segment.name} ${grouped(segment.lengthFrames)} samples and the segment has ${grouped(opened.lengthFrames)}`,
        );
      if (!isVariable && opened.leads.length !== named.length)
        refuse(`the segment ${segment.name} has ${opened.leads.length} signals and ${first.name} has ${named.length}`);
      for (const path of opened.sourceFiles) sourceFiles.add(path);
      segments.push({ ...opened, fromSample });
    }
    fromSample += segment.lengthFrames * rate;
  }
  if (segments.length === 0) refuse('none of its segments holds a signal');
  const lengthSamples = fromSample;
  refuseTooLong(lengthSamples, place.headerFile);
  const leads = named.map((lead, l) => finest(lead, l, segments, isVariable));
  const otherUnit = segments
    .flatMap((segment) => leads.map((lead, l) => ({ lead, own: ownOf(lead, l, segment.leads, isVariable) })))
    .find(({ lead, own }) => own !== undefined && own.unit !== lead.unit);
  if (otherUnit)
    refuse(`a segment gives ${otherUnit.lead.name} in ${otherUnit.own!.unit} and the record in ${otherUnit.lead.unit}`);
  const converters = segments.map((segment) =>
    leads.map((lead, l) => conversionTo(lead, l, segment.leads, isVariable)),
  );
  const stray =
    isVariable &&
    segments.flatMap(({ leads: own }) => own).find(({ name }) => !leads.some((lead) => lead.name === name));
  if (stray) refuse(`a segment holds the lead ${stray.name}, which ${first.name}.hea does not list`);
  return {
    samplingHz: header.framesPerSecond * rate,
    lengthSamples,
    leads,
    sourceFiles: [...sourceFiles],
    blocks: (abort) => readSegments(segments, converters, lengthSamples, abort),
  };
}

/** A segment's lead that belongs to one of the record's: in a variable layout the one of its name. */
const ownOf = (lead: Lead, index: number, from: readonly Lead[], isVariable: boolean): Lead | undefined =>
  isVariable ? from.find(({ name }) => name === lead.name) : from[index];

/** The lead as the segment has it that tells the smallest steps apart. */
function finest(lead: Lead, index: number, segments: readonly OpenedSegment[], isVariable: boolean): Lead {
  const own = segments.flatMap((segment) => ownOf(lead, index, segment.leads, isVariable) ?? []);
  return own.reduce((best, one) => (Math.abs(one.gain) > Math.abs(best.gain) ? one : best), own[0] ?? lead);
}

/** Makes a lead of the record out of a block of a segment; undefined where the segment does not hold it. */
type Conversion = ((block: SignalBlock) => Int32Array) | undefined;

function conversionTo(lead: Lead, index: number, from: readonly Lead[], isVariable: boolean): Conversion {
  const own = ownOf(lead, index, from, isVariable);
  if (own === undefined) return undefined;
  const at = from.indexOf(own);
  const { gain, baseline } = own;
  if (gain === lead.gain && baseline === lead.baseline) return ({ leads }) => leads[at];
  const steps = lead.gain / gain;
  return ({ leads }) =>
    leads[at].map((sample) =>
      sample === gapSample ? gapSample : Math.round((sample - baseline) * steps + lead.baseline),
    );
}

async function* readSegments(
  segments: readonly OpenedSegment[],
  conversions: readonly (readonly Conversion[])[],
  lengthSamples: number,
  abort?: AbortSignal,
): AsyncGenerator<SignalBlock, void, undefined> {
  const leadCount = conversions[0].length;
  let at = 0;
  for (const [s, segment] of segments.entries()) {
    yield* gaps(at, segment.fromSample, leadCount, abort);
    for await (const block of segment.blocks(abort)) {
      const gap = () => new Int32Array(block.leads[0].length).fill(gapSample);
      yield {
        fromSample: segment.fromSample + block.fromSample,
        leads: conversions[s].map((convert) => convert?.(block) ?? gap()),
      };
    }
    at = segment.fromSample + segment.lengthSamples;
  }
  yield* gaps(at, lengthSamples, leadCount, abort);
}

function* gaps(fromSample: number, toSample: number, leadCount: number, abort?: AbortSignal): Generator<SignalBlock> {
  const samples = Math.ceil(gapBlockSamples / leadCount);
  for (let from = fromSample; from < toSample; from += samples) {
    abort?.throwIfAborted();
    const gap = new Int32Array(Math.min(samples, toSample - from)).fill(gapSample);
    yield { fromSample: from, leads: Array.from({ length: leadCount }, () => gap.slice()) };
  }
}
