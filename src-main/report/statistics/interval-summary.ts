import type { MeasuredBeats } from '../report-input.ts';

/** Middle value and middle half of one interval over the beats in which it was found. */
export interface IntervalSummary {
  readonly name: 'RR' | 'PR' | 'QRS' | 'QT' | 'QTc';
  readonly beats: number;
  /** Null with fewer than `leastBeats`: no middle is told of so few. */
  readonly medianMs: number | null;
  readonly lowMs: number | null;
  readonly highMs: number | null;
}

export const leastBeats = 5;

/** Quartiles are values that were measured, the nearest to a quarter, a half and three quarters of them. */
export function intervalSummaries({ beats }: MeasuredBeats): IntervalSummary[] {
  const keys = { RR: 'rrMs', PR: 'prMs', QRS: 'qrsMs', QT: 'qtMs', QTc: 'qtcMs' } as const;
  return (Object.keys(keys) as (keyof typeof keys)[]).map((name) => {
    const found = beats
      .map((beat) => beat[keys[name]])
      .filter((ms) => !Number.isNaN(ms))
      .sort((a, b) => a - b);
    const at = (share: number) => (found.length < leastBeats ? null : found[Math.round(share * (found.length - 1))]);
    return { name, beats: found.length, medianMs: at(0.5), lowMs: at(0.25), highMs: at(0.75) };
  });
}
