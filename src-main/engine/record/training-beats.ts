import { clockOfSample } from '../../domain/time.ts';
import type { Random } from '../../domain/random.ts';
import type { RecordInputs } from '../../domain/record-inputs.ts';
import { taughtClasses } from '../network/record-branches.ts';

/** A recording whose beats, or some of them, have labels. */
export interface LabelledRecord {
  readonly name: string;
  readonly inputs: RecordInputs;
  /** Index into `beatClasses` of each beat; beats of class Q and of `noLabel` (255) teach nothing. */
  readonly labels: Uint8Array;
  /** Seconds from the record's start to each beat, to name it by; where left out, it is named by its place. */
  readonly atSeconds?: ArrayLike<number>;
}

/** Beats chosen to be learned from: where each is, its class, and how much it counts. */
export interface ChosenBeats {
  /** Index into the recordings. */
  readonly record: Int32Array;
  readonly beat: Int32Array;
  readonly label: Uint8Array;
  /** Mean 1. */
  readonly weight: Float32Array;
  /** Share of the normal beats that were chosen, in (0, 1]. */
  readonly normalShare: number;
}

const normal = 0;

/**
 * Chooses all ectopic beats and at most so many normal ones of each recording. A beat counts
 * (beats of its class in its record)^-.5, scaled so that each class keeps its total: a patient with a thousand
 * ectopic beats speaks louder than one with ten, but not a hundred times louder.
 * @throws {RangeError} when there is not one beat to learn from.
 */
export function chooseBeats(records: readonly LabelledRecord[], normalsPerRecord: number, random: Random): ChosenBeats {
  const chosen: { record: number; beat: number; label: number; weight: number }[] = [];
  let normals = 0;
  let normalsChosen = 0;
  for (const [record, { name, inputs, labels }] of records.entries()) {
    if (labels.length !== inputs.beats)
      throw new RangeError(`record ${name}: ${inputs.beats} beats have ${labels.length} labels`);
    for (let label = 0; label < taughtClasses; label++) {
      const ofClass = Int32Array.from([...labels.keys()].filter((beat) => labels[beat] === label));
      const kept = label === normal ? random.shuffle(ofClass).subarray(0, normalsPerRecord) : ofClass;
      if (label === normal) {
        normals += ofClass.length;
        normalsChosen += kept.length;
      }
      for (const beat of kept) chosen.push({ record, beat, label, weight: kept.length ** -0.5 });
    }
  }
  if (chosen.length === 0) throw new RangeError('no beat of class N, S, V or F to learn from');
  const scale = Array.from({ length: taughtClasses }, (_, label) => {
    const ofClass = chosen.filter((each) => each.label === label);
    return ofClass.length / ofClass.reduce((sum, { weight }) => sum + weight, 0);
  });
  return {
    record: Int32Array.from(chosen, ({ record }) => record),
    beat: Int32Array.from(chosen, ({ beat }) => beat),
    label: Uint8Array.from(chosen, ({ label }) => label),
    weight: Float32Array.from(chosen, ({ weight, label }) => weight * scale[label]),
    normalShare: normals > 0 ? normalsChosen / normals : 1,
  };
}

/** `208 at 02:44.097`: a chosen beat in the reader's words. */
export function beatName(
  records: readonly LabelledRecord[],
  { record, beat }: Pick<ChosenBeats, 'record' | 'beat'>,
  index: number,
): string {
  const { name, atSeconds } = records[record[index]];
  return atSeconds ? `${name} at ${clockOfSample(atSeconds[beat[index]], 1)}` : `${name} beat ${beat[index] + 1}`;
}

/** Rows of every chosen beat, of `width` values each, as `rowsOf` gives them for beats of one recording. */
export function gatherRows(
  { record, beat }: Pick<ChosenBeats, 'record' | 'beat'>,
  width: number,
  rowsOf: (record: number, beats: Int32Array) => Float32Array,
): Float32Array {
  const rows = new Float32Array(record.length * width);
  for (const [index, places] of Map.groupBy(record.keys(), (place) => record[place])) {
    const ofRecord = rowsOf(
      index,
      Int32Array.from(places, (place) => beat[place]),
    );
    for (const [i, place] of places.entries()) rows.set(ofRecord.subarray(i * width, (i + 1) * width), place * width);
  }
  return rows;
}
