import fc from 'fast-check';
import { expect, it } from 'vitest';
import { annotationsOfEpisodes, episodesOfAnnotations } from '../../../src-main/domain/quality-annotations.ts';
import type { SignalStretch } from '../../../src-main/domain/signal-episode.ts';

const lengthSamples = 10_000;
const episode = (fromSample: number, toSample: number, leads: number[], kind: SignalStretch['kind']) => ({
  ...{ fromSample, toSample, leads, kind },
});
const marksOf = (episodes: SignalStretch[]) =>
  annotationsOfEpisodes(episodes, lengthSamples).map(({ atSample, subtype, aux }) => [atSample, subtype, aux]);

it('writes noise in the low bits of the subtype and what is unreadable in the high ones', () => {
  expect(
    marksOf([episode(10, 20, [0], 'noise'), episode(15, 30, [1], 'off'), episode(40, 50, [3], 'saturated')]),
  ).toEqual([
    [10, 1, ''],
    [15, 1 + 32, ''],
    [20, 32, ''],
    [30, 0, ''],
    [40, -128, ''],
    [50, 0, ''],
  ]);
});

it('names leads from the fifth on in the note, as there is no bit for them', () => {
  expect(marksOf([episode(10, 20, [1, 4], 'noise'), episode(10, 20, [6], 'off')])).toEqual([
    [10, 2, 'n4 u6'],
    [20, 0, ''],
  ]);
});

it('reads -1 as all leads unreadable, and an open episode to the end of the record', () => {
  const mark = { symbol: '~', channel: 0, num: 0, aux: '' };
  expect(
    episodesOfAnnotations(
      [
        { ...mark, atSample: 5, subtype: -1 },
        { ...mark, atSample: 9, subtype: 2 },
      ],
      2,
      lengthSamples,
    ),
  ).toEqual([episode(5, 9, [0, 1], 'off'), episode(9, lengthSamples, [1], 'noise')]);
});

it('reads back what it writes', () => {
  const stretches = fc
    .uniqueArray(fc.integer({ min: 0, max: lengthSamples - 1 }), { minLength: 2, maxLength: 20 })
    .map((at) => at.sort((a, b) => a - b))
    .chain((at) =>
      fc.tuple(
        ...at.slice(1).map((to, i) =>
          fc.record({
            fromSample: fc.constant(at[i]),
            toSample: fc.constant(to),
            leads: fc
              .uniqueArray(fc.integer({ min: 0, max: 11 }), { minLength: 1 })
              .map((l) => l.sort((a, b) => a - b)),
            kind: fc.constantFrom('noise' as const, 'off' as const),
          }),
        ),
      ),
    );
  const bySecond = (episodes: readonly SignalStretch[]) =>
    episodes.flatMap(({ fromSample, toSample, leads, kind }) =>
      leads.map((lead) => ({ fromSample, toSample, lead, kind })),
    );
  /** What every lead is at every mark. */
  const told = (episodes: readonly SignalStretch[], at: number) =>
    bySecond(episodes)
      .filter(({ fromSample, toSample }) => fromSample <= at && at < toSample)
      .map(({ lead, kind }) => `${lead} ${kind}`)
      .sort();
  fc.assert(
    fc.property(stretches, (episodes) => {
      const read = episodesOfAnnotations(annotationsOfEpisodes(episodes, lengthSamples), 12, lengthSamples);
      for (const { fromSample, toSample } of episodes)
        for (const at of [fromSample, toSample - 1, toSample]) expect(told(read, at)).toEqual(told(episodes, at));
    }),
  );
});
