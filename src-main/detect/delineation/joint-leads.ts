import type { BeatWaves, Wave } from '../../domain/waves.ts';

/** With fewer leads that show a wave there is no middle one. */
const leastLeads = 3;

/**
 * Waves of one beat in several leads, each boundary drawn half way to the middle one of all leads: activation is one
 * process, and what one lead shows too early or too late the others mend. Peaks stay each lead's own.
 */
export function joinLeads(leads: readonly BeatWaves[]): BeatWaves[] {
  const joined = (['p', 'qrs', 't'] as const).map((key) => {
    const waves = leads.map((lead) => lead[key]);
    const found = waves.filter((wave) => wave !== undefined);
    if (found.length < leastLeads) return waves;
    const [onset, offset] = [middleOf(found.map((wave) => wave.onset)), middleOf(found.map((wave) => wave.offset))];
    return waves.map((wave) => wave && halfWay(wave, onset, offset));
  });
  return leads.map((_, i) => ({ p: joined[0][i], qrs: joined[1][i], t: joined[2][i] }));
}

/** Never past the lead's own peak. */
const halfWay = (wave: Wave, onset: number, offset: number): Wave => ({
  onset: Math.min(wave.peak, Math.round((wave.onset + onset) / 2)),
  peak: wave.peak,
  offset: Math.max(wave.peak, Math.round((wave.offset + offset) / 2)),
});

const middleOf = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
