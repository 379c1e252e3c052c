/** Figures of the charts, scaled to the units of their axes and written with a fixed precision. */

const MEBI = 1024 * 1024;

export const inMebibytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / MEBI);
export const inKibibytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / 1024);

export const mebibytesText = (mebibytes: number): string => mebibytes.toFixed(mebibytes < 1000 ? 1 : 0);
export const kibibytesText = (kibibytes: number): string => kibibytes.toFixed(kibibytes < 10 ? 1 : 0);
export const countText = (count: number): string => Math.round(count).toString();

/** "64", "64.5": a limit is written as it was asked for. */
export const limitText = (value: number): string => String(Math.round(value * 100) / 100);
