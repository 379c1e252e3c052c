const FIRST_MS = 250;
const MOST_MS = 15_000;

/**
 * How long to wait before the next try: doubles up to a quarter of a minute, and is spread at random so that a thousand hosts do
 * not come back to a restarted hub in the same moment.
 */
export function backoffMs(failures: number, random: () => number): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return ceiling / 2 + random() * (ceiling / 2);
}
