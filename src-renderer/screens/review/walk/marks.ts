import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import type { RecordId } from '../../../../src-main/domain/record.ts';
import type { BeatList } from '../../../state/review-walk.svelte.ts';
import type { OtherLabels } from '../../../ui/waveform/paper-scene.ts';

/** What each side of a list calls its beats of one record, as rows of the paper. */
export function walkMarks(list: BeatList, recordId: RecordId): OtherLabels[] {
  const here = list.beats.filter((beat) => beat.recordId === recordId).sort((a, b) => a.atSample - b.atSample);
  return list.sides.map(({ name, shape }, side) => {
    const called = here.filter(({ labels }) => labels[side] !== null);
    return {
      ...{ name, shape },
      atSample: Int32Array.from(called, ({ atSample }) => atSample),
      label: Uint8Array.from(called, ({ labels }) => beatClasses.indexOf(labels[side]!)),
    };
  });
}
