import type { BeatClass } from '../../../../src-main/domain/beat-class.ts';
import { beatClasses } from '../../../../src-main/domain/beat-class.ts';
import type { BeatTable } from '../../../../src-main/domain/beat.ts';
import type { BeatId, RecordHeader } from '../../../../src-main/domain/record.ts';
import { Refresh } from '../../../state/refresh.ts';
import { isArtifact } from '../beat-order.ts';
import type { ReviewedRecord } from '../reviewed-record.ts';
import type { SignalTiles } from '../signal-tiles.ts';

/** What is seen of a beat beside the means: seconds before and after its mark. */
export const shapeBeforeS = 0.5;
export const shapeAfterS = 0.9;
/** Beats of a class in its mean, spread evenly over the record. */
const beatsInMean = 24;
/** Means drawn, and in which order. */
const meanClasses: readonly BeatClass[] = ['N', 'V'];

export interface MeanShape {
  readonly beatClass: BeatClass;
  /** In the lead's unit about its own level; NaN where no beat had a sample. */
  readonly values: Float32Array;
  readonly beats: number;
}

/** The current beat and the patient's mean N and V beats, in one lead. */
export class MeanShapes {
  readonly #review: ReviewedRecord;
  readonly #tiles: SignalTiles;
  readonly #refresh: Refresh;
  #means = $state.raw<readonly MeanShape[]>([]);
  #own = $state.raw<{ readonly beatId: BeatId; readonly values: Float32Array }>();
  #isRead = $state(false);

  constructor(review: ReviewedRecord, tiles: SignalTiles) {
    this.#review = review;
    this.#tiles = tiles;
    this.#refresh = new Refresh(async () => {
      const { header, beats } = review;
      if (!header || !beats) return;
      const read = await review.parts.messages.attempt(() => this.#readMeans(header, beats));
      if (read) this.#means = read;
      this.#isRead = true;
    });
  }

  get means() {
    return this.#means;
  }
  get isRead() {
    return this.#isRead;
  }
  /** The current beat's samples; undefined while they are read. */
  get own() {
    return this.#own?.beatId === this.#review.selection.current ? this.#own?.values : undefined;
  }
  /** Index in the header of the lead that is drawn: the first that the paper shows. */
  get leadIndex() {
    return this.#review.leads[0] ?? 0;
  }

  /** Makes the means anew, soon; after labels, leads or positions changed. */
  refresh = () => this.#refresh.soon(400);
  /** Reads the current beat. */
  follow = async (beatId: BeatId | undefined, leadIndex: number) => {
    const { header, beats, selection, parts } = this.#review;
    const index = beatId === undefined ? -1 : selection.indexOf(beatId);
    if (!header || !beats || beatId === undefined || index < 0) return;
    const values = await parts.messages.attempt(() => this.#shapeAt(header, leadIndex, beats.atSample[index]));
    if (values) this.#own = { beatId, values };
  };

  async #readMeans(header: RecordHeader, beats: BeatTable): Promise<MeanShape[]> {
    const means: MeanShape[] = [];
    for (const beatClass of meanClasses) {
      const chosen = spread(beats, beatClass, beatsInMean);
      if (chosen.length === 0) continue;
      const shapes: Float32Array[] = [];
      // One after another: the paper's own tiles go before these.
      for (const index of chosen) shapes.push(await this.#shapeAt(header, this.leadIndex, beats.atSample[index]));
      means.push({ beatClass, values: meanOf(shapes), beats: chosen.length });
    }
    return means;
  }

  async #shapeAt(header: RecordHeader, leadIndex: number, atSample: number): Promise<Float32Array> {
    const before = Math.round(shapeBeforeS * header.samplingHz);
    const length = before + Math.round(shapeAfterS * header.samplingHz);
    return levelled(await this.#tiles.stretch(header, leadIndex, atSample - before, length));
  }
}

/** Indices of up to `most` beats of a class, spread evenly over the record; artifacts stand for nobody. */
export function spread(
  beats: Pick<BeatTable, 'label' | 'flags'>,
  beatClass: BeatClass,
  most: number,
): readonly number[] {
  const label = beatClasses.indexOf(beatClass);
  const all: number[] = [];
  for (let index = 0; index < beats.label.length; index++)
    if (beats.label[index] === label && !isArtifact(beats, index)) all.push(index);
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / most)]);
}

/** The same about its own median: the baseline of one beat is not that of another. */
export function levelled(values: Float32Array): Float32Array {
  const valid = values.filter((value) => !Number.isNaN(value)).sort();
  const level = valid.length > 0 ? valid[valid.length >> 1] : 0;
  return values.map((value) => value - level);
}

/** Mean of each sample over the shapes that have it; NaN where none has. */
export function meanOf(shapes: readonly Float32Array[]): Float32Array {
  return Float32Array.from({ length: shapes[0]?.length ?? 0 }, (_, i) => {
    const valid = shapes.map((shape) => shape[i]).filter((value) => !Number.isNaN(value));
    return valid.reduce((sum, value) => sum + value, 0) / valid.length;
  });
}

/** Gains of the small strip, the largest at which a beat fits first; mm/mV. */
const gains = [10, 5, 2.5];
/** What of the strip lies above and below 0 mV, mm. */
const roomMm = { up: 19, down: 12 };

/** The gain at which all of these fit their strip. @param shapes  mV about 0. */
export function gainFor(shapes: readonly ArrayLike<number>[]): number {
  let [low, high] = [0, 0];
  for (const shape of shapes)
    for (let i = 0; i < shape.length; i++) {
      if (shape[i] < low) low = shape[i];
      if (shape[i] > high) high = shape[i];
    }
  return gains.find((gain) => high * gain <= roomMm.up && -low * gain <= roomMm.down) ?? gains[gains.length - 1];
}
