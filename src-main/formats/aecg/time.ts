/** Seconds since 1970 of an HL7 time (`20021122091000.122`, with or without `+0100`); undefined where it is none. */
export function secondsOfTime(time: string | undefined): number | undefined {
  const found = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(?:(\d{2})(\.\d+)?)?)?/.exec(time ?? '');
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 + Number(found[7] ?? 0);
}
