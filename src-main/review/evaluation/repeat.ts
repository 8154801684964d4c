import type { KeepRepeatRequest, RepeatRequest, RepeatView } from '../../contract/evaluation.ts';
import { beatClasses, classOfSymbol, reviewClassMap } from '../../domain/beat-class.ts';
import { seededRandom } from '../../domain/random.ts';
import type { RecordId } from '../../domain/record.ts';
import { annotationSetsOf } from '../../store/annotation-sets.ts';
import type { Workspace } from '../../store/database.ts';
import { type PersonLabel, stepsOf } from '../../store/edit-steps.ts';
import { recordsOf } from '../../store/records.ts';
import { atomically, type ReadDb } from '../../store/table-group.ts';
import { repeatVersion } from './annotators.ts';
import { kappaFigures } from './agreement.ts';

const labelsBy = (db: ReadDb, recordId: RecordId, reader: string): PersonLabel[] =>
  stepsOf(db)
    .labelsOfPeople(recordId)
    .filter(({ who }) => who === reader);

/**
 * Beats that the reader has labelled, to label once more. The classes take turns, for among a thousand normal beats
 * a few others would hardly be drawn; the order is shuffled, so that it tells nothing.
 */
export function repeatSample(db: ReadDb, reader: string, { recordIds, size, seed }: RepeatRequest) {
  const random = seededRandom(seed);
  const labelled = recordIds.flatMap((recordId) => labelsBy(db, recordId, reader).map((one) => ({ recordId, ...one })));
  const byClass = Map.groupBy(labelled, ({ symbol }) => classOfSymbol(symbol, reviewClassMap));
  const decks = beatClasses.map((beatClass) => random.shuffle([...(byClass.get(beatClass) ?? [])]));
  const drawn: typeof labelled = [];
  while (drawn.length < size && decks.some((deck) => deck.length > 0))
    for (const deck of decks) {
      const one = drawn.length < size ? deck.pop() : undefined;
      if (one) drawn.push(one);
    }
  return random.shuffle(drawn).map(({ recordId, beatId, atSample }) => ({ recordId, beatId, atSample }));
}

/**
 * Keeps what the reader said the second time, as a set of marks of their own with the first label beside each: the
 * labels of the record stay as they are.
 */
export function keepRepeat(
  { db }: Pick<Workspace, 'db'>,
  reader: string,
  madeAtMs: number,
  { seed, answers }: KeepRepeatRequest,
): RepeatView {
  return atomically(db, () => {
    for (const [recordId, ofRecord] of Map.groupBy(answers, (answer) => answer.recordId)) {
      const first = new Map(labelsBy(db, recordId, reader).map((label) => [label.beatId, label]));
      const annotations = ofRecord
        .flatMap(({ beatId, symbol }) => {
          const label = first.get(beatId);
          return label ? [{ ...label, symbol, first: label.symbol }] : [];
        })
        .sort((a, b) => a.atSample - b.atSample)
        .map(({ atSample, symbol, first: aux }) => ({ atSample, symbol, subtype: 0, channel: 0, num: 0, aux }));
      const annotator = { kind: 'person', name: reader, version: `repeat ${seed}` } as const;
      if (annotations.length > 0) annotationSetsOf(db).add(recordId, { annotator, madeAtMs, annotations });
    }
    const kept = repeatsOf(db).find((repeat) => repeat.reader === reader && repeat.madeAtMs === madeAtMs);
    if (!kept) throw new RangeError(`none of the ${answers.length} beats was labelled by ${reader} before`);
    return kept;
  });
}

/** Every blinded repeat, newest first. */
export function repeatsOf(db: ReadDb): RepeatView[] {
  const sets = annotationSetsOf(db);
  const repeats = recordsOf(db)
    .list()
    .flatMap(({ recordId }) => sets.ofRecord(recordId))
    .filter(({ annotator }) => repeatVersion.test(annotator.version));
  const byRepeat = Map.groupBy(repeats, ({ annotator, madeAtMs }) => JSON.stringify([annotator, madeAtMs]));
  const classIndex = (symbol: string) => beatClasses.indexOf(classOfSymbol(symbol, reviewClassMap)!);
  return [...byRepeat.values()]
    .map((ofRepeat) => {
      const rated = ofRepeat.map(({ setId }) =>
        sets.annotations(setId).map(({ symbol, aux }) => [classIndex(aux), classIndex(symbol)]),
      );
      const { annotator, madeAtMs } = ofRepeat[0];
      return {
        ...kappaFigures(rated, 2),
        ...{ reader: annotator.name, seed: Number(repeatVersion.exec(annotator.version)![1]), madeAtMs },
        changed: rated.flat().filter(([before, now]) => before !== now).length,
      };
    })
    .sort((a, b) => b.madeAtMs - a.madeAtMs);
}
