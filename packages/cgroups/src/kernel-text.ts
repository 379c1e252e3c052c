/** The few shapes in which cgroup files are written. All pure; null in, null out, so that "not told" stays "not told". */
import type { Pressure } from './contract.ts';

/** A file of one number; `max` is no number. */
export function parseCount(text: string | null): number | null {
  if (text === null) return null;
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? null : value;
}

/** Above this a v1 limit means "none": PAGE_COUNTER_MAX, LONG_MAX rounded down to a page. */
const V1_UNLIMITED = 2 ** 62;

/** A limit: a number, or `max`, or v1's huge number for "none". */
export function parseLimit(text: string | null): number | null {
  const value = parseCount(text);
  return value === null || value >= V1_UNLIMITED ? null : value;
}

/** The value of `key` in a file of "key value" lines; null when there is no such line. */
export function valueOf(text: string | null, key: string): number | null {
  if (text === null) return null;
  const wanted = `${key} `;
  const at = text.startsWith(wanted) ? 0 : text.indexOf(`\n${wanted}`) + 1;
  if (at === 0 && !text.startsWith(wanted)) return null;
  const start = at + wanted.length;
  const end = text.indexOf('\n', start);
  return Number(text.slice(start, end === -1 ? undefined : end));
}

/** Lines that begin with one of `keys`, as they stand. */
export function linesOf(text: string, keys: readonly string[]): string {
  return text
    .split('\n')
    .filter((line) => keys.some((key) => line.startsWith(`${key} `)))
    .join('\n');
}

/** The "some" line of a PSI file. */
export function parsePressure(text: string | null): Pressure | null {
  const some = text === null ? null : /^some avg10=([\d.]+) .*total=(\d+)$/m.exec(text);
  return some === null ? null : { some10Pct: Number(some[1]), someTotalUsec: Number(some[2]) };
}

/** usec of a counter that is given in ns or ticks. */
export const scaled = (value: number | null, perUsec: number): number | null =>
  value === null ? null : Math.floor(value / perUsec);

/** PIDs, one a line; several lines may name the same one. */
export const parsePids = (text: string): number[] => text.split('\n').filter(Boolean).map(Number);
