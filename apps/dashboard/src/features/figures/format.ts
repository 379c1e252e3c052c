/** Numbers as the screen writes them: fixed precision, so that they keep their place; the unit stands in the header. */

/** Cores in use: "0.53", "12.40". */
export const cores = (value: number): string => value.toFixed(2);

/** A share of 100: "12.1". */
export const percent = (value: number): string => value.toFixed(1);

const MEBI = 1024 * 1024;

/** Bytes in MiB: "0.4", "19.6", "1843". */
export function mebi(bytes: number): string {
  const value = bytes / MEBI;
  return value >= 1000 ? value.toFixed(0) : value.toFixed(1);
}

/** Bytes in GiB: "15.6". */
export const gibi = (bytes: number): string => (bytes / (1024 * MEBI)).toFixed(1);

/** Nobody knows: an en dash, never 0. */
export const UNKNOWN = '–';

export const orUnknown = <T>(value: T | null | undefined, format: (value: T) => string): string =>
  value === null || value === undefined ? UNKNOWN : format(value);

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric' });

/** "14:03:21", in the browser's time zone. */
export const clockTime = (atMs: number): string => clock.format(atMs);
/** "23 Nov 2026". */
export const date = (atMs: number): string => day.format(atMs);
export const dateTime = (atMs: number): string => `${date(atMs)} ${clockTime(atMs)}`;
