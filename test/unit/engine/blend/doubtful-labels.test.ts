import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src-main/domain/random.ts';
import { doubtfulLabels } from '../../../../src-main/engine/blend/doubtful-labels.ts';
import type { LabelledBeat } from '../../../../src-main/engine/blend/blend.ts';
import type { Neighbourhood } from '../../../../src-main/engine/blend/neighbourhood.ts';

/** Three kinds of beats far apart, and a model that does not know. */
const beats = 300;
const random = seededRandom(3);
const kindOf = (beat: number) => beat % 3;
const neighbourhood: Neighbourhood = {
  ...{ beats, size: 2, width: 1 },
  points: Float32Array.from({ length: 2 * beats }, (_, i) => 8 * kindOf(i >> 1) + 0.3 * random.normal()),
};
const base = new Float32Array(5 * beats).fill(0.2);

describe('the label-noise guard', () => {
  it('finds every wrong label among right ones and nothing else', () => {
    const labelled: LabelledBeat[] = Array.from({ length: 100 }, (_, i) => ({ beat: 3 * i, label: kindOf(3 * i) })).map(
      (label, i) => (i % 10 === 4 ? { ...label, label: 2 } : label),
    );
    const wrong = labelled.filter(({ label }) => label === 2).map(({ beat }) => beat);
    const found = doubtfulLabels(neighbourhood, base, labelled);
    expect(found.map(({ beat }) => beat).sort((a, b) => a - b)).toEqual(wrong);
    for (const { label, expected, probability } of found) {
      expect([label, expected]).toEqual([2, 0]);
      expect(probability).toBeLessThan(0.3);
    }
  });

  it('lets a label stand that nothing contradicts', () => {
    expect(doubtfulLabels(neighbourhood, base, [{ beat: 0, label: 2 }])).toEqual([]);
  });

  it('hears the model where no other label is near', () => {
    const sure = base.map((_, i) => (i % 5 === 0 ? 0.96 : 0.01));
    expect(doubtfulLabels(neighbourhood, sure, [{ beat: 0, label: 2 }])).toMatchObject([{ beat: 0, expected: 0 }]);
  });
});
