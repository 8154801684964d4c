import { writeSync } from 'node:fs';
import type { BeatId, RecordId } from '../../../src-main/domain/record.ts';
import { seededRandom } from '../../../src-main/domain/random.ts';
import { annotationSetsOf } from '../../../src-main/store/annotation-sets.ts';
import { beatsOf } from '../../../src-main/store/beats.ts';
import { openWorkspace } from '../../../src-main/store/database.ts';
import { stepsOf } from '../../../src-main/store/edit-steps.ts';
import { recordsOf } from '../../../src-main/store/records.ts';

/*
 * Edits a workspace until it is killed, printing the number of each step of which the store says that it is kept.
 * Arguments: workspace folder, migrations folder, seed.
 */
const [folder, migrationsFolder, seed] = process.argv.slice(2);
const { db } = openWorkspace(folder, { migrationsFolder });
const random = seededRandom(Number(seed));
const recordIds = recordsOf(db)
  .list()
  .map(({ recordId }) => recordId);
const by = {
  annotatorId: annotationSetsOf(db).annotatorId({ kind: 'person', name: 'AB', version: '' }),
  madeAtMs: 1_700_000_000_000,
};

for (;;) {
  const draw = random.uniform();
  if (draw < 0.2) stepsOf(db).undo(by);
  else if (draw < 0.35) stepsOf(db).redo(by);
  else relabelSome(recordIds[random.integer(recordIds.length)]);
  writeSync(1, `${stepsOf(db).history(1)[0]?.stepId ?? 0}\n`);
}

function relabelSome(recordId: RecordId): void {
  const { revision, beatId, atSample } = beatsOf(db).table(recordId);
  const count = random.uniform() < 0.2 ? 800 : 1 + random.integer(20);
  const places = random.shuffle(Array.from(beatId, (_, i) => i)).slice(0, count);
  const changes = places.map((i) => ({
    beatId: beatId[i] as BeatId,
    after: {
      ...{ atSample: atSample[i], personSymbol: 'NVAF'[random.integer(4)], act: 'changed' as const },
      ...{ isArtifact: random.uniform() < 0.1, isForLater: false, isDeleted: random.uniform() < 0.05 },
    },
    why: 'random',
  }));
  const step = stepsOf(db).apply({ ...by, recordId, expectedRevision: revision, title: 'random', view: {}, changes });
  if (!step.ok) throw new Error(step.refusal);
}
