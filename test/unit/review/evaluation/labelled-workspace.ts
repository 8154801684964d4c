import type { ReviewView } from '../../../../src-main/contract/review.ts';
import type { Annotation } from '../../../../src-main/domain/annotation.ts';
import type { BeatId, RecordId } from '../../../../src-main/domain/record.ts';
import { beatEditor, type EditFrame } from '../../../../src-main/review/edit-beats.ts';
import { annotationSetsOf } from '../../../../src-main/store/annotation-sets.ts';
import { beatsOf } from '../../../../src-main/store/beats.ts';
import type { Workspace } from '../../../../src-main/store/database.ts';
import { recordsOf } from '../../../../src-main/store/records.ts';
import { mark, newRecord, reference, setOf } from '../../store/simulated.ts';

const view: ReviewView = { fromSample: 0, mmPerS: 25, mmPerMv: 10, selected: [] };

/** Marks a second apart from 6:40 on, past the learning period of 5:00. */
export const marksOf = (symbols: string, shiftSamples = 0): Annotation[] =>
  [...symbols].flatMap((symbol, i) => (symbol === ' ' ? [] : [mark(144_000 + 360 * i + shiftSamples, symbol)]));

/** A record with a reference `atr` whose beats are its own. */
export function addReferenced({ db }: Workspace, name: string, symbols: string): RecordId {
  const added = recordsOf(db).add(newRecord(name), [setOf(reference, marksOf(symbols))]);
  if (!added.ok) throw new Error(added.refusal);
  return added.value;
}

/** Keeps marks of another reference annotator, such as a second cardiologist's file. */
export const addReader = ({ db }: Workspace, recordId: RecordId, name: string, symbols: string, shift = 0) =>
  annotationSetsOf(db).add(recordId, setOf({ kind: 'reference', name, version: '' }, marksOf(symbols, shift)));

/** Labels one beat as a person does. */
export function label(
  workspace: Workspace,
  recordId: RecordId,
  index: number,
  symbol: string,
  who = 'mr',
  why = '',
): BeatId {
  const { db } = workspace;
  const { beatId, revision } = beatsOf(db).table(recordId);
  const frame: EditFrame = {
    ...{ recordId, expectedRevision: revision, view, madeAtMs: 1_700_000_000_000, why },
    annotatorId: annotationSetsOf(db).annotatorId({ kind: 'person', name: who, version: '' }),
  };
  const edited = beatEditor(workspace).relabel(frame, [beatId[index] as BeatId], symbol);
  if (!edited.ok) throw new Error(edited.refusal);
  return beatId[index] as BeatId;
}
