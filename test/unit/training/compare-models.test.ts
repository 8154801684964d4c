import { describe, expect, it } from 'vitest';
import { noLabel } from '../../../src-main/domain/beat.ts';
import { type ComparedPart, compareModels } from '../../../src-main/training/compare-models.ts';

/** A part of so many like records: labels, and what the models before and after call them. */
const partOf = (
  part: ComparedPart['part'],
  labels: readonly number[],
  before: readonly number[],
  after: readonly number[],
  records = 4,
): ComparedPart => {
  const names = Array.from({ length: records }, (_, i) => `${part} ${i + 1}`);
  return {
    ...{ part, reference: 'reference labels' },
    records: names.map((recordName) => ({
      ...{ recordName, patient: recordName, signalHash: recordName },
      ...{ atSamples: Int32Array.from(labels.keys()), labels: Uint8Array.from(labels) },
    })),
    before: names.map((recordName) => ({ recordName, called: Uint8Array.from(before) })),
    after: names.map((recordName) => ({ recordName, called: Uint8Array.from(after) })),
  };
};
const [n, s, v] = [0, 1, 2];
const labels = [n, n, n, n, n, n, v, v, v, v, v, v, noLabel];
const right = labels;
const oneMissed = [n, n, n, n, n, n, n, v, v, v, v, v, noLabel];
const misread = [n, n, n, n, n, n, n, n, n, n, v, v, noLabel];

const rulesOf = (...parts: ComparedPart[]) => compareModels(parts, [{ part: 'later', why: 'no label' }]).rules;
const missed = (...parts: ComparedPart[]) => rulesOf(...parts).filter(({ isMet }) => !isMet);

describe('the gate', () => {
  it('is open where the same patients gain and nobody loses', () => {
    const later = partOf('later', labels, misread, right);
    const others = partOf('others', labels, oneMissed, oneMissed);
    const reference = partOf('reference', labels, right, right);
    expect(missed(later, others, reference)).toEqual([]);
  });

  it('is closed where nothing was gained', () => {
    const later = partOf('later', labels, right, right);
    expect(missed(later, partOf('others', labels, right, right)).map(({ title }) => title)).toEqual([
      'Later beats: macro-F1 higher',
      'Later beats: more beats better than worse',
    ]);
  });

  it.each(['others', 'reference'] as const)('is closed where %s are read worse', (part) => {
    const later = partOf('later', labels, misread, right);
    const others = partOf('others', labels, right, right);
    const worse = partOf(part, labels, right, misread);
    const parts = part === 'others' ? [later, worse] : [later, others, worse];
    expect(missed(...parts).length).toBeGreaterThan(0);
    expect(missed(...parts).every(({ title }) => /^(Other patients|Reference set): /.test(title))).toBe(true);
  });

  it('does not judge a class of a few beats', () => {
    const later = partOf('later', labels, misread, right);
    const few = [...Array<number>(60).fill(n), s, noLabel];
    const fewMissed = few.map((label) => (label === s ? n : label));
    expect(missed(later, partOf('others', few, few, fewMissed))).toEqual([]);
  });

  it('is closed where the same or other patients were not measured, and says why', () => {
    const others = partOf('others', labels, oneMissed, right);
    expect(missed(others)).toEqual([{ title: 'Later beats: better', value: 'no label', isMet: false }]);
    expect(missed(partOf('later', labels, misread, right))).toHaveLength(1);
  });

  it('counts beats that got better and worse, and gives differences with intervals over records', () => {
    const called = [n, n, n, n, n, n, v, v, v, v, n, n, noLabel];
    const [part] = compareModels([partOf('others', labels, misread, called)], []).parts;
    expect([part.better, part.worse]).toEqual([16, 8]);
    const macroF1 = part.differences.find(({ name }) => name === 'macroF1')!;
    expect(macroF1.change).toBeCloseTo(macroF1.after! - macroF1.before!, 12);
    // Records are alike here, so that resampling them changes nothing.
    expect([macroF1.low, macroF1.high].every((end) => Math.abs(end! - macroF1.change!) < 1e-12)).toBe(true);
  });

  it('gives no interval of fewer than three records', () => {
    const [part] = compareModels([partOf('others', labels, misread, right, 2)], []).parts;
    expect(part.differences.every(({ low, high }) => low === null && high === null)).toBe(true);
  });
});
