import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BeatClass } from '../../../src-main/domain/beat-class.ts';
import type { ReportDocument } from '../../../src-main/report/build-report.ts';
import { buildReport } from '../../../src-main/report/build-report.ts';
import { textBox } from '../../../src-main/report/drawing/text-measure.ts';
import { writePdf } from '../../../src-main/report/pdf.ts';
import type { ReportInput } from '../../../src-main/report/report-input.ts';
import { describeOnRecordings, sharedData } from '../../support/shared-data.ts';
import type { ReadText } from './read-pdf.ts';
import { readPdf } from './read-pdf.ts';
import { recordedInput } from './report-inputs.ts';

/** What stands to the right of a label on its line, without the spaces between thousands. */
function rowAfter(texts: readonly ReadText[], label: string, columnMm = 200): string[] {
  const head = texts.find((item) => item.text === label);
  if (!head) throw new Error(`no ${label} on the page`);
  return texts
    .filter((item) => Math.abs(item.yMm - head.yMm) < 0.1 && item.xMm > head.xMm && item.xMm < head.xMm + columnMm)
    .map((item) => item.text.replace(/(?<=\d)\s(?=\d{3})/g, ''))
    .filter((text) => text.trim() !== '');
}

/** Beats by class as PhysioNet's annotations have them, by the literature map. */
const reference: Readonly<Record<string, Readonly<Record<BeatClass, number>>>> = {
  208: { N: 1586, S: 2, V: 992, F: 373, Q: 2 },
  100: { N: 2239, S: 33, V: 1, F: 0, Q: 0 },
  119: { N: 1543, S: 0, V: 444, F: 0, Q: 0 },
};

describeOnRecordings('reports of MIT-BIH records', () => {
  describe.each(Object.entries(reference))('record %s', (name, counts) => {
    let input: ReportInput;
    let report: ReportDocument;
    let texts: readonly ReadText[];
    beforeAll(async () => {
      input = await recordedInput(join(sharedData, 'mitdb'), name);
      report = buildReport(input);
      const stream = new PassThrough();
      const [, bytes] = await Promise.all([writePdf(report, stream), buffer(stream)]);
      texts = (await readPdf(bytes)).pages[0].texts;
    });

    test('prints the counts and shares of the annotations', () => {
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const titles = {
        ...{ N: 'Normal and bundle branch block', S: 'Supraventricular ectopic', V: 'Ventricular ectopic' },
        ...{ F: 'Fusion', Q: 'Paced or unclassifiable' },
      };
      for (const [beatClass, title] of Object.entries(titles)) {
        const count = counts[beatClass as BeatClass];
        const row = rowAfter(texts, title).join(' ');
        expect(row).toMatch(new RegExp(`^${count} ${((100 * count) / total).toFixed(1)} `));
      }
      expect(rowAfter(texts, 'Beats', 60)).toEqual([String(total)]);
      expect(rowAfter(texts, 'Whole record')[0]).toBe(String(total));
    });

    test('prints the rates of its beats', () => {
      const at = input.beats.atSample;
      const windows = Array.from({ length: at.length - 8 }, (_, i) => (60 * 360 * 8) / (at[i + 8] - at[i]));
      const mean = (60 * 360 * (at.length - 1)) / (at[at.length - 1] - at[0]);
      expect(rowAfter(texts, 'Whole record').slice(1, 4)).toEqual(
        [Math.min(...windows), mean, Math.max(...windows)].map((perMin) => perMin.toFixed(0)),
      );
      const longest = Math.max(...Array.from(at.slice(1), (sample, i) => sample - at[i]));
      expect(rowAfter(texts, 'Longest RR', 60)[0]).toMatch(new RegExp(`^${(longest / 360).toFixed(2)} s at `));
    });

    test('shows every abnormal class in a strip', () => {
      const shown = new Set(
        report.strips.flatMap(({ subjects }) =>
          subjects.flatMap(({ reason }) => (reason.kind === 'class' ? [reason.beatClass] : [])),
        ),
      );
      const found = Object.entries(counts).flatMap(([beatClass, count]) =>
        beatClass !== 'N' && count > 0 ? [beatClass] : [],
      );
      expect([...shown].toSorted()).toEqual(found.toSorted());
    });

    test('has no text over another', () => {
      for (const page of report.pages) {
        const boxes = page.primitives.flatMap((line) =>
          line.kind === 'text' ? [{ ...textBox(line), words: line.text }] : [],
        );
        boxes.forEach((a, i) => {
          for (const b of boxes.slice(i + 1))
            if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
              expect.fail(`${a.words} over ${b.words}`);
        });
      }
    });
  });

  test('twelve leads of LUDB stand on one page at the standard gain', async () => {
    const report = buildReport(await recordedInput(join(sharedData, 'ludb', 'data'), '1', {}, { annotator: 'ii' }));
    const traces = report.pages[1].primitives.filter(({ part }) => part?.startsWith('trace '));
    expect(traces.map(({ part }) => part)).toEqual(
      ['i', 'ii', 'iii', 'avr', 'avl', 'avf', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6'].map((lead) => `trace ${lead}`),
    );
    const words = report.pages[1].primitives.flatMap((line) => (line.kind === 'text' ? [line.text] : []));
    expect(words.join()).toContain('· 10\u2009mm/mV · unfiltered');
  });
});
