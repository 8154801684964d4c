import { createHash } from 'node:crypto';
import type { Annotation } from '../domain/annotation.ts';
import type { RecordId } from '../domain/record.ts';
import { atomically, tableGroup } from './table-group.ts';

export type AnnotatorId = number & { readonly __brand: 'AnnotatorId' };
export type AnnotationSetId = number & { readonly __brand: 'AnnotationSetId' };

/** The author of annotations: a person by initials, a reference by its file's suffix, a program by name and version. */
export interface Annotator {
  readonly kind: 'person' | 'reference' | 'program';
  readonly name: string;
  readonly version: string;
}

/** All marks that one annotator made of one record, as imported or detected; never changed. */
export interface AnnotationSet {
  readonly setId: AnnotationSetId;
  readonly recordId: RecordId;
  readonly annotatorId: AnnotatorId;
  readonly annotator: Annotator;
  readonly madeAtMs: number;
  readonly contentHash: string;
}

export interface NewAnnotationSet {
  readonly annotator: Annotator;
  readonly madeAtMs: number;
  readonly annotations: readonly Annotation[];
}

interface SetRow extends Omit<AnnotationSet, 'annotator'>, Annotator {}
const setColumns = `set_id AS setId, record_id AS recordId, annotator_id AS annotatorId, made_at_ms AS madeAtMs,
  content_hash AS contentHash, kind, name, version`;
const setOf = ({ kind, name, version, ...set }: SetRow): AnnotationSet => ({
  ...set,
  annotator: { kind, name, version },
});

export const annotationSetsOf = tableGroup(
  'annotationSets',
  (db) => {
    const ofRecord = db.prepare<{ recordId: RecordId }, SetRow>(
      `SELECT ${setColumns} FROM annotation_sets JOIN annotators USING (annotator_id)
       WHERE record_id = @recordId ORDER BY set_id`,
    );
    const byId = db.prepare<{ setId: AnnotationSetId }, SetRow>(
      `SELECT ${setColumns} FROM annotation_sets JOIN annotators USING (annotator_id) WHERE set_id = @setId`,
    );
    const annotations = db.prepare<{ setId: AnnotationSetId }, Annotation>(
      `SELECT at_sample AS atSample, symbol, subtype, channel, num, aux FROM set_annotations
       WHERE set_id = @setId ORDER BY ordinal`,
    );
    const annotators = db.prepare<[], Annotator & { annotatorId: AnnotatorId }>(
      'SELECT annotator_id AS annotatorId, kind, name, version FROM annotators ORDER BY annotator_id',
    );
    const unblindings = db.prepare<{ recordId: RecordId }, { annotatorId: AnnotatorId; who: string; atMs: number }>(
      `SELECT annotator_id AS annotatorId, name AS who, at_ms AS atMs FROM unblindings JOIN annotators USING (annotator_id)
       WHERE record_id = @recordId ORDER BY at_ms`,
    );
    return {
      /** Oldest first. */
      ofRecord: (recordId: RecordId): AnnotationSet[] => ofRecord.all({ recordId }).map(setOf),
      byId: (setId: AnnotationSetId): AnnotationSet | undefined => {
        const row = byId.get({ setId });
        return row && setOf(row);
      },
      /** All marks of a set, beats and others, in the order they came in. */
      annotations: (setId: AnnotationSetId): Annotation[] => annotations.all({ setId }),
      annotators: () => annotators.all(),
      /** Who has seen the record's reference labels, and when. */
      unblindings: (recordId: RecordId) => unblindings.all({ recordId }),
    };
  },
  (db) => {
    const addAnnotator = db.prepare<Annotator>(
      'INSERT INTO annotators (kind, name, version) VALUES (@kind, @name, @version) ON CONFLICT DO NOTHING',
    );
    const annotatorId = db
      .prepare<Annotator, AnnotatorId>(
        'SELECT annotator_id FROM annotators WHERE kind = @kind AND name = @name AND version = @version',
      )
      .pluck();
    const known = db
      .prepare<[RecordId, AnnotatorId, string], AnnotationSetId>(
        'SELECT set_id FROM annotation_sets WHERE record_id = ? AND annotator_id = ? AND content_hash = ?',
      )
      .pluck();
    const addSet = db.prepare(
      `INSERT INTO annotation_sets (record_id, annotator_id, made_at_ms, content_hash)
       VALUES (@recordId, @annotatorId, @madeAtMs, @contentHash)`,
    );
    const addAnnotation = db.prepare(
      `INSERT INTO set_annotations (set_id, ordinal, at_sample, symbol, subtype, channel, num, aux)
       VALUES (@setId, @ordinal, @atSample, @symbol, @subtype, @channel, @num, @aux)`,
    );
    const unblind = db.prepare(
      `INSERT INTO unblindings (record_id, annotator_id, at_ms) VALUES (@recordId, @annotatorId, @atMs)
       ON CONFLICT DO NOTHING`,
    );
    const idOf = (annotator: Annotator): AnnotatorId => {
      const { kind, name, version } = annotator;
      addAnnotator.run({ kind, name, version });
      return annotatorId.get({ kind, name, version })!;
    };
    return {
      /** The annotator's id; made on first use. */
      annotatorId: (annotator: Annotator): AnnotatorId => atomically(db, () => idOf(annotator)),
      /** Keeps a set; the same marks by the same annotator are kept once. */
      add: (recordId: RecordId, { annotator, madeAtMs, annotations }: NewAnnotationSet): AnnotationSetId =>
        atomically(db, () => {
          const author = idOf(annotator);
          const contentHash = contentHashOf(annotations);
          const present = known.get(recordId, author, contentHash);
          if (present !== undefined) return present;
          const setId = Number(addSet.run({ recordId, annotatorId: author, madeAtMs, contentHash }).lastInsertRowid);
          annotations.forEach((annotation, ordinal) => addAnnotation.run({ ...annotation, setId, ordinal }));
          return setId as AnnotationSetId;
        }),
      /** Records that a person has asked to see the reference labels. */
      unblind: (recordId: RecordId, annotatorId: AnnotatorId, atMs: number): void =>
        void unblind.run({ recordId, annotatorId, atMs }),
    };
  },
);

/** SHA-256 of the marks alone, whoever made them. */
function contentHashOf(annotations: readonly Annotation[]): string {
  const hash = createHash('sha256');
  for (const { atSample, symbol, subtype, channel, num, aux } of annotations)
    hash.update(JSON.stringify([atSample, symbol, subtype, channel, num, aux]) + '\n');
  return hash.digest('hex');
}
