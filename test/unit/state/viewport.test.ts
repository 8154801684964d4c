import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Viewport } from '../../../src-renderer/state/viewport.svelte.ts';
import { gainLadder, speedLadder } from '../../../src-renderer/ui/paper/scale.ts';

const halfHour = { samplingHz: 360, lengthSamples: 650_000 };

/** At slower speeds all of half an hour is in the window, and no sample can be asked to stay. */
const windowedSpeeds = speedLadder.filter((speed) => speed >= 5);

/** A viewport on half an hour, 1000 px wide, whose frames the test calls. */
function opened(fromSample = 0) {
  const frames: ((nowMs: number) => void)[] = [];
  const viewport = new Viewport((onFrame) => frames.push(onFrame));
  viewport.resize(1000);
  viewport.open(halfHour, fromSample);
  return { viewport, frame: (nowMs: number) => frames.splice(0).forEach((onFrame) => onFrame(nowMs)), frames };
}

test('a wider window shows more seconds at the same scale', () => {
  const { viewport } = opened(3600);
  viewport.measure(4);
  const secondsAt = (widthPx: number) => {
    viewport.resize(widthPx);
    return { widthS: viewport.widthS, speed: viewport.speedMmPerS, from: viewport.fromSample };
  };
  expect([secondsAt(1280), secondsAt(2560)]).toEqual([
    { widthS: 12.8, speed: 25, from: 3600 },
    { widthS: 25.6, speed: 25, from: 3600 },
  ]);
});

test('a change of speed leaves the sample asked for where it is on screen', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...windowedSpeeds),
      fc.constantFrom(...windowedSpeeds),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (before, after, place) => {
        const { viewport } = opened();
        viewport.setSpeed(before);
        viewport.panTo(300_000);
        const about = viewport.fromSample + place * viewport.widthSamples;
        viewport.setSpeed(after, about);
        expect((about - viewport.fromSample) / viewport.widthSamples).toBeCloseTo(place, 6);
      },
    ),
  );
});

test('the window never leaves the record', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom('in', 'out', 'wide'))),
      (acts) => {
        const { viewport } = opened();
        for (const act of acts) {
          if (typeof act === 'number') viewport.panBy(act);
          else if (act === 'wide') viewport.resize(2560);
          else viewport.stepSpeed(act === 'in' ? 1 : -1);
        }
        expect(viewport.fromSample).toBeGreaterThanOrEqual(0);
        const most = Math.max(halfHour.lengthSamples, viewport.widthSamples);
        expect(viewport.toSample).toBeLessThanOrEqual(most + 1e-6);
      },
    ),
  );
});

test('a record shorter than the window stands at its start', () => {
  const { viewport } = opened();
  viewport.open({ samplingHz: 360, lengthSamples: 100 }, 50);
  expect(viewport.fromSample).toBe(0);
});

test('steps climb the ladder and stop at its ends', () => {
  const { viewport } = opened();
  const climb = (step: () => void, read: () => number, count: number) =>
    Array.from({ length: count }, () => (step(), read()));
  expect(
    climb(
      () => viewport.stepSpeed(1),
      () => viewport.speedMmPerS,
      5,
    ),
  ).toEqual([50, 100, 200, 400, 400]);
  expect(
    climb(
      () => viewport.stepGain(-1),
      () => viewport.gainMmPerMv,
      3,
    ),
  ).toEqual([gainLadder[1], gainLadder[0], gainLadder[0]]);
  expect(viewport.isStandard).toBe(false);
  viewport.standard();
  expect(viewport.isStandard).toBe(true);
});

test('says nothing in millimetres until the display is measured', () => {
  const { viewport } = opened();
  expect(viewport.isMeasured).toBe(false);
  viewport.measure(3.6);
  expect([viewport.isMeasured, viewport.pxPerMm]).toEqual([true, 3.6]);
  viewport.measure(undefined);
  expect([viewport.isMeasured, viewport.pxPerMm]).toEqual([false, 96 / 25.4]);
});

test('reveals a beat out of sight in the middle and leaves the view of one in sight', () => {
  const { viewport } = opened(10_000);
  const before = viewport.fromSample;
  viewport.reveal(before + viewport.widthSamples / 2 + 100);
  expect(viewport.fromSample).toBe(before);
  viewport.reveal(200_000);
  expect(viewport.fromSample + viewport.widthSamples / 2).toBeCloseTo(200_000, 6);
});

describe('play', () => {
  test('moves by the time that passed, times its rate', () => {
    const { viewport, frame } = opened(1000);
    viewport.play(10);
    frame(5000);
    frame(5016);
    frame(5050);
    expect(viewport.fromSample).toBeCloseTo(1000 + 0.05 * 10 * 360, 6);
  });

  test('stops at the end of the record', () => {
    const { viewport, frame, frames } = opened(halfHour.lengthSamples);
    viewport.play(1);
    frame(0);
    expect([viewport.isPlaying, frames.length]).toEqual([false, 0]);
  });

  test('runs once however often it is started and stopped within a frame', () => {
    const { viewport, frames } = opened();
    viewport.play(1);
    viewport.pause();
    viewport.play(2);
    expect([frames.length, viewport.playRate]).toEqual([1, 2]);
  });

  test('refuses a rate that is no play', () => {
    expect(() => opened().viewport.play(0)).toThrow(RangeError);
  });
});

test('what was to be in the middle before the paper had a width is there once it has one', () => {
  const viewport = new Viewport(() => undefined);
  viewport.open(halfHour);
  viewport.centerOn(90_000);
  viewport.resize(1000);
  expect(viewport.fromSample + viewport.widthSamples / 2).toBeCloseTo(90_000, 6);
  viewport.resize(500);
  expect(viewport.fromSample + viewport.widthSamples).toBeCloseTo(90_000, 6);
});
