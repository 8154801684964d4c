/**
 * A whole day, 24 hours of three leads with 100,000 beats, from import to report and on the screen:
 * `npm run bench -- day [--workspace FOLDER] [--json]`. The day is simulated; nobody's heart is in it. First the work on
 * it through the whole program: how long each step takes, how long at most the main process answers nobody meanwhile,
 * and what memory the engine processes come to. Then the browser host in headless Chromium, which draws in software:
 * opening, jumping, frames while panning and zooming, lists, and labelling with a key. A workspace that is kept is
 * measured again without importing anew. With --json the last line is one JSON object.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { openProgram } from '../../src-main/host/program/program.ts';
import { openBrowser } from '../support/browser.ts';
import { dayRecord, type DayRecord } from '../support/day-record.ts';
import { machineWords, peakMemoryMb, quantile, thisMachine } from '../support/machine.ts';
import { openedProgram, temporaryFolder } from '../support/program.ts';
import { frames, type Frames, rounded, timed, traceDrawn, wheel } from '../support/screen-measures.ts';
import { memoryMb } from './day/memory.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    workspace: { type: 'string' },
    /** Leaves the work out and looks at the screen alone. */
    screen: { type: 'boolean', default: false },
  },
});
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

interface Step {
  readonly what: string;
  readonly s: number;
  /** The longest that the main process was busy without a pause. */
  readonly mainBusyMs: number;
  /** Most that one engine process has held so far. */
  readonly engineMb: number;
  readonly result: string;
}

/** Longest stretch in which no timer of this process came to its turn. */
function watchMain() {
  let lastMs = performance.now();
  let longestMs = 0;
  const look = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs - 1);
    lastMs = nowMs;
  };
  const timer = setInterval(look, 1);
  return {
    restart: () => {
      lastMs = performance.now();
      longestMs = 0;
    },
    longestMs: () => {
      look();
      return rounded(longestMs);
    },
    stop: () => clearInterval(timer),
  };
}

/** Import, detection, classification, queue, labels, undo and report, one after another. */
async function work(workspaceFolder: string, day: DayRecord): Promise<Step[]> {
  const program = await openProgram({ workspaceFolder, host: 'browser' });
  const { api, parts } = program;
  const main = watchMain();
  const steps: Step[] = [];
  const step = async <Value>(what: string, act: () => Promise<Value>, told: (value: Value) => string = () => '') => {
    main.restart();
    const fromMs = performance.now();
    const value = await act();
    const s = (performance.now() - fromMs) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const engineMb = Math.max(0, ...parts.engine.processIds().map((id) => peakMemoryMb(id) ?? 0));
    steps.push({ what, s: Math.round(s * 100) / 100, mainBusyMs: main.longestMs(), engineMb, result: told(value) });
    return value;
  };
  const ended = async (kind: string) => {
    const job = parts.board.list().find((one) => one.kind === kind)!;
    const view = await parts.board.ended(job.jobId);
    if (view.state !== 'done') throw new Error(`${kind} came to ${view.state}: ${view.sentence}`);
    return view.sentence;
  };
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const isListed = (kind: string) => parts.board.list().some((one) => one.kind === kind);
  try {
    if ((await api.records.list({})).length === 0) {
      await api.records.import({ paths: [day.stem] });
      await step('import', () => ended('import'), String);
      await until(() => isListed('detect'));
      await step('find beats', () => ended('detect'), String);
      await until(() => isListed('predict'));
      await step('classify', () => ended('predict'), String);
    } else {
      const [{ recordId }] = await api.records.list({});
      await api.records.predict({ recordId });
      await step('classify', () => ended('predict'), String);
    }
    const [{ recordId }] = await api.records.list({});
    const beats = await step(
      'read all beats',
      () => api.review.beats({ recordId }),
      ({ beatId }) => `${beatId.length} beats`,
    );
    const queue = () => api.review.queue({ recordId, limit: 200 });
    await step('queue, the first time', queue, ({ entries }) => `${entries.length} of ${beats.beatId.length}`);
    await step('queue, again', queue);
    const view = { fromSample: 0, mmPerS: 25, mmPerMv: 10, selected: [] };
    const first = [...beats.label.keys()].filter((i) => beats.label[i] === 2).slice(0, 3);
    let expectedRevision = beats.revision;
    for (const index of first) {
      const beatIds = [beats.beatId[index]] as never[];
      await step('label a beat: answered', async () => {
        const answer = await api.review.relabel({ recordId, expectedRevision, view, beatIds, symbol: 'V' });
        if (!answer.ok) throw new Error(answer.refusal);
        expectedRevision = answer.value.revision;
      });
      await step('label a beat: all beats read again', () => parts.classifier.settled());
    }
    for (let i = 0; i < first.length; i++) {
      await step('undo: answered', () => api.review.undo({}));
      await step('undo: all beats read again', () => parts.classifier.settled());
    }
    const sections = { trend: true, hourly: true, strips: true, definitions: true };
    await step('report, preview', () => api.reports.preview({ recordId, sections, map: 'ec57' }));
    await api.reports.write({ recordId, sections, map: 'ec57', path: join(workspaceFolder, 'report.pdf') });
    await step('report, PDF', () => ended('report'), String);
    const exportRequest = { recordIds: [recordId], format: 'wfdb' as const, folder: join(workspaceFolder, 'export') };
    await api.records.export({ ...exportRequest, labels: 'all' });
    await step('export, WFDB', () => ended('export'), String);
    await api.records.predict({ recordId });
    await step(
      'cancel a classification',
      async () => {
        const job = parts.board.list().find((one) => one.kind === 'predict' && one.state === 'running')!;
        parts.board.cancel(job.jobId);
        return (await parts.board.ended(job.jobId)).state;
      },
      String,
    );
    return steps;
  } finally {
    main.stop();
    await program.close();
  }
}

/** From an act on the keyboard or a control to the second frame after what it shows is there. */
async function shownMs(page: Page, act: () => Promise<unknown>, shown: string): Promise<number> {
  await page.evaluate(
    ([expression]) => {
      const holds = new Function(`return ${expression}`) as () => boolean;
      const state = window as unknown as { shownMs?: Promise<number> };
      state.shownMs = new Promise((resolve, reject) => {
        const begin = () => {
          const fromMs = performance.now();
          const look = () => {
            if (holds()) requestAnimationFrame(() => resolve(performance.now() - fromMs));
            else if (performance.now() - fromMs > 10_000) reject(new Error(`not within 10 s: ${expression}`));
            else requestAnimationFrame(look);
          };
          look();
        };
        for (const kind of ['keydown', 'pointerdown'])
          document.addEventListener(kind, begin, { capture: true, once: true });
      });
    },
    [shown] as const,
  );
  await act();
  return page.evaluate(() => (window as unknown as { shownMs: Promise<number> }).shownMs);
}

const inspectorSays = 'document.querySelector("aside.inspector")?.textContent';
const overviewAt = 'Number(document.querySelector("[role=slider]").getAttribute("aria-valuenow"))';

async function onScreen(workspaceFolder: string, size: { width: number; height: number }) {
  const program = await openedProgram(workspaceFolder, '--no-demo');
  const browser = await openBrowser(size);
  const { page } = browser;
  try {
    const still = await frames(page, 'empty page, the floor');
    await page.goto(program.url);
    const row = page.getByRole('row', { name: 'Choose simulated-day ' });
    await row.waitFor();
    const openMs: number[] = [];
    for (let run = 0; run < 5; run++) {
      openMs.push(
        await timed(async () => {
          await row.dblclick();
          await traceDrawn(page);
        }),
      );
      await page.waitForTimeout(1000);
      await page.getByRole('navigation').getByRole('button', { name: 'Library' }).click();
      await row.waitFor();
      await page.waitForTimeout(500);
    }
    await row.dblclick();
    await traceDrawn(page);
    await page.waitForTimeout(2000);
    const paper = page.getByRole('application', { name: 'ECG paper' });
    await paper.focus();

    const overview = (await page.getByRole('slider').boundingBox())!;
    const jumpMs: number[] = [];
    for (const share of [0.9, 0.2, 0.55, 0.37, 0.73, 0.11, 0.98]) {
      const before = Number(await page.getByRole('slider').getAttribute('aria-valuenow'));
      jumpMs.push(
        await shownMs(
          page,
          () => page.mouse.click(overview.x + 60 + share * (overview.width - 70), overview.y + overview.height / 2),
          `${overviewAt} !== ${before} && (${traceInSight})`,
        ),
      );
    }
    const drawn: Frames[] = [still];
    await paper.focus();
    const speed = async (presses: number, key: string) => {
      for (let press = 0; press < presses; press++) await page.keyboard.press(key);
      await page.waitForTimeout(500);
    };
    await page.keyboard.press('0');
    drawn.push(await frames(page, 'pan at 25 mm/s', () => wheel(page, 60)));
    await speed(30, '+');
    drawn.push(await frames(page, 'pan at samples', () => wheel(page, 60)));
    await page.keyboard.press('0');
    await speed(4, '-');
    drawn.push(await frames(page, 'pan at 4 steps out', () => wheel(page, 60)));
    await speed(4, '-');
    drawn.push(await frames(page, 'pan at 8 steps out', () => wheel(page, 60)));
    await speed(30, '-');
    drawn.push(await frames(page, 'pan at minutes per pixel', () => wheel(page, 60)));
    await page.keyboard.press('0');
    drawn.push(await frames(page, 'zoom, all steps to and fro', () => wheel(page, 60, 'Control')));
    await page.keyboard.press('0');
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    drawn.push(await frames(page, 'play'));
    await page.keyboard.press('Space');

    await page.getByRole('radio', { name: 'Beats' }).check({ force: true });
    const grid = page.getByRole('region', { name: 'Beats to review' }).getByRole('grid');
    await grid.waitFor();
    const box = (await grid.boundingBox())!;
    drawn.push(
      await frames(page, 'scroll the list of beats', async () => {
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        const endMs = performance.now() + 3500;
        while (performance.now() < endMs) await page.mouse.wheel(0, 900);
      }),
    );
    const rowCount = 'Number(document.querySelector("[role=grid][aria-rowcount]").getAttribute("aria-rowcount"))';
    const filterMs: number[] = [];
    for (let run = 0; run < 3; run++)
      for (const place of filters) {
        const before = Number(await grid.getAttribute('aria-rowcount'));
        const button = page.locator('.chip').nth(place);
        filterMs.push(await shownMs(page, () => button.click(), `${rowCount} !== ${before}`));
      }
    const sortMs: number[] = [];
    for (const name of ['Sort by probability', 'Sort by label', 'Sort by time', 'Sort by probability']) {
      const sort = page.getByRole('region', { name: 'Beats to review' }).getByRole('button', { name, exact: true });
      const firstRow = '(document.querySelector("[role=grid] [role=row]")?.textContent ?? "")';
      const before = await page.evaluate(firstRow);
      sortMs.push(await shownMs(page, () => sort.click(), `${firstRow} !== ${JSON.stringify(before)}`));
    }
    await page.getByRole('radio', { name: 'Queue' }).check({ force: true });

    await paper.focus();
    await page.keyboard.press('Home');
    await page.waitForTimeout(3000);
    const labelMs: number[] = [];
    const nextMs: number[] = [];
    for (const key of ['v', 'n', 'v', 'n', 'v', 'n', 'v', 'n']) {
      const before = await page.evaluate(inspectorSays);
      nextMs.push(
        await shownMs(page, () => page.keyboard.press('ArrowRight'), `${inspectorSays} !== ${JSON.stringify(before)}`),
      );
      await page.waitForTimeout(300);
      const label = key.toUpperCase();
      labelMs.push(
        await shownMs(
          page,
          () => page.keyboard.press(key),
          `/confirmed|changed/i.test(${labelInInspector}) && ${labelInInspector}.includes(${JSON.stringify(label)})`,
        ),
      );
      await page.waitForTimeout(700);
    }
    return {
      ...size,
      openMs: rounded(quantile(openMs, 0.5)),
      openWorstMs: rounded(Math.max(...openMs)),
      jumpMs: rounded(quantile(jumpMs, 0.5)),
      jumpWorstMs: rounded(Math.max(...jumpMs)),
      nextBeatMs: rounded(quantile(nextMs, 0.5)),
      labelMs: rounded(quantile(labelMs, 0.5)),
      labelWorstMs: rounded(Math.max(...labelMs)),
      filterMs: rounded(quantile(filterMs, 0.5)),
      filterWorstMs: rounded(Math.max(...filterMs)),
      sortMs: rounded(quantile(sortMs, 0.5)),
      sortWorstMs: rounded(Math.max(...sortMs)),
      frames: drawn,
    };
  } finally {
    await browser.close();
    await program.close();
  }
}

/** Whether the middle of the paper holds the trace: its ink, or most of it where a line lies between two pixels. */
const traceInSight = `(() => {
  const canvas = document.querySelector('[role=application] canvas');
  const probe = document.createElement('i');
  probe.style.color = 'var(--trace)';
  document.body.append(probe);
  const ink = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
  probe.remove();
  const { data } = canvas.getContext('2d').getImageData(canvas.width >> 1, 0, 8, canvas.height);
  for (let i = 0; i < data.length; i += 4)
    if (Math.abs(data[i] - ink[0]) + Math.abs(data[i + 1] - ink[1]) + Math.abs(data[i + 2] - ink[2]) < 200) return true;
  return false;
})()`;
const labelInInspector = '(document.querySelector("aside.inspector .label p")?.textContent ?? "")';
/** Places of the classes V and N among the filters; the second press of each takes it back. */
const filters = [2, 2, 0, 0];

const folder = flags.workspace ? undefined : await temporaryFolder();
try {
  const place = flags.workspace ?? folder!.path;
  await mkdir(place, { recursive: true });
  const day = await dayRecord(join(place, 'day'));
  const workspaceFolder = join(place, 'workspace');
  const steps = flags.screen ? [] : await work(workspaceFolder, day);
  const results = [];
  for (const size of sizes)
    results.push({
      ...(await onScreen(workspaceFolder, size)),
      rendererMb: await memoryMb(workspaceFolder, size),
    });
  console.log(`${machineWords(thisMachine)}; Chromium without a graphics processor`);
  console.log(day.origin);
  console.table(steps);
  for (const { width, height, frames: drawn, ...times } of results) {
    console.log(`\n${width}×${height}`);
    console.table(times);
    console.table(drawn);
  }
  if (flags.json) console.log(JSON.stringify({ machine: thisMachine, record: day.origin, steps, results }));
} finally {
  await folder?.remove();
}
