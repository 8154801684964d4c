import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportOutcome } from '../../src-main/contract/records.ts';
import { explanationMethods } from '../../src-main/domain/explanation.ts';
import type { BeatId, RecordId } from '../../src-main/domain/record.ts';
import { openProgram, type Program } from '../../src-main/host/program/program.ts';
import { explanationHeading } from '../../src-main/training/explanation-section.ts';
import { temporaryFolder } from '../support/program.ts';
import { describeOnRecordings, sharedData } from '../support/shared-data.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let program: Program;
let recordId: RecordId;
let ventricular: BeatId[];
let modelHash: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  program = await openProgram({ workspaceFolder: folder.path, host: 'browser' });
  const { board } = program.parts;
  const { result } = await board.ended((await program.api.records.demo({})).jobId);
  recordId = (result as ImportOutcome[])[0].recordId!;
  for (const { jobId, state } of board.list()) if (state === 'running') await board.ended(jobId);
  const { beatId, label } = await program.api.review.beats({ recordId });
  ventricular = [...beatId].filter((_, i) => label[i] === 2).slice(0, 8) as BeatId[];
  modelHash = (await program.api.training.models({})).find(({ isInUse }) => isInUse)!.hash;
}, 120_000);
afterAll(async () => {
  await program.close();
  await folder.remove();
});

describe('why a beat is called what it is called', () => {
  it.each(explanationMethods)(
    'is told by %s: bars over the window, and what removing the first fifth does',
    async (method) => {
      const reasons = await program.api.review.explain({ recordId, beatIds: ventricular, method });
      expect(reasons.map(({ beatId }) => beatId)).toEqual(ventricular);
      for (const reason of reasons) {
        expect([reason.method, reason.label, reason.modelHash]).toEqual([method, 'V', modelHash]);
        expect(reason.secondLook).toBe(null); // a ventricular beat that stayed one
        expect([reason.relevance.length, Math.max(...reason.relevance)]).toEqual([132, 1]);
        expect(reason.byShape).toBeGreaterThan(0.5);
      }
      // three networks of one layer with four heads each
      expect(reasons[0].attention.length).toBe(method === 'attention' ? 12 : 0);
    },
  );

  it('is the same when asked again, in any order', async () => {
    const ask = (beatIds: BeatId[]) => program.api.review.explain({ recordId, beatIds, method: 'occlusion' });
    expect(await ask(ventricular.toReversed())).toEqual((await ask(ventricular)).toReversed());
  });
});

describe('a view that asks for other beats', () => {
  const method = 'integrated-gradients';
  const ask = async (beatIds: readonly BeatId[], view: string) =>
    (await program.api.review.explain({ recordId, method, view, beatIds: [...beatIds] })).map(({ beatId }) => beatId);
  let others: BeatId[];
  beforeAll(async () => {
    const { beatId, label } = await program.api.review.beats({ recordId });
    others = [...beatId].filter((_, i) => label[i] === 0).slice(0, 24) as BeatId[];
  });

  it('is answered for those alone', async () => {
    const [left, wanted] = [others.slice(0, 12), others.slice(12)];
    expect(await Promise.all([ask(left, 'one'), ask(wanted, 'one')])).toEqual([[], wanted]);
  });

  it('gives up what it asked for by asking for nothing', async () => {
    expect(await Promise.all([ask(others, 'one'), ask([], 'one')])).toEqual([[], []]);
  });

  it('takes nothing from another view', async () => {
    const [mine, theirs] = [others.slice(0, 2), others.slice(2, 4)];
    expect(await Promise.all([ask(mine, 'one'), ask(theirs, 'two')])).toEqual([mine, theirs]);
  });
});

describe('the check of the methods', () => {
  it('comes with the bundled model', async () => {
    expect((await program.api.review.explanationFigures({ modelHash }))!.source).toContain('DS1');
  });

  it('is made on beats of the workspace, kept with the model and told on its card', async () => {
    const started = await program.api.review.checkExplanations({ modelHash });
    if (!started.ok) expect.fail(started.refusal);
    const { jobId } = started.value;
    const again = await program.api.review.checkExplanations({ modelHash });
    expect(again).toEqual(started);
    expect(await program.parts.board.ended(jobId)).toMatchObject({ kind: 'check', state: 'done' });

    const figures = await program.api.review.explanationFigures({ modelHash });
    expect(figures!.source).toContain('in this workspace');
    expect(figures!.methods.occlusion.deletion).toBeGreaterThan(figures!.random.deletion);
    const card = (await program.api.training.models({})).find(({ hash }) => hash === modelHash)!.card;
    expect(card).toContain(explanationHeading);
  }, 120_000);

  it('is refused for a model that is not there, which has no figures', async () => {
    const unknown = { modelHash: 'none' };
    expect(await program.api.review.checkExplanations(unknown)).toEqual({ ok: false, refusal: 'no-such-model' });
    expect(await program.api.review.explanationFigures(unknown)).toBeNull();
  });
});

describeOnRecordings('a fine-tuned model', () => {
  it('is checked by itself as soon as it is made', async () => {
    const { api, parts } = program;
    const paths = ['208', '119'].map((name) => join(sharedData, 'mitdb', `${name}.hea`));
    await parts.board.ended((await api.records.import({ paths })).jobId);
    const learned = (await api.records.list({})).find(({ name }) => name === '208')!;
    const request = { recordIds: [learned.recordId], teacher: 'person-else-reference' as const, seed: 1, steps: 2 };
    const started = await api.training.fineTune(request);
    if (!started.ok) expect.fail(started.refusal);
    await parts.board.ended(started.value.jobId);
    const candidate = (await api.training.run({ runId: started.value.runId })).modelHash!;
    const check = parts.board.list().find(({ kind, state }) => kind === 'check' && state === 'running')!;
    expect(await parts.board.ended(check.jobId)).toMatchObject({ state: 'done' });
    const figures = await api.review.explanationFigures({ modelHash: candidate });
    expect(figures!.source).toContain('208');
    expect(figures!.methods['integrated-gradients'].deletion).toBeGreaterThan(figures!.random.deletion);
  }, 300_000);
});
