/**
 * What a bench says, as a table for people and as JSON for programs.
 *
 * Shape    { name, unit, at, kernel, cpus, runs, ours: { p50, p95, p99 }, peers: { NAME: { version, p50, p95, p99 } },
 *            ratio: { NAME: peer p50 / our p50 } }
 * Missing  a peer that is not installed is not in it; nothing is taken from another run or another machine.
 */
import { cpus, release } from 'node:os';

export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface PeerRuns {
  readonly version: string;
  readonly values: readonly number[];
}

export interface BenchResult {
  readonly name: string;
  readonly unit: string;
  /** ISO 8601, when it ended. */
  readonly at: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly runs: number;
  readonly ours: Quantiles;
  readonly peers: Readonly<Record<string, Quantiles & { readonly version: string }>>;
  readonly ratio: Readonly<Record<string, number>>;
}

const DIGITS = 3;
const rounded = (value: number): number => Number(value.toFixed(DIGITS));

/** Linear interpolation between the two nearest ranks, as spreadsheets and NumPy have it. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)];
  const high = sorted[Math.ceil(rank)];
  if (low === undefined || high === undefined) throw new Error('nothing was measured');
  return low + (high - low) * (rank - Math.floor(rank));
}

export const quantilesOf = (values: readonly number[]): Quantiles => ({
  p50: rounded(quantile(values, 0.5)),
  p95: rounded(quantile(values, 0.95)),
  p99: rounded(quantile(values, 0.99)),
});

export function resultOf(
  name: string,
  unit: string,
  ours: readonly number[],
  peers: Readonly<Record<string, PeerRuns>> = {},
): BenchResult {
  const measured = Object.entries(peers).filter(([, { values }]) => values.length > 0);
  const own = quantilesOf(ours);
  return {
    name,
    unit,
    at: new Date().toISOString(),
    kernel: release(),
    cpus: cpus().length,
    runs: ours.length,
    ours: own,
    peers: Object.fromEntries(
      measured.map(([peer, { version, values }]) => [peer, { version, ...quantilesOf(values) }]),
    ),
    ratio: Object.fromEntries(
      measured.map(([peer, { values }]) => [peer, rounded(quantile(values, 0.5) / quantile(ours, 0.5))]),
    ),
  };
}

/** The same as a table. */
export function describe({ name, unit, kernel, cpus: cpuCount, runs, ours, peers, ratio }: BenchResult): string {
  const lines: string[][] = [
    ['', 'p50', 'p95', 'p99', 'ratio'],
    ['vitrine', ...cells(ours), '1'],
    ...Object.entries(peers).map(([peer, values]) => [
      `${peer} ${values.version}`,
      ...cells(values),
      String(ratio[peer] ?? ''),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return [`${name} in ${unit}, ${runs} runs, Linux ${kernel}, ${cpuCount} CPUs`, ...table].join('\n');
}

const cells = ({ p50, p95, p99 }: Quantiles): string[] => [p50, p95, p99].map((value) => String(value));
