import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BeatState, noLabel } from '../../../src-main/domain/beat.ts';
import { beatClasses, classOfSymbol, mostProbable } from '../../../src-main/domain/beat-class.ts';
import type { BeatId, RecordId } from '../../../src-main/domain/record.ts';
import { beatsOf } from '../../../src-main/store/beats.ts';
import { openWorkspace } from '../../../src-main/store/database.ts';
import { stepsOf } from '../../../src-main/store/edit-steps.ts';
import { predictionsOf } from '../../../src-main/store/predictions.ts';
import { recordsOf } from '../../../src-main/store/records.ts';
import type { WriteDb } from '../../../src-main/store/table-group.ts';
import { addRecord, migrationsFolder, readerOf, rowsOf, temporaryFolder, untouched } from './simulated.ts';

const madeAtMs = 1_700_000_000_000;

/** What the store should hold, kept in plain maps: the beats of each record and one linear history. */
class PlainHistory {
  readonly records = new Map<RecordId, { revision: number; beats: Map<BeatId, BeatState> }>();
  readonly done: PlainStep[] = [];
  readonly undone: PlainStep[] = [];

  do(step: PlainStep): void {
    this.undone.length = 0;
    this.done.push(step);
    this.#put(step, 1);
  }
  undo(): void {
    const step = this.done.pop();
    if (!step) return;
    this.undone.push(step);
    this.#put(step, 0);
  }
  redo(): void {
    const step = this.undone.pop();
    if (!step) return;
    this.done.push(step);
    this.#put(step, 1);
  }
  #put({ recordId, states }: PlainStep, side: 0 | 1): void {
    const record = this.records.get(recordId)!;
    for (const [beatId, pair] of states) record.beats.set(beatId, pair[side]);
    record.revision++;
  }
}
interface PlainStep {
  readonly recordId: RecordId;
  readonly states: readonly (readonly [BeatId, readonly [BeatState, BeatState]])[];
}

const symbols = ['N', 'V', 'A', 'e', 'F', '/'];
const change = fc.record({
  beat: fc.nat(),
  isAdded: fc.boolean(),
  sample: fc.nat(300),
  isMoved: fc.boolean(),
  symbol: fc.option(fc.constantFrom(...symbols)),
  isConfirmed: fc.boolean(),
  isArtifact: fc.boolean(),
  isForLater: fc.boolean(),
  isDeleted: fc.boolean(),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;
const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('apply' as const),
      record: fc.nat(2),
      changes: fc.array(change, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('undo' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('redo' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('predict' as const), record: fc.nat(2), seed: fc.nat(1000) }) },
);

test('any edits, undos and redos over several records equal a plain model, and the rebuilt beats equal both', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const workspace = openWorkspace(temporaryFolderNow(), { migrationsFolder });
      const { db } = workspace;
      try {
        const plain = new PlainHistory();
        const predicted = new Map<BeatId, number>();
        const recordIds = [[5, 50, 100], [7, 9], []].map((samples, i) => addRecord(db, `${i}`, samples));
        for (const recordId of recordIds) {
          const { beatId, atSample } = beatsOf(db).table(recordId);
          const beats = new Map(
            [...beatId].map((id, i) => [id as BeatId, { ...untouched, atSample: atSample[i] }] as const),
          );
          plain.records.set(recordId, { revision: 0, beats });
        }
        const by = { annotatorId: readerOf(db), madeAtMs };
        for (const one of acts) {
          if (one.kind === 'apply') applyBoth(db, plain, recordIds[one.record], one.changes);
          else if (one.kind === 'undo') {
            expect(stepsOf(db).undo(by).ok).toBe(plain.done.length > 0);
            plain.undo();
          } else if (one.kind === 'redo') {
            expect(stepsOf(db).redo(by).ok).toBe(plain.undone.length > 0);
            plain.redo();
          } else if (one.kind === 'predict') {
            const beatIds = Int32Array.from(plain.records.get(recordIds[one.record])!.beats.keys());
            const p = Float32Array.from({ length: beatIds.length * 5 }, (_, i) => ((i * 7919 + one.seed) % 97) / 97);
            predictionsOf(db).writeCurrent(recordIds[one.record], beatIds, p);
            beatIds.forEach((beatId, i) => predicted.set(beatId as BeatId, mostProbable(p, i * 5)));
          }
        }
        compare(db, plain, predicted);
        const before = rowsOf(db);
        for (const recordId of recordIds) beatsOf(db).rebuild(recordId);
        expect(rowsOf(db)).toEqual(before);
        spoil(db);
        for (const recordId of recordIds) beatsOf(db).rebuild(recordId);
        expect(rowsOf(db)).toEqual(before);
      } finally {
        workspace.close();
      }
    }),
    { numRuns: 60 },
  );
});

/** Applies the same step to store and model, where the model says that no two beats then share a sample. */
function applyBoth(db: WriteDb, plain: PlainHistory, recordId: RecordId, changes: readonly Change[]): void {
  const record = plain.records.get(recordId)!;
  const ids = [...record.beats.keys()];
  const named = new Set<BeatId>();
  const wanted: { beatId?: BeatId; before: BeatState; after: BeatState }[] = [];
  for (const one of changes) {
    const beatId = one.isAdded || ids.length === 0 ? undefined : ids[one.beat % ids.length];
    if (beatId !== undefined && named.has(beatId)) continue;
    if (beatId !== undefined) named.add(beatId);
    const present = beatId === undefined ? undefined : record.beats.get(beatId)!;
    const after: BeatState = {
      atSample: present && !one.isMoved ? present.atSample : one.sample,
      personSymbol: one.symbol,
      act: one.symbol === null ? null : one.isConfirmed ? 'confirmed' : 'changed',
      ...{ isArtifact: one.isArtifact, isForLater: one.isForLater, isDeleted: one.isDeleted },
    };
    wanted.push({ beatId, before: present ?? { ...untouched, atSample: after.atSample, isDeleted: true }, after });
  }
  const left = [...record.beats].filter(([beatId]) => !named.has(beatId)).map(([, state]) => state);
  const live = [...left, ...wanted.map(({ after }) => after)].filter(({ isDeleted }) => !isDeleted);
  const isTaken = new Set(live.map(({ atSample }) => atSample)).size < live.length;
  const step = stepsOf(db).apply({
    ...{ recordId, expectedRevision: record.revision, annotatorId: readerOf(db), madeAtMs, title: '', view: null },
    changes: wanted.map(({ beatId, after }) =>
      beatId === undefined ? { add: after } : { beatId, after, why: 'because' },
    ),
  });
  expect(step.ok).toBe(!isTaken);
  if (!step.ok) return;
  plain.do({
    recordId,
    states: wanted.map(({ before, after }, i) => [step.value.beatIds[i], [before, after]] as const),
  });
}

function compare(db: WriteDb, plain: PlainHistory, predicted: ReadonlyMap<BeatId, number>): void {
  const listed = new Map(
    recordsOf(db)
      .list()
      .map((record) => [record.recordId, record]),
  );
  for (const [recordId, { revision, beats }] of plain.records) {
    const live = [...beats].filter(([, state]) => !state.isDeleted).sort(([, a], [, b]) => a.atSample - b.atSample);
    const labels = live.map(([beatId, { personSymbol }]) =>
      personSymbol === null
        ? (predicted.get(beatId) ?? noLabel)
        : beatClasses.indexOf(classOfSymbol(personSymbol, 'ec57')!),
    );
    const table = beatsOf(db).table(recordId);
    expect({
      revision: table.revision,
      beatId: [...table.beatId],
      atSample: [...table.atSample],
      symbols: table.symbols,
      flags: [...table.flags],
      label: [...table.label],
    }).toEqual({
      revision,
      beatId: live.map(([beatId]) => beatId),
      atSample: live.map(([, { atSample }]) => atSample),
      symbols: live.map(([, { personSymbol }]) => personSymbol ?? ' ').join(''),
      flags: live.map(([, { isArtifact, isForLater }]) => Number(isArtifact) + 2 * Number(isForLater)),
      label: labels,
    });
    const valid = live.map(([, state], i) => ({ ...state, label: labels[i] })).filter(({ isArtifact }) => !isArtifact);
    const counts = beatsOf(db).countsByLabel(recordId);
    expect(counts).toMatchObject({
      beats: live.length,
      artifacts: live.length - valid.length,
      unlabelled: valid.filter(({ label }) => label === noLabel).length,
      confirmed: valid.filter(({ act: said }) => said === 'confirmed').length,
      changed: valid.filter(({ act: said }) => said === 'changed').length,
      forLater: valid.filter(({ isForLater }) => isForLater).length,
      notNWithoutPerson: valid.filter(({ act: said, label }) => said === null && label !== 0 && label !== noLabel)
        .length,
      byClass: Object.fromEntries(
        beatClasses.map((name, c) => [name, valid.filter(({ label }) => label === c).length]),
      ),
    });
    expect(listed.get(recordId)!.counts).toEqual(counts);
    for (const [beatId, { isDeleted }] of beats) expect(beatsOf(db).byId(beatId)).toMatchObject({ beatId, isDeleted });
  }
}

/** Breaks the projections in ways that a rebuild must mend. */
function spoil(db: WriteDb): void {
  db.exec(`UPDATE beats SET at_sample = 1, is_deleted = 0, person_symbol = 'Q', act = 'changed';
    UPDATE beat_tallies SET beats = 77;
    INSERT INTO beats (record_id, at_sample, is_artifact, is_for_later, is_deleted)
      SELECT record_id, 2, 0, 0, 0 FROM records;`);
}

const parent = temporaryFolder();
let made = 0;
/** A folder for one run of a property. */
const temporaryFolderNow = () => `${parent}/${made++}`;
