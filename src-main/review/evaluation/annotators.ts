import type { AnnotatorKind, AnnotatorView } from '../../contract/evaluation.ts';
import { type Annotation, isBeatSymbol } from '../../domain/annotation.ts';
import { beatClasses, mostProbable, reviewClassMap, symbolOfClass } from '../../domain/beat-class.ts';
import { beatFlags, noLabel } from '../../domain/beat.ts';
import type { RecordId } from '../../domain/record.ts';
import { type Annotator, annotationSetsOf } from '../../store/annotation-sets.ts';
import { beatsOf } from '../../store/beats.ts';
import { stepsOf } from '../../store/edit-steps.ts';
import { modelsOf } from '../../store/models.ts';
import { predictionsOf } from '../../store/predictions.ts';
import { recordsOf } from '../../store/records.ts';
import type { ReadDb } from '../../store/table-group.ts';

/** The version under which a person's blinded repeat is kept: it is no second opinion beside their first. */
export const repeatVersion = /^repeat (\d+)$/;

const keyOf = ({ kind, name, version }: Annotator): string => `${kind}:${`${name} ${version}`.trim()}`;
const kindOf = (key: string): AnnotatorKind => key.split(':')[0] as AnnotatorKind;
const mark = (atSample: number, symbol: string): Annotation => ({
  ...{ atSample, symbol, subtype: 0, channel: 0, num: 0, aux: '' },
});
const isOpinion = ({ version }: Annotator) => !repeatVersion.test(version);

/**
 * All marks of one annotator in one record, by rising time: a reference's as they came, a person's own labels, a
 * program's marks, the model's own opinion before any label of a person moved it, or what Review shows.
 * @returns undefined where the annotator has none there.
 */
export function marksBy(db: ReadDb, recordId: RecordId, key: string): readonly Annotation[] | undefined {
  const marks = marksOfKind(db, recordId, key);
  return marks.length > 0 ? marks : undefined;
}

function marksOfKind(db: ReadDb, recordId: RecordId, key: string): readonly Annotation[] {
  const kind = kindOf(key);
  if (kind === 'model') return modelMarks(db, recordId);
  if (kind === 'shown') return shownMarks(db, recordId);
  const sets = annotationSetsOf(db);
  // Of several sets by one annotator the newest is what they say now.
  const set = sets.ofRecord(recordId).findLast(({ annotator }) => isOpinion(annotator) && keyOf(annotator) === key);
  if (set) return sets.annotations(set.setId);
  if (kind !== 'person') return [];
  return stepsOf(db)
    .labelsOfPeople(recordId)
    .filter(({ who }) => `person:${who}` === key)
    .map(({ atSample, symbol }) => mark(atSample, symbol));
}

function modelMarks(db: ReadDb, recordId: RecordId): Annotation[] {
  const run = predictionsOf(db).latestRun(recordId);
  if (!run) return [];
  const { beatIds, probabilities } = predictionsOf(db).ofRun(run.runId);
  const rowOf = new Map(Array.from(beatIds, (beatId, row) => [beatId, row]));
  const table = beatsOf(db).table(recordId, reviewClassMap);
  return Array.from(table.beatId).flatMap((beatId, i) => {
    const row = rowOf.get(beatId);
    if (row === undefined || table.flags[i] & beatFlags.artifact) return [];
    const label = beatClasses[mostProbable(probabilities, row * beatClasses.length)];
    return [mark(table.atSample[i], symbolOfClass[label])];
  });
}

function shownMarks(db: ReadDb, recordId: RecordId): Annotation[] {
  const table = beatsOf(db).table(recordId, reviewClassMap);
  return Array.from(table.atSample).flatMap((atSample, i) => {
    if (table.label[i] === noLabel || table.flags[i] & beatFlags.artifact) return [];
    return [mark(atSample, table.symbols[i] === ' ' ? symbolOfClass[beatClasses[table.label[i]]] : table.symbols[i])];
  });
}

/** Everyone whose labels can be compared: references first, then people, what Review shows, the model, detectors. */
export function annotatorsOf(db: ReadDb): AnnotatorView[] {
  const found = new Map<string, { kind: AnnotatorKind; name: string; records: Map<RecordId, number> }>();
  const note = (key: string, name: string, recordId: RecordId, labels: number) => {
    if (labels === 0) return;
    const one = found.get(key) ?? { kind: kindOf(key), name, records: new Map<RecordId, number>() };
    one.records.set(recordId, labels);
    found.set(key, { ...one, name });
  };
  for (const { recordId, counts, modelHash } of recordsOf(db).list(reviewClassMap)) {
    const sets = annotationSetsOf(db);
    for (const { annotator, setId } of sets.ofRecord(recordId)) {
      if (!isOpinion(annotator)) continue;
      const beats = sets.annotations(setId).filter(({ symbol }) => isBeatSymbol(symbol)).length;
      note(keyOf(annotator), `${annotator.name} ${annotator.version}`.trim(), recordId, beats);
    }
    const byPerson = Map.groupBy(stepsOf(db).labelsOfPeople(recordId), ({ who }) => who);
    for (const [who, labels] of byPerson) note(`person:${who}`, who, recordId, labels.length);
    note('shown', '', recordId, counts.beats - counts.unlabelled - counts.artifacts);
    if (modelHash !== null) {
      const model = modelsOf(db).byHash(modelHash);
      note('model', model ? `${model.name} ${model.version}` : modelHash.slice(0, 7), recordId, counts.beats);
    }
  }
  const order: readonly AnnotatorKind[] = ['reference', 'person', 'shown', 'model', 'program'];
  return [...found]
    .map(([key, { kind, name, records }]) => ({
      ...{ key, kind, name },
      records: [...records].map(([recordId, labels]) => ({ recordId, labels })),
    }))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name));
}
