/** How numbers, times and sizes are written; one table for the whole interface. */

/** Stands for what is unknown or undefined; never 0. */
export const missing = '–';
const thinSpace = '\u2009';
const minus = '\u2212';

/** `46 518`, with thin spaces between the thousands. */
export const countOf = (count: number): string =>
  String(Math.round(Math.abs(count)))
    .replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace)
    .replace(/^/, count < 0 ? minus : '');

/** `21.7 %`; a dash where the share is undefined. @param share  in [0, 1]. */
export const percentOf = (share: number | null | undefined, decimals = 1): string =>
  share == null || Number.isNaN(share) ? missing : `${(100 * share).toFixed(decimals)}${thinSpace}%`;

/** `.81`, `−.05`, `1.00`: a share or a correlation as a plain number; a dash where it is undefined. */
export const shareOf = (share: number | null | undefined): string => {
  if (share == null || Number.isNaN(share)) return missing;
  const digits = Math.abs(share).toFixed(2).replace(/^0/, '');
  return share < 0 && Number(digits) !== 0 ? `${minus}${digits}` : digits;
};

/** Points of a hundred without the sign for them, for columns that name it: `89.21`. */
export const pointsOf = (share: number | null | undefined, decimals = 2): string =>
  share == null || Number.isNaN(share) ? missing : (100 * share).toFixed(decimals);

/** The change of a share with its sign: `+6.97`, `−0.89`, `0.00`; a dash where either side is undefined. */
export function changeOf(before: number | null | undefined, after: number | null | undefined, decimals = 2): string {
  if (before == null || after == null || Number.isNaN(before) || Number.isNaN(after)) return missing;
  const points = (100 * (after - before)).toFixed(decimals);
  if (Number(points) === 0) return (0).toFixed(decimals);
  return points.startsWith('-') ? `${minus}${points.slice(1)}` : `+${points}`;
}

/** `1.3 MB`. */
export function bytesOf(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toPrecision(3)}${thinSpace}${units[power]}`;
}

/** Time that work still takes: `8 s`, `2 min 10 s`, `1 h 5 min`. */
export function durationOf(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ''}`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `23 Nov 2026, 16:42`, in the time of this computer. */
export const dateTimeOf = (atMs: number): string =>
  new Date(atMs).toLocaleString('en-GB', {
    ...{ day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });

/** The first seven characters of a hash, as people name it. */
export const shortHash = (hash: string): string => hash.slice(0, 7);
