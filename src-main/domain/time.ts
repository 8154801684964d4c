const two = (n: number) => String(n).padStart(2, '0');

/** Time of a sample from the record's start: `02:44.097`, from an hour on `1:02:44.097`. */
export function clockOfSample(sample: number, samplingHz: number, decimals = 3): string {
  const scale = 10 ** decimals;
  const ticks = Math.round((sample / samplingHz) * scale);
  const seconds = Math.floor(ticks / scale);
  const fraction = decimals > 0 ? `.${String(ticks % scale).padStart(decimals, '0')}` : '';
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}

/**
 * Seconds meant by `5:00`, `1:02:44.1`, `90` (seconds).
 * @returns undefined where the text is no time.
 */
export function secondsOfClock(text: string): number | undefined {
  const parts = text.trim().split(':');
  if (parts.length > 3 || !parts.every((part) => /^(\d+\.?\d*|\.\d+)$/.test(part))) return undefined;
  return parts.reduce((seconds, part) => seconds * 60 + Number(part), 0);
}
