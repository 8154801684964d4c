/** A stretch of all leads of a record; blocks follow one another without holes. */
export interface SignalBlock {
  readonly fromSample: number;
  /** One array a lead, all of one length; gaps are `gapSample`. */
  readonly leads: readonly Int32Array[];
}

/** A longer pause between two samples is no pause but a damaged time: more than a day, or than a day at 1000 Hz. */
export const maxPause = { seconds: 86_400, samples: 100_000_000 } as const;
