import { isBeatSymbol } from '../domain/annotation.ts';
import { beatClasses, classOfSymbol, reviewClassMap } from '../domain/beat-class.ts';
import { type BeatTable, beatFlags, noLabel } from '../domain/beat.ts';
import type { RecordId } from '../domain/record.ts';
import { annotationSetsOf } from '../store/annotation-sets.ts';
import type { ReadDb } from '../store/table-group.ts';

/** A reference mark and a beat this close are the same beat (EC57's match window). */
const matchWindowS = 0.15;

/**
 * The class that an imported reference gives each beat, 255 where it has none or the beat is an artifact.
 * Beats and reference marks are paired by time, each once, the nearest first come.
 * @returns undefined for a record without reference beats.
 */
export function referenceLabels(
  db: ReadDb,
  recordId: RecordId,
  table: BeatTable,
  samplingHz: number,
): Uint8Array | undefined {
  const sets = annotationSetsOf(db);
  const set = sets.ofRecord(recordId).find(({ annotator }) => annotator.kind === 'reference');
  if (!set) return undefined;
  const marks = sets.annotations(set.setId).filter(({ symbol }) => isBeatSymbol(symbol));
  if (marks.length === 0) return undefined;
  const labels = new Uint8Array(table.beatId.length).fill(noLabel);
  const windowSamples = matchWindowS * samplingHz;
  let mark = 0;
  table.atSample.forEach((atSample, i) => {
    while (mark < marks.length && marks[mark].atSample < atSample - windowSamples) mark++;
    // The next mark may be nearer still.
    const isNextNearer =
      mark + 1 < marks.length &&
      Math.abs(marks[mark + 1].atSample - atSample) < Math.abs(marks[mark].atSample - atSample);
    if (isNextNearer) mark++;
    if (mark >= marks.length || Math.abs(marks[mark].atSample - atSample) > windowSamples) return;
    const label = classOfSymbol(marks[mark].symbol, reviewClassMap);
    if (label && !(table.flags[i] & beatFlags.artifact)) labels[i] = beatClasses.indexOf(label);
    mark++;
  });
  return labels;
}

/** The class that a person gave each beat and did not set aside, 255 where there is none. */
export function personLabels(table: BeatTable): Uint8Array {
  const labels = new Uint8Array(table.beatId.length).fill(noLabel);
  for (let i = 0; i < labels.length; i++) {
    const label = classOfSymbol(table.symbols[i], reviewClassMap);
    if (label && table.flags[i] === 0) labels[i] = beatClasses.indexOf(label);
  }
  return labels;
}
