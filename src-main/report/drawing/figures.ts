import type { ReportRecord } from '../report-input.ts';

/** Printed where a figure is undefined or was not assessed; a note says which. */
export const undefinedFigure = '–';
const thinSpace = '\u2009';

/** `1 020.5` with thin spaces between thousands. */
export function numberText(value: number | null, decimals = 0): string {
  if (value === null || !Number.isFinite(value)) return undefinedFigure;
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thinSpace);
  const sign = value < 0 && Number(Math.abs(value).toFixed(decimals)) > 0 ? '−' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

export const withUnit = (value: number | null, unit: string, decimals = 0): string =>
  value === null ? undefinedFigure : `${numberText(value, decimals)}${thinSpace}${unit}`;

export const percentText = (value: number | null): string => withUnit(value, '%', 1);

/** `12 (34.5 %)`. */
export const countWithShare = (count: number, percent: number | null): string =>
  percent === null ? numberText(count) : `${numberText(count)} (${percentText(percent)})`;

/** `2.5 mm/mV`. */
export const gainText = (mmPerMv: number): string => `${String(mmPerMv)}${thinSpace}mm/mV`;

const two = (n: number) => String(n).padStart(2, '0');

/** `30 min 05 s`, from an hour on `23 h 59 min 12 s`; a record under a minute keeps tenths. */
export function durationText(seconds: number): string {
  if (seconds < 60) return withUnit(seconds, 's', Number.isInteger(seconds) ? 0 : 1);
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = `${hours > 0 ? two(minutes) : minutes}${thinSpace}min ${two(whole % 60)}${thinSpace}s`;
  return hours > 0 ? `${hours}${thinSpace}h ${rest}` : rest;
}

/** A length that people count in: `15 s`, `5 min`, `1 h`. */
export function stepText(seconds: number): string {
  if (seconds % 3600 === 0) return withUnit(seconds / 3600, 'h');
  return seconds % 60 === 0 ? withUnit(seconds / 60, 'min') : withUnit(seconds, 's');
}

/** Tells instants of a record: the recorder's clock where its start is known, else time from the start. */
export interface RecordClock {
  readonly isClockTime: boolean;
  /** `03:12:05`, from the second day on `d2 03:12:05`; from the start `12:05`, from an hour on `3:12:05`. */
  at(sample: number, decimals?: number): string;
  /** Seconds on the scale of `at`: from midnight of the first day, or from the start. */
  secondsAt(sample: number): number;
  atSeconds(seconds: number, decimals?: number): string;
}

export function recordClock(record: Pick<ReportRecord, 'startOfDayS' | 'samplingHz' | 'lengthSamples'>): RecordClock {
  const { startOfDayS, samplingHz } = record;
  const isClockTime = startOfDayS !== null;
  const secondsAt = (sample: number) => (startOfDayS ?? 0) + sample / samplingHz;
  const atSeconds = (seconds: number, decimals = 0) => {
    const scale = 10 ** decimals;
    const ticks = Math.floor(seconds * scale + 1e-6); // a clock shows what has passed
    const whole = Math.floor(ticks / scale);
    const fraction = decimals > 0 ? `.${String(ticks % scale).padStart(decimals, '0')}` : '';
    const minutesAndSeconds = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${fraction}`;
    const hours = Math.floor(whole / 3600);
    if (!isClockTime) return hours > 0 ? `${hours}:${minutesAndSeconds}` : minutesAndSeconds;
    const day = Math.floor(hours / 24);
    return `${day > 0 ? `d${day + 1} ` : ''}${two(hours % 24)}:${minutesAndSeconds}`;
  };
  return { isClockTime, secondsAt, atSeconds, at: (sample, decimals) => atSeconds(secondsAt(sample), decimals) };
}
