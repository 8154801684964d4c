import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserMissing, installedBrowser, openBrowser, type OpenedBrowser } from '../support/browser.ts';
import { type OpenedProgram, openedProgram, temporaryFolder } from '../support/program.ts';
import { describeOnRecordings, sharedData } from '../support/shared-data.ts';
import { readPdf } from '../unit/report/read-pdf.ts';
import { Workstation } from './pages/workstation.ts';

/** Without a browser these tests say what to install; with `CI=true` that is a failure. */
const describeInBrowser = (title: string, body: () => void) => {
  if (installedBrowser()) describeOnRecordings(title, body);
  else if (process.env.CI === 'true')
    describe(title, () => {
      it('needs a browser', () => expect.fail(browserMissing));
    });
  else describe.skip(`${title} (skipped: ${browserMissing})`, body);
};

describeInBrowser('the main job, end to end', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let program: OpenedProgram;
  let browser: OpenedBrowser;
  let workstation: Workstation;
  const faults: string[] = [];

  /** Asks the workspace file itself, as another program would. */
  const sql = <Row>(query: string, ...values: unknown[]): Row[] => {
    const db = new Database(join(folder.path, 'workspace.sqlite'), { readonly: true });
    try {
      return db.prepare(query).all(...values) as Row[];
    } finally {
      db.close();
    }
  };
  const personLabels = () =>
    sql<{ symbol: string }>(
      `SELECT person_symbol AS symbol FROM beats WHERE person_symbol IS NOT NULL ORDER BY beat_id`,
    ).map(({ symbol }) => symbol);
  const shownLabels = () =>
    sql<{ label: number }>(
      `SELECT p.label FROM current_predictions p JOIN records r USING (record_id) WHERE r.name = '208' ORDER BY beat_id`,
    ).map(({ label }) => label);
  const start = async () => {
    program = await openedProgram(folder.path, '--no-demo');
    browser = await openBrowser();
    browser.page.on('pageerror', (error) => faults.push(error.message));
    workstation = new Workstation(browser.page);
    await workstation.open(program.url);
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    await start();
  });
  afterAll(async () => {
    await browser.close();
    await program.close();
    await folder.remove();
  });

  it('imports 100, 119, 208 and 231 and classifies every beat', async () => {
    const files = ['100', '119', '208', '231'].flatMap((name) =>
      ['hea', 'dat', 'atr'].map((suffix) => join(sharedData, 'mitdb', `${name}.${suffix}`)),
    );
    await workstation.importFiles(files);
    for (const name of ['100', '119', '208', '231']) await workstation.labelled(name);
    expect(sql<{ beats: number }>('SELECT count(*) AS beats FROM current_predictions')[0].beats).toBe(8786);
  });

  it('opens 208 with its predictions, a heat band and whether it can be relied on', async () => {
    await workstation.review('208');
    await workstation.goToBeat(281);
    await workstation.inspector().getByText('when a random 20 % is removed').waitFor({ timeout: 60_000 });
    await workstation
      .inspector()
      .getByText(/[Ff]aithful for this beat/)
      .waitFor();
    await workstation.inspector().getByRole('list', { name: 'Probability' }).waitFor();
  });

  it('relabels, the rest is read again, and undo and redo take all of it along', async () => {
    const before = shownLabels();
    for (const [ordinal, key] of [
      [281, 'v'],
      [283, 'n'],
      [300, 'f'],
    ] as const) {
      await workstation.goToBeat(ordinal);
      await workstation.label(key);
    }
    await expect.poll(shownLabels, { timeout: 30_000 }).not.toEqual(before);
    const after = shownLabels();
    expect(personLabels()).toEqual(['V', 'N', 'F']);
    for (let step = 0; step < 3; step++) {
      await workstation.press('Control+z');
      await workstation.told(/Undone/);
    }
    await expect.poll(shownLabels, { timeout: 30_000 }).toEqual(before);
    await expect.poll(personLabels).toEqual([]);
    for (let step = 0; step < 3; step++) await workstation.press('Control+y');
    await expect.poll(personLabels, { timeout: 30_000 }).toEqual(['V', 'N', 'F']);
    await expect.poll(shownLabels, { timeout: 30_000 }).toEqual(after);
  });

  it('keeps a label that was given an instant before the program was killed', async () => {
    await workstation.goToBeat(400);
    await workstation.press('v');
    await expect.poll(personLabels, { timeout: 10_000, interval: 5 }).toHaveLength(4);
    program.process.kill('SIGKILL');
    await browser.close();
    await program.close();
    await start();
    expect(personLabels()).toEqual(['V', 'N', 'F', 'V']);
    expect(sql('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  it('fine-tunes, compares, accepts and rolls back; labels by people stay', async () => {
    const uses = () =>
      sql<{ hash: string }>(
        `SELECT hash FROM models WHERE model_id = (SELECT after_model_id FROM model_uses ORDER BY step_id DESC LIMIT 1)`,
      )[0].hash;
    const bundled = uses();
    const labels = personLabels();
    await workstation.review('208');
    await workstation.train();
    await workstation.page.getByText(/3.844 beats of 2 records/).waitFor();
    await workstation.accept();
    const tuned = uses();
    expect(tuned).not.toBe(bundled);
    const predictedBy = () =>
      sql<{ hash: string }>(
        `SELECT DISTINCT model_hash AS hash FROM prediction_runs p WHERE is_whole = 1
           AND run_id = (SELECT max(run_id) FROM prediction_runs q WHERE q.record_id = p.record_id AND is_whole = 1)`,
      ).map(({ hash }) => hash);
    await expect.poll(predictedBy, { timeout: 120_000 }).toEqual([tuned]);
    expect(personLabels()).toEqual(labels);

    await workstation.page
      .getByRole('button', { name: new RegExp(bundled.slice(0, 7)) })
      .first()
      .click();
    await workstation.button('Use again').click();
    await expect.poll(uses, { timeout: 20_000 }).toBe(bundled);
    await expect.poll(predictedBy, { timeout: 120_000 }).toEqual([bundled]);
    expect(personLabels()).toEqual(labels);
  });

  it('writes a PDF whose numbers are those of the workspace', async () => {
    await workstation.review('208');
    const pdf = await workstation.writePdf();
    const { texts } = (await readPdf(pdf)).pages[0];
    const titles = ['Normal and bundle branch block', 'Supraventricular ectopic', 'Ventricular ectopic', 'Fusion'];
    const counts = sql<{ label: string; beats: number }>(
      `SELECT coalesce(person_symbol, substr('NSVFQ', label + 1, 1)) AS label, count(*) AS beats
       FROM beats b JOIN current_predictions USING (beat_id) JOIN records r ON r.record_id = b.record_id
       WHERE r.name = '208' AND is_deleted = 0 AND is_artifact = 0 GROUP BY 1`,
    );
    for (const [index, title] of titles.entries()) {
      const head = texts.find(({ text }) => text === title)!;
      const first = texts
        .filter(({ xMm, yMm, text }) => Math.abs(yMm - head.yMm) < 0.1 && xMm > head.xMm && /\d/.test(text))
        .sort((a, b) => a.xMm - b.xMm)[0];
      const expected = counts.find(({ label }) => label === 'NSVF'[index])?.beats ?? 0;
      expect([title, Number(first.text.replace(/\s/g, ''))]).toEqual([title, expected]);
    }
    expect(faults).toEqual([]);
  });
});
