import { beatClasses } from '../../../src-main/domain/beat-class.ts';
import type { BeatTable } from '../../../src-main/domain/beat.ts';

/** How much of a beat's mark there is room for. */
export const markRoom = { none: 0, mark: 1, markAndText: 2 } as const;

const normal = beatClasses.indexOf('N');

/**
 * Which marks of a record are drawn at a scale, so that none lies on another: beats that are not N come first.
 * It is settled for the whole record, so that marks neither come nor go while the paper scrolls.
 * @param markSamples  width of a mark, in samples.
 * @param textSamples  width of the text below it, in samples.
 * @returns            one of `markRoom` for each beat.
 */
export function placeMarks(
  beats: Pick<BeatTable, 'atSample' | 'label'>,
  markSamples: number,
  textSamples: number,
): Uint8Array {
  const { atSample, label } = beats;
  const count = atSample.length;
  const room = new Uint8Array(count);
  let last = -Infinity;
  for (let i = 0; i < count; i++)
    if (label[i] !== normal && atSample[i] - last >= markSamples) {
      room[i] = markRoom.mark;
      last = atSample[i];
    }
  last = -Infinity;
  let next = 0;
  for (let i = 0; i < count; i++) {
    if (room[i]) last = atSample[i];
    else if (label[i] === normal && atSample[i] - last >= markSamples) {
      if (next <= i) for (next = i + 1; next < count && !room[next];) next++;
      if (next === count || atSample[next] - atSample[i] >= markSamples) {
        room[i] = markRoom.mark;
        last = atSample[i];
      }
    }
  }
  let previous = -1;
  for (let i = 0; i < count; i++) {
    if (!room[i]) continue;
    if (previous < 0 || atSample[i] - atSample[previous] >= textSamples) room[i] = markRoom.markAndText;
    else if (previous >= 0) room[previous] = markRoom.mark;
    previous = i;
  }
  return room;
}
