import { beforeEach, describe, expect, it } from 'vitest';
import { noLabel } from '../../../src-main/domain/beat.ts';
import type { RecordId } from '../../../src-main/domain/record.ts';
import { beatsOf } from '../../../src-main/store/beats.ts';
import type { Workspace } from '../../../src-main/store/database.ts';
import { stepsOf } from '../../../src-main/store/edit-steps.ts';
import { modelsOf } from '../../../src-main/store/models.ts';
import { recordsOf } from '../../../src-main/store/records.ts';
import { planTraining } from '../../../src-main/training/plan.ts';
import { mark, newRecord, readerOf, reference, setOf, temporaryWorkspace, untouched } from '../store/simulated.ts';

const beats = 40;
let workspace: Workspace;

/** A record with a reference; a beat every twelve seconds. */
function add(name: string, patient: string, symbol = 'N'): RecordId {
  const { db } = workspace;
  const marks = Array.from({ length: beats }, (_, i) => mark(1000 + i * 12 * 360, i % 4 === 0 ? 'V' : symbol));
  const added = recordsOf(db).add({ ...newRecord(name), patient, isSimulated: false }, [setOf(reference, marks)]);
  if (!added.ok) throw new Error(added.refusal);
  return added.value;
}

/** A person labels the first beats of a record. */
function label(recordId: RecordId, places: readonly number[], symbol: string): void {
  const { db } = workspace;
  const { beatId, atSample, revision } = beatsOf(db).table(recordId);
  stepsOf(db).apply({
    ...{ recordId, expectedRevision: revision, annotatorId: readerOf(db), madeAtMs: 1, title: 'labels', view: null },
    changes: places.map((i) => ({
      ...{ beatId: beatId[i] as never, why: '' },
      after: { ...untouched, atSample: atSample[i], personSymbol: symbol, act: 'changed' as const },
    })),
  });
}

const namesOf = (planned: readonly { record: { header: { name: string } } }[]) =>
  planned.map(({ record }) => record.header.name);
const failed = (plan: ReturnType<typeof planTraining>) =>
  plan.guards.filter(({ isPassed, isBlocking }) => isBlocking && !isPassed).map(({ remedy }) => remedy);

beforeEach(() => {
  workspace = temporaryWorkspace();
  const { db } = workspace;
  const trainedOn = [{ record: '101', patient: '101', signalHash: 'hash of 101' }];
  modelsOf(db).add({
    ...{ hash: 'parent', parentHash: null, family: 'record', name: 'Parent', version: '1.0.0', state: 'accepted' },
    ...{ createdAtMs: 1, card: { markdown: '', classes: [], trainedOn }, weights: Uint8Array.of(1) },
  });
  stepsOf(db).useModel({
    ...{ annotatorId: readerOf(db), madeAtMs: 1, title: 'use', view: null },
    ...{ use: { family: 'record', hash: 'parent' }, reason: '' },
  });
});

describe('the plan of a training', () => {
  it('measures later beats of the same patients, other patients, and a part of what the parent learned from', () => {
    const own = add('201', '201 and 202');
    add('202', '201 and 202');
    add('203', '203');
    add('101', '101');
    label(own, [1, 2, 3], 'S');
    const plan = planTraining(workspace.db, { recordIds: [own] });
    expect(namesOf(plan.corrections)).toEqual(['201']);
    expect(namesOf(plan.evaluation.later)).toEqual(['201', '202']);
    expect(namesOf(plan.evaluation.others)).toEqual(['203']);
    expect(namesOf(plan.evaluation.reference)).toEqual(['101']);
    expect(failed(plan)).toEqual([]);
    // Only beats after the last correction are later ones.
    const [{ labels }] = plan.evaluation.later;
    expect([...labels.keys()].filter((i) => labels[i] !== noLabel)[0]).toBe(4);
    // What is measured of the known recording is not repeated.
    const known = plan.replay.find(({ record }) => record.header.name === '101')!;
    const [held] = plan.evaluation.reference;
    expect([...held.labels.keys()].some((i) => held.labels[i] !== noLabel)).toBe(true);
    for (const [i, heldLabel] of held.labels.entries()) if (heldLabel !== noLabel) expect(known.labels[i]).toBe(4);
  });

  it('holds back the last quarter by time where labels reach to the end', () => {
    const own = add('300', '300');
    label(own, [...Array(beats).keys()], 'N');
    const { corrections, evaluation } = planTraining(workspace.db, { recordIds: [own] });
    const places = (labels: Uint8Array) => [...labels.keys()].filter((i) => labels[i] !== noLabel);
    expect([places(corrections[0].labels).length, places(evaluation.later[0].labels)[0]]).toEqual([30, 30]);
    // The reference has the last word on what is measured.
    expect(evaluation.later[0].labels[32]).toBe(2);
  });

  it('refuses a patient on both sides and says which recordings are of one', () => {
    const [own, other] = [add('201', '201 and 202'), add('202', '201 and 202')];
    label(own, [1, 2], 'S');
    const plan = planTraining(workspace.db, { recordIds: [own], measureOn: [other] });
    expect(failed(plan)).toEqual([
      '201 would be learned from and 202 measured on: they are of one patient. Choose other records.',
    ]);
  });

  it('refuses beats on both sides and says how many of which recording', () => {
    const own = add('300', '300');
    label(own, [1, 2, 3], 'S');
    const plan = planTraining(workspace.db, { recordIds: [own], measureOn: [own] });
    expect(failed(plan)).toEqual(['3 beats of 300 would be learned from and measured on. Choose other records.']);
  });

  it('refuses to measure on whom the model in use learned from', () => {
    const [own, known] = [add('300', '300'), add('101', '101')];
    label(own, [1, 2, 3], 'S');
    const plan = planTraining(workspace.db, { recordIds: [own], measureOn: [known] });
    expect(failed(plan)).toEqual(['101 taught the model in use. Choose a recording of another patient.']);
  });
});
