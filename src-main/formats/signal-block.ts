/** A stretch of all leads of a record; blocks follow one another without holes. */
export interface SignalBlock {
  readonly fromSample: number;
  /** One array a lead, all of one length; gaps are `gapSample`. */
  readonly leads: readonly Int32Array[];
}
