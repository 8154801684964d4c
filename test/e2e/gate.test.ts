import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RecordId } from '../../src-main/domain/record.ts';
import { openProgram, type Program } from '../../src-main/host/program/program.ts';
import { annotationSetsOf } from '../../src-main/store/annotation-sets.ts';
import { describeInHost, type OpenedHost, openHost } from '../support/hosts.ts';
import { temporaryFolder } from '../support/program.ts';
import { describeOnRecordings, sharedData } from '../support/shared-data.ts';
import { type Pages, pagesOf } from './pages/pages.ts';

/** Most beats of 232 are supraventricular, which the model reads as normal until it is told. */
const corrected = '232';
/** Another patient, and one whom the model in use learned from. */
const others = ['100', '119'];
const labelledBeats = 60;
/** Enough of them to learn what 60 labels say. */
const steps = '20';
const view = { fromSample: 0, mmPerS: 25, mmPerMv: 10, selected: [] };

/** A reader's earlier work: right labels of the first beats, then all of them called V, which is one step more. */
async function prepare(folder: string): Promise<void> {
  const program = await openProgram({ workspaceFolder: folder, host: 'browser' });
  try {
    const paths = [corrected, ...others].map((name) => join(sharedData, 'mitdb', name));
    await program.parts.board.ended((await program.api.records.import({ paths })).jobId);
    const { recordId } = (await program.api.records.list({})).find(({ name }) => name === corrected)!;
    const symbols = referenceSymbols(program, recordId);
    const { atSample } = await program.api.review.beats({ recordId });
    const places = [...atSample.keys()].slice(0, labelledBeats);
    for (const [symbol, ofSymbol] of Map.groupBy(places, (place) => symbols.get(atSample[place])!))
      await relabel(program, recordId, ofSymbol, symbol);
    await relabel(program, recordId, places, 'V');
  } finally {
    await program.close();
  }
}

function referenceSymbols({ parts }: Program, recordId: RecordId): Map<number, string> {
  const sets = annotationSetsOf(parts.workspace.db);
  const { setId } = sets.ofRecord(recordId).find(({ annotator }) => annotator.kind === 'reference')!;
  return new Map(sets.annotations(setId).map(({ atSample, symbol }) => [atSample, symbol]));
}

async function relabel({ api }: Program, recordId: RecordId, places: readonly number[], symbol: string) {
  const { beatId, revision } = await api.review.beats({ recordId });
  const beatIds = places.map((place) => beatId[place] as never);
  const done = await api.review.relabel({
    ...{ recordId, expectedRevision: revision, view, beatIds, symbol: symbol as never },
  });
  expect(done.ok).toBe(true);
}

describeInHost('the gate, end to end', describeOnRecordings, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let host: OpenedHost;
  let pages: Pages;
  let bundled: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    await prepare(folder.path);
    host = await openHost(folder.path);
    pages = pagesOf(host.page);
    await pages.shell.ready();
    await pages.shell.goTo('Retrain');
    await pages.retrain.steps().fill(steps);
  });
  afterAll(async () => {
    await host.close();
    await folder.remove();
  });

  it('refuses a model that was trained on wrong labels, and asks for a reason to accept it all the same', async () => {
    const { retrain, shell } = pages;
    bundled = await retrain.hashInUse();
    await retrain.fineTune();
    const later = await retrain.setOf('Later beats of these patients');
    expect(later.worse).toBeGreaterThan(later.better);
    await expect.poll(() => retrain.decision().getByText('missed:').count()).toBeGreaterThan(0);
    await retrain
      .decision()
      .getByRole('button', { name: /^Accept despite/ })
      .click();
    const asked = shell.dialog(/rule is missed/);
    expect(await asked.getByRole('button', { name: 'Accept' }).isEnabled()).toBe(false);
    await shell.press('Escape');
    await retrain.decision().getByRole('button', { name: 'Reject' }).click();
    await shell.told(/rejected\. It stays among the versions/);
    expect(await retrain.hashInUse()).toBe(bundled);
  });

  it('takes the wrong labels back, points out one that is wrong still, and shows it in Review', async () => {
    const { retrain, review, shell } = pages;
    await shell.press('Control+z');
    await shell.told(/^Undone: .* rejected/);
    await shell.press('Control+z');
    await shell.told(/^Undone: 60 beats to V/);
    await review.shown();
    await review.goToBeat(31);
    await review.label('v');
    await shell.goTo('Retrain');
    await retrain.doubtful(1).waitFor({ timeout: 60_000 });
    await retrain.doubtful(1).click();
    await expect.poll(() => review.beat()).toBe(31);
    await shell.press('Control+z');
    await shell.told(/^Undone/);
  });

  it('accepts a model that was trained on right labels, and shows what got better', async () => {
    const { retrain, review, shell } = pages;
    await shell.goTo('Retrain');
    await retrain.steps().fill(steps);
    await retrain.agreement().waitFor({ timeout: 60_000 });
    await retrain.fineTune();
    const later = await retrain.setOf('Later beats of these patients');
    expect(later.better).toBeGreaterThan(500);
    expect(later.worse).toBeLessThan(20);
    expect(await retrain.decision().getByText('missed:').count()).toBe(0);

    await retrain.reviewSet('Later beats of these patients', 'Better');
    await review.walk().waitFor();
    expect((await review.walk().innerText()).replaceAll('\u2009', '')).toContain(`1 of ${later.better}`);
    await shell.press('Escape');
    await retrain.train().waitFor();

    await retrain.show('Later beats of these patients');
    await retrain
      .matrix('Before')
      .getByRole('button', { name: /^reference S, called n: / })
      .click();
    await retrain
      .versions()
      .getByRole('button', { name: /^Review .*before/ })
      .click();
    await review.walk().getByText('Reference S, called n before, later beats of these patients').waitFor();
    await shell.press('Escape');

    await retrain.decision().getByRole('button', { name: 'Accept', exact: true }).click();
    await shell.told(/accepted\. Predictions are computed anew/);
    await expect.poll(() => retrain.hashInUse()).not.toBe(bundled);
  });

  it('goes back to the version before; both decisions stand in the tree', async () => {
    const { retrain } = pages;
    const tuned = await retrain.hashInUse();
    await retrain.useAgain(bundled);
    await expect.poll(() => retrain.hashInUse()).toBe(bundled);
    const words = (await retrain.version(tuned).innerText()).replaceAll('\n', ' ');
    expect(words).toMatch(/Learned from 232 .*Later beats: macro-F1 .*Accepted by .*Retired by /);
  });
});
