import { describe, expect, test } from 'vitest';
import type { Drawing, TextLine } from '../../../src-main/domain/drawing.ts';
import { buildReport } from '../../../src-main/report/build-report.ts';
import type { EpisodeId } from '../../../src-main/domain/signal-episode.ts';
import { textBox } from '../../../src-main/report/drawing/text-measure.ts';
import type { ReportInput } from '../../../src-main/report/report-input.ts';
import { beatTable, simulatedInput, simulatedSignal, steadyBeats } from './report-inputs.ts';

const textsOf = (page: Drawing) =>
  page.primitives.filter((primitive): primitive is TextLine => primitive.kind === 'text');
const wordsOf = (page: Drawing) => textsOf(page).map((line) => line.text.replaceAll('\u2009', ' '));
const twelve = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const mixed = steadyBeats(70, 200, {
  ...{ 3: { label: 'V' }, 4: { label: 'V', origin: 'confirmed' }, 5: { label: 'V' }, 12: { label: 'S' } },
  ...{ 20: { label: 'F', origin: 'changed' }, 30: { label: 'Q' }, 31: { isArtifact: true }, 32: { isForLater: true } },
});

function withLongNames(): ReportInput {
  const input = simulatedInput({ beats: mixed, leadNames: ['An extraordinarily long lead name', ...twelve, 'X', 'Y'] });
  const name = 'a-very-long-record-name-of-somebody-who-likes-long-names-2024-05-17T10-22-33';
  const leads = input.record.leads.map((lead, i) => ({ ...lead, stepsPerMv: i === 3 ? null : 200 + i }));
  return {
    ...input,
    patient: { pseudonym: 'Šťěpánka-Žluťoučká-Αθήνα-Москва-0123456789' },
    record: { ...input.record, name, leads, sourceFile: `${name}.edf`, startDate: '2024-05-17', startOfDayS: 36_153 },
  };
}

/** Two beats nearer than a mark is wide, a gap, and a signal that leaves the standard lane. */
function crowded(): ReportInput {
  const beats = [...mixed, { atSample: 14_900, label: 'V' as const }, { atSample: 14_920, label: 'V' as const }];
  const input = simulatedInput({ beats });
  const calm = simulatedSignal(beatTable(beats), 250);
  return {
    ...input,
    record: { ...input.record, gaps: [{ fromSample: 2500, toSample: 2700 }] },
    readSamples: (lead, from, to) =>
      calm(lead, from, to).map((mv, i) => (from + i >= 2500 && from + i < 2700 ? NaN : mv * (lead === 1 ? 14 : 1) + 3)),
  };
}

/** Noise that a reader confirmed in both leads over the beats 10 to 19, and in one lead over 40 to 49. */
function noisy(leads: readonly number[] = [0, 1]): ReportInput {
  const input = simulatedInput({ beats: mixed });
  const over = (from: number, to: number) => ({
    fromSample: mixed[from].atSample - 50,
    toSample: mixed[to].atSample + 50,
    ...{ kind: 'noise' as const, state: 'confirmed' as const, episodeId: from as EpisodeId },
  });
  const beat = { rrMs: 800, prMs: 160, qrsMs: 90, qtMs: 380, qtcMs: 410 };
  return {
    ...input,
    record: {
      ...input.record,
      episodes: [
        { ...over(10, 19), leads },
        { ...over(40, 49), leads: [0] },
      ],
    },
    intervals: { leadName: 'MLII', candidates: 500, beats: Array.from({ length: 100 }, () => beat) },
  };
}

const inputs: Readonly<Record<string, () => ReportInput>> = {
  'two leads': () => simulatedInput({ beats: mixed }),
  'one lead': () => simulatedInput({ beats: mixed, leadNames: ['II'] }),
  'twelve leads': () => simulatedInput({ beats: mixed, leadNames: twelve }),
  'long names': withLongNames,
  crowded,
  noisy: () => noisy(),
  'no model': () => simulatedInput({ beats: mixed.map(({ atSample }) => ({ atSample })) }, { model: null }),
  'one beat': () => simulatedInput({ beats: [{ atSample: 4000, label: 'V' }] }),
  'no beat': () => simulatedInput({ beats: [] }),
  'no sample': () => simulatedInput({ beats: [], lengthS: 0 }, { detector: null, model: null }),
  'a week': () => simulatedInput({ beats: steadyBeats(2000, 75_000, { 9: { label: 'V' } }), lengthS: 604_800 }),
  'a day': () => simulatedInput({ beats: steadyBeats(2000, 10_000, { 9: { label: 'V' } }), lengthS: 86_400 }),
};

describe.each(Object.entries(inputs))('%s', (_, makeInput) => {
  const { pages } = buildReport(makeInput());

  test('no text overlaps another or leaves the page', () => {
    for (const page of pages) {
      const boxes = textsOf(page).map((line) => ({ ...textBox(line), words: line.text }));
      for (const box of boxes)
        expect(box.left > 10 && box.right < 200 && box.top > 8 && box.bottom < 293, `${box.words} on the page`).toBe(
          true,
        );
      const overlaps = boxes.flatMap((a, i) =>
        boxes
          .slice(i + 1)
          .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
          .map((b) => `${a.words} over ${b.words}`),
      );
      expect(overlaps).toEqual([]);
    }
  });

  test('every page says what limits it', () => {
    pages.forEach((page, i) => {
      const words = wordsOf(page).join(' | ');
      expect(words).toContain('Not a medical device: does not diagnose');
      expect(words).toContain('Simulated');
      expect(words).toMatch(/(Model Sketch 0\.1 \(9c41e7aa\)|No model) .*(%|–) of beats labeled by a person/);
      expect(words).toContain(`Page ${i + 1} of ${pages.length}`);
      expect(words).toContain('DRAFT');
    });
  });

  test('no page is empty but for its head and foot', () => {
    for (const page of pages) expect(page.primitives.length).toBeGreaterThan(20);
  });
});

test('is the same for the same input', () => {
  expect(buildReport(crowded())).toEqual(buildReport(crowded()));
});

test('refuses beats that do not rise or lie outside the record', () => {
  expect(() => buildReport(simulatedInput({ beats: [{ atSample: 9 }, { atSample: 9 }] }))).toThrow('expected 10');
  expect(() => buildReport(simulatedInput({ beats: [{ atSample: 15_000 }] }))).toThrow('beat 0 is at sample 15000');
});

test('is final only when asked for and when no beat waits for a person', () => {
  const confirmed = mixed.map((beat) => ({ ...beat, origin: 'confirmed' as const, isForLater: false }));
  const report = buildReport(simulatedInput({ beats: confirmed }, { isFinal: true }));
  expect(wordsOf(report.pages[0])).toContain('FINAL');
  expect(report.facts.isDraft).toBe(false);
  const waiting = buildReport(simulatedInput({ beats: mixed }, { isFinal: true }));
  expect(wordsOf(waiting.pages[0])).toContain('DRAFT');
  expect(wordsOf(waiting.pages[0])).toContain('5 of 69 beats still to be confirmed by a person');
  expect([waiting.facts.review.toConfirm, waiting.facts.nextToConfirm]).toEqual([5, 3]);
});

test('sections that are off are not printed, and without definitions no note is called', () => {
  const all = simulatedInput({ beats: mixed });
  const off = buildReport({ ...all, sections: { trend: false, hourly: false, strips: false, definitions: false } });
  const words = off.pages.flatMap(wordsOf);
  expect(off.pages.length).toBe(1);
  expect(
    words.filter((line) => /^(RR interval|By 5|Strips|Definitions|\d+(,\d+)*$)/.test(line) && !/^\d+$/.test(line)),
  ).toEqual([]);
  expect(words).toContain('Beats by class');
});

test('where every lead is confirmed to be unreadable no beat counts and no interval bridges it', () => {
  const { review, unreadableS, rrMs, gapS } = buildReport(noisy()).facts;
  const all = buildReport(simulatedInput({ beats: mixed })).facts;
  expect(all.review.beats - review.beats).toBe(10);
  expect(rrMs.slice(9, 21).map((ms) => Number(Number.isNaN(ms)))).toEqual(Float64Array.of(0, ...Array(11).fill(1)));
  expect([unreadableS > 7, gapS]).toEqual([true, 0]);
  expect(buildReport(noisy([1])).facts.review).toEqual(all.review);
});

test('intervals are printed with how many beats they are of', () => {
  const words = buildReport(noisy()).pages.flatMap(wordsOf);
  for (const printed of ['Intervals of N beats in MLII, automatic', '380', '410 – 410', '100'])
    expect(words).toContain(printed);
  expect(words.join(' ')).toContain('100 of 500 N beats');
});

test('every note that a page calls is printed, and no other', () => {
  const { pages } = buildReport(
    simulatedInput({ beats: mixed.map((beat, i) => (i === 7 ? { atSample: beat.atSample } : beat)) }),
  );
  const raised = pages.flatMap(textsOf).filter((line) => line.sizeMm < 2);
  const called = new Set(raised.flatMap((line) => line.text.split(',')));
  const first = wordsOf(pages[0]);
  const listed = first.slice(first.indexOf('Definitions and limits') + 1).filter((line) => /^\d+$/.test(line));
  expect([...called].toSorted((a, b) => Number(a) - Number(b))).toEqual(listed);
});

test('classes that nobody assessed print a dash, assessed ones 0', () => {
  const rowOf = (input: ReportInput, title: string) => {
    const texts = textsOf(buildReport(input).pages[0]);
    const head = texts.find((line) => line.text === title)!;
    return texts.filter((line) => line.yMm === head.yMm && line.xMm > head.xMm).map((line) => line.text);
  };
  const plain = steadyBeats(50, 220);
  expect(rowOf(simulatedInput({ beats: plain }), 'Ventricular ectopic').slice(0, 2)).toEqual(['0', '0.0']);
  const bare = simulatedInput({ beats: plain.map(({ atSample }) => ({ atSample })) }, { model: null });
  expect(rowOf(bare, 'Ventricular ectopic')).toEqual(Array(8).fill('–'));
});
