/** Half-open stretch of time in seconds. */
export interface Stretch {
  readonly fromS: number;
  readonly toS: number;
}

/** When what happens in a record. */
export interface Episodes {
  readonly bigeminy: readonly Stretch[];
  readonly fusion: readonly Stretch[];
  readonly paced: readonly Stretch[];
  /** Ventricular beats in a row, begun after the first sinus beat from this time on. */
  readonly runs: readonly { readonly atS: number; readonly beats: number }[];
  readonly muscle: readonly Stretch[];
  readonly hum: readonly Stretch[];
  readonly firstLeadOff: readonly Stretch[];
  readonly bothLeadsOff: readonly Stretch[];
}

const longestCycleS = 30 * 60;

/**
 * One script of 30 minutes, told again and again in longer records and faster in shorter ones, so that every kind of
 * beat and disturbance is in a record of any length.
 */
export function episodesOf(durationS: number): Episodes {
  const cycleS = Math.min(longestCycleS, durationS);
  const starts = Array.from({ length: Math.ceil(durationS / cycleS) }, (_, cycle) => cycle * cycleS);
  /** Shares of the cycle from and to, the end no later than so many seconds after the start. */
  const each = (from: number, to: number, mostS = Infinity): Stretch[] =>
    starts.map((start) => ({
      fromS: start + from * cycleS,
      toS: start + Math.min(from * cycleS + mostS, to * cycleS),
    }));
  const byTime = (stretches: Stretch[]) => stretches.sort((a, b) => a.fromS - b.fromS);
  return {
    bigeminy: each(0.2, 0.226),
    fusion: each(0.48, 0.53),
    paced: each(0.6, 0.68),
    runs: starts.flatMap((start) => [
      { atS: start + 0.3 * cycleS, beats: 2 },
      { atS: start + 0.41 * cycleS, beats: 5 },
      { atS: start + 0.86 * cycleS, beats: 2 },
    ]),
    muscle: byTime([...each(0.1, 0.115), ...each(0.36, 0.37), ...each(0.74, 0.765)]),
    hum: each(0.82, 0.85),
    firstLeadOff: each(0.8, 0.82, 6),
    bothLeadsOff: each(0.91, 0.93, 8),
  };
}

/** Whether a time lies in one of the stretches. */
export const isWithin = (stretches: readonly Stretch[], atS: number): boolean =>
  stretches.some(({ fromS, toS }) => atS >= fromS && atS < toS);
