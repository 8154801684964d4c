import { expect, test } from 'vitest';
import { reportFacts } from '../../../../src-main/report/report-model.ts';
import type { ReportInput } from '../../../../src-main/report/report-input.ts';
import { chooseStrips } from '../../../../src-main/report/statistics/strip-choice.ts';
import { simulatedInput, steadyBeats } from '../report-inputs.ts';

const rowSamples = 1650;
function stripsOf(input: ReportInput) {
  const facts = reportFacts(input);
  const longest = { S: facts.sRuns?.longest ?? null, V: facts.vRuns?.longest ?? null };
  return chooseStrips(input, facts.rate, longest, rowSamples);
}
const kindsOf = (strips: ReturnType<typeof stripsOf>) =>
  strips.flatMap((strip) =>
    strip.subjects.map(({ reason }) => ('beatClass' in reason ? `${reason.kind} ${reason.beatClass}` : reason.kind)),
  );
const varied = (count: number, special: Parameters<typeof steadyBeats>[2]) =>
  steadyBeats(count, 200, special).map((beat, i) => ({ ...beat, atSample: beat.atSample + Math.round(i * i * 0.03) }));

test('shows each abnormal class found, runs, the fastest and slowest rate and the longest RR', () => {
  const strips = stripsOf(
    simulatedInput({
      beats: varied(200, {
        ...{ 10: { label: 'F' }, 40: { label: 'Q' }, 70: { label: 'S' }, 71: { label: 'S' }, 90: { label: 'V' } },
        ...{ 100: { label: 'V' }, 101: { label: 'V' }, 102: { label: 'V' } },
      }),
      lengthS: 200,
    }),
  );
  expect(kindsOf(strips).toSorted()).toEqual([
    ...['class F', 'class Q', 'class S', 'class V', 'fastest', 'longest-rr', 'run S', 'run V', 'slowest'],
  ]);
});

test('a strip holds its subject and lies within a long enough record', () => {
  const strips = stripsOf(
    simulatedInput({
      beats: varied(200, { 0: { label: 'V' }, 150: { label: 'S' }, 199: { label: 'Q' } }),
      lengthS: 200,
    }),
  );
  expect(strips.length).toBeGreaterThan(2);
  for (const strip of strips) {
    expect(strip.toSample - strip.fromSample).toBe(rowSamples * strip.rows);
    expect(strip.fromSample).toBeGreaterThanOrEqual(0);
    expect(strip.toSample).toBeLessThanOrEqual(200 * 250);
    for (const subject of strip.subjects) {
      expect(subject.fromSample).toBeGreaterThanOrEqual(strip.fromSample);
      expect(subject.toSample).toBeLessThanOrEqual(strip.toSample);
    }
  }
});

test('a beat that a person labeled stands for its class before a surer one of the model', () => {
  const [strip] = stripsOf(
    simulatedInput({ beats: varied(100, { 20: { label: 'V' }, 50: { label: 'V', origin: 'changed' } }), lengthS: 120 }),
  );
  expect(strip.subjects[0].fromSample).toBe(varied(100, {})[50].atSample);
});

test('artifact beats stand for nothing', () => {
  const strips = stripsOf(
    simulatedInput({ beats: varied(100, { 20: { label: 'V', isArtifact: true } }), lengthS: 120 }),
  );
  expect(kindsOf(strips).filter((kind) => kind.startsWith('class'))).toEqual([]);
});

test('what the reader asked for comes first and in full, each as a strip of its own', () => {
  const requestedStrips = [
    { title: 'Dizzy', fromSample: 5000, toSample: 5000 + 5 * rowSamples },
    { title: 'Dizzy again', fromSample: 6000, toSample: 6100 },
  ];
  const strips = stripsOf(simulatedInput({ beats: varied(100, {}), lengthS: 120 }, { requestedStrips }));
  expect(strips.slice(0, 2).map((strip) => [strip.subjects[0].reason, strip.rows])).toEqual([
    [{ kind: 'requested', title: 'Dizzy' }, 6],
    [{ kind: 'requested', title: 'Dizzy again' }, 1],
  ]);
});

test('a record without beats shows its start', () => {
  expect(kindsOf(stripsOf(simulatedInput({ beats: [] })))).toEqual(['start']);
});
