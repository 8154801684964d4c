import { featureNames, windowChannels, windowSamples, type RecordInputs } from '../../domain/record-inputs.ts';
import { findTemplates, type BeatTemplates } from '../templates/beat-templates.ts';
import { resembledShapes } from '../templates/clusters.ts';
import { cutWindow, prepareRecord, type PreparedRecord, type RecordSignals } from '../templates/prepared-record.ts';
import type { Columns } from './columns.ts';
import { familyFeatures, mixtureFeatures } from './family-features.ts';
import { rhythmFeatures } from './rhythm-features.ts';
import { waveFeatures } from './wave-features.ts';

/** -0.12 to +0.22 s around the R peak: where a gap leaves nothing to judge. */
const judgedBefore = 14;
const judgedAfter = 26;

/**
 * All that the record model is given of a recording: features of every beat beside the patient's own template, and
 * windows. No label is used, and a recording scaled or sampled otherwise gives the same values but for rounding.
 * One lead is enough: the features of the second are NaN then and its channels zeros.
 * @param beatSamples  R peaks at the recording's own rate, strictly rising.
 * @throws {RangeError} as `prepareRecord` does.
 */
export function recordInputs(record: RecordSignals, beatSamples: Int32Array): RecordInputs {
  const prepared = prepareRecord(record, beatSamples);
  const templates = findTemplates(prepared);
  const hasSecondLead = prepared.leads.length > 1;
  const ofAllLeads = { ...rhythmFeatures(templates), ...familyFeatures(templates) };
  const withFirst = (first: 0 | 1) =>
    rowsOfColumns({
      ...ofAllLeads,
      ...waveFeatures(templates, hasSecondLead, first),
      ...mixtureFeatures(templates, first),
    });
  const features = withFirst(0);
  return {
    beats: beatSamples.length,
    features,
    turned: hasSecondLead ? withFirst(1) : features,
    windows: networkWindows(prepared, templates),
    shifts: templates.shifts,
    shapeOf: templates.clusters.clusterOf,
    resembles: resembledShapes(templates.shapes, templates.clusters),
    gapShare: gapShares(prepared),
    leadNames: prepared.leads.map(({ name }) => name),
  };
}

/** Row-major (beat, feature). */
function rowsOfColumns(columns: Columns): Float32Array {
  const beats = columns.pre5.length;
  const rows = new Float32Array(beats * featureNames.length);
  for (const [f, name] of featureNames.entries())
    for (let beat = 0; beat < beats; beat++) rows[beat * featureNames.length + f] = columns[name][beat];
  return rows;
}

/** Both leads around the R peak as given, and both minus the template moved to the beat: (beat, sample, channel). */
function networkWindows(prepared: PreparedRecord, { shifts, templates, templateOf }: BeatTemplates): Float32Array {
  const beats = shifts.length;
  const windows = new Float32Array(beats * windowSamples * windowChannels);
  const asGiven = new Float32Array(windowSamples);
  for (let beat = 0; beat < beats; beat++)
    for (let lead = 0; lead < prepared.leads.length; lead++) {
      cutWindow(prepared.leads[lead].samples, prepared.beatSamples[beat], asGiven);
      for (let i = 0; i < windowSamples; i++) {
        const at = (beat * windowSamples + i) * windowChannels + lead;
        const inTemplate = Math.max(0, Math.min(windowSamples - 1, i - shifts[beat]));
        windows[at] = asGiven[i];
        windows[at + 2] = asGiven[i] - templates[(2 * templateOf[beat] + lead) * windowSamples + inTemplate];
      }
    }
  return windows;
}

function gapShares({ leads, beatSamples }: PreparedRecord): Float32Array {
  const judged = judgedBefore + judgedAfter + 1;
  return Float32Array.from(beatSamples, (beatSample) => {
    let gaps = 0;
    for (let i = beatSample - judgedBefore; i <= beatSample + judgedAfter; i++)
      if (leads.every(({ isGap }) => isGap[i] === 1)) gaps++;
    return gaps / judged;
  });
}
