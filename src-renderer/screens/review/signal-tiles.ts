import type { Api } from '../../../src-main/contract/api.ts';
import { physicalOf, type RecordHeader, type RecordId } from '../../../src-main/domain/record.ts';
import { type SignalTile, tileBins } from '../../../src-main/domain/signal-tile.ts';

/** Tiles kept beside those that the paper keeps: half an hour of two leads. */
const keptTiles = 200;

/** The samples of one record as the inspector needs them: a few short stretches, asked for once. */
export class SignalTiles {
  readonly #api: Api;
  readonly #recordId: RecordId;
  readonly #asked = new Map<string, Promise<SignalTile>>();

  constructor(api: Api, recordId: RecordId) {
    this.#api = api;
    this.#recordId = recordId;
  }

  load = (level: number, index: number): Promise<SignalTile> => {
    const name = `${level}/${index}`;
    const asked = this.#asked.get(name) ?? this.#api.records.tile({ recordId: this.#recordId, level, index });
    this.#asked.delete(name);
    this.#asked.set(name, asked);
    // What could not be read may be asked for again.
    asked.catch(() => this.#asked.delete(name));
    if (this.#asked.size > keptTiles) this.#asked.delete(this.#asked.keys().next().value!);
    return asked;
  };

  /**
   * A stretch of one lead in its own unit, NaN in gaps and beyond the record.
   * @param fromSample  may lie before the record's start.
   */
  stretch = async (
    header: RecordHeader,
    leadIndex: number,
    fromSample: number,
    lengthSamples: number,
  ): Promise<Float32Array> => {
    const values = new Float32Array(lengthSamples).fill(NaN);
    const end = Math.min(header.lengthSamples, fromSample + lengthSamples);
    for (let at = Math.max(0, fromSample); at < end;) {
      const index = Math.floor(at / tileBins);
      const tileEnd = Math.min(end, (index + 1) * tileBins);
      const tile = await this.load(0, index);
      const digital = tile.leads[leadIndex].subarray(at - index * tileBins, tileEnd - index * tileBins);
      values.set(physicalOf(digital, header.leads[leadIndex]), at - fromSample);
      at = tileEnd;
    }
    return values;
  };
}
