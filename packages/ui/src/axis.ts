/** The next round number: 1, 2, 4, 6 or 8 times a power of ten. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 6, 8, 10].find((factor) => value <= factor * power * 1.0001) ?? 10;
  // 6 × 0.1 is 0.6000000000000001.
  return Number((step * power).toPrecision(3));
}

const SECOND = 1000;
const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].map((seconds) => seconds * SECOND);

/** Whole moments of the axis, `most` at most, none so near an edge that its label would be cut. */
export function timeTicks(fromMs: number, toMs: number, most: number): { ticks: number[]; withSeconds: boolean } {
  const length = toMs - fromMs;
  const step = STEPS.find((each) => length / each <= most) ?? Math.max(length, 1);
  const margin = length * 0.05;
  const ticks: number[] = [];
  for (let at = Math.ceil((fromMs + margin) / step) * step; at <= toMs - margin; at += step) ticks.push(at);
  return { ticks, withSeconds: step < 60 * SECOND };
}

/** A top whose half, and which itself, read otherwise than 0: "0.00, 0.01, 0.02" instead of "0.00, 0.01, 0.01". */
export function readableTop(top: number, format: (value: number) => string): number {
  let readable = top;
  for (let tries = 0; tries < 12; tries += 1) {
    if (new Set([0, readable / 2, readable].map(format)).size === 3) return readable;
    readable = roundUp(readable * 2);
  }
  return top;
}
