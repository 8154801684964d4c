import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import { labelOrigins } from '../../../../src-main/domain/beat.ts';
import { classCounts, reviewCounts } from '../../../../src-main/report/statistics/beat-counts.ts';
import type { SketchedBeat } from '../report-inputs.ts';
import { beatTable, sketchedModel } from '../report-inputs.ts';

const spaced = (beats: Omit<SketchedBeat, 'atSample'>[]) =>
  beatTable(beats.map((beat, i) => ({ atSample: i, ...beat })));
const beatsOf = (beats: Omit<SketchedBeat, 'atSample'>[], model: typeof sketchedModel | null = sketchedModel) =>
  classCounts(spaced(beats), model).map((count) => count.beats);

test('counts by origin and class without the artifact beats', () => {
  const beats = spaced([
    { label: 'N' },
    { label: 'N', origin: 'confirmed' },
    { label: 'V' },
    { label: 'V', origin: 'changed' },
    { label: 'V', isArtifact: true },
    { label: 'S', origin: 'confirmed', isForLater: true },
    {},
    { label: 'Q' },
  ]);
  expect(reviewCounts(beats)).toEqual({
    ...{ beats: 7, artifacts: 1, byPerson: 3, changed: 1, modelOnly: 3, unlabeled: 1, forLater: 1, toConfirm: 4 },
  });
  expect(classCounts(beats, sketchedModel)[2]).toEqual({
    ...{ beatClass: 'V', beats: 2, burdenPercent: null, byPerson: 1, changed: 1, toConfirm: 1 },
  });
});

test('an absent class counts 0 only where it was assessed', () => {
  const three: { label: 'N' }[] = [{ label: 'N' }, { label: 'N' }, { label: 'N' }];
  expect(beatsOf(three)).toEqual([3, 0, 0, 0, 0]);
  expect(beatsOf(three, { ...sketchedModel, classes: ['N', 'V'] })).toEqual([3, null, 0, null, null]);
  expect(beatsOf(three, null)).toEqual([3, null, null, null, null]);
  expect(
    beatsOf(
      three.map((beat) => ({ ...beat, origin: 'confirmed' })),
      null,
    ),
  ).toEqual([3, 0, 0, 0, 0]);
  expect(beatsOf([{ label: 'N' }, {}])).toEqual([1, null, null, null, null]);
  expect(beatsOf([])).toEqual([null, null, null, null, null]);
});

test('classes and missing labels add up to the beats, and origins too', () => {
  const beat = fc.record({
    label: fc.option(fc.constantFrom(...beatClasses), { nil: undefined }),
    byPerson: fc.constantFrom(...labelOrigins.slice(2)),
    isModel: fc.boolean(),
    isArtifact: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(beat), (sketched) => {
      const beats = spaced(
        sketched.map(({ label, byPerson, isModel, isArtifact }) => ({
          ...{ label, isArtifact, origin: !label ? 'none' : isModel ? 'model' : byPerson },
        })),
      );
      const review = reviewCounts(beats);
      const labeled = classCounts(beats, sketchedModel).reduce((sum, count) => sum + (count.beats ?? 0), 0);
      expect(review.beats + review.artifacts).toBe(sketched.length);
      expect(labeled + review.unlabeled).toBe(review.beats);
      expect(review.byPerson + review.modelOnly + review.unlabeled).toBe(review.beats);
    }),
  );
});
