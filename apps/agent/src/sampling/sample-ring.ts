/**
 * The last minutes of one container's samples, as columns of numbers: 900 samples of some 30 figures take 220 kB, and the
 * garbage collector sees one object. Grows with the container's age, so that short lives stay cheap.
 */
import type { CgroupSample, Pressure } from '@vitrine/protocol';

const FIGURES = [
  'atMs',
  'cpuUsageUsec',
  'cpuUserUsec',
  'cpuSystemUsec',
  'cpuPeriods',
  'cpuThrottledPeriods',
  'cpuThrottledUsec',
  'memoryBytes',
  'memoryUsageBytes',
  'memoryAnonBytes',
  'memoryFileBytes',
  'memoryPeakBytes',
  'memoryLimitBytes',
  'swapBytes',
  'oomKills',
  'pids',
  'pidsLimit',
  'pidsRefused',
  'ioReadBytes',
  'ioWriteBytes',
  'ioReadOps',
  'ioWriteOps',
] as const satisfies readonly (keyof CgroupSample)[];
const PRESSURES = ['cpuPressure', 'memoryPressure', 'ioPressure'] as const satisfies readonly (keyof CgroupSample)[];
const WIDTH = FIGURES.length + PRESSURES.length * 2;
const FIRST_ROWS = 64;

export class SampleRing {
  readonly #capacity: number;
  #rows: Float64Array;
  #next = 0;
  #count = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#rows = new Float64Array(Math.min(FIRST_ROWS, capacity) * WIDTH);
  }

  get count(): number {
    return this.#count;
  }

  push(sample: CgroupSample): void {
    if (this.#next * WIDTH === this.#rows.length) this.#makeRoom();
    const at = this.#next * WIDTH;
    FIGURES.forEach((figure, index) => {
      this.#rows[at + index] = sample[figure] ?? Number.NaN;
    });
    PRESSURES.forEach((pressure, index) => {
      const column = at + FIGURES.length + index * 2;
      this.#rows[column] = sample[pressure]?.some10Pct ?? Number.NaN;
      this.#rows[column + 1] = sample[pressure]?.someTotalUsec ?? Number.NaN;
    });
    this.#next += 1;
    this.#count = Math.min(this.#count + 1, this.#capacity);
  }

  #makeRoom(): void {
    const rows = this.#rows.length / WIDTH;
    if (rows >= this.#capacity) {
      this.#next = 0;
      return;
    }
    const larger = new Float64Array(Math.min(rows * 2, this.#capacity) * WIDTH);
    larger.set(this.#rows);
    this.#rows = larger;
  }

  /** Forgets all but the newest: of a container that has ended, more is in nobody's way but memory's. */
  keepLast(count: number): void {
    const kept = this.since(-1).slice(-count);
    this.#rows = new Float64Array(Math.max(1, kept.length) * WIDTH);
    this.#next = 0;
    this.#count = 0;
    for (const sample of kept) this.push(sample);
  }

  /** Samples later than `atMs`, oldest first. */
  since(atMs: number): CgroupSample[] {
    const found: CgroupSample[] = [];
    for (let back = 1; back <= this.#count; back += 1) {
      const sample = this.#at(back);
      if (sample.atMs <= atMs) break;
      found.push(sample);
    }
    return found.toReversed();
  }

  last(): CgroupSample | undefined {
    return this.#count === 0 ? undefined : this.#at(1);
  }

  /** `back` 1 is the newest. */
  #at(back: number): CgroupSample {
    const rows = this.#rows.length / WIDTH;
    const at = ((this.#next - back + rows) % rows) * WIDTH;
    const read = (column: number): number | null => {
      const value = this.#rows[at + column] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    };
    const figures = Object.fromEntries(FIGURES.map((figure, index) => [figure, read(index)]));
    const pressures = Object.fromEntries(
      PRESSURES.map((pressure, index): [string, Pressure | null] => {
        const some10Pct = read(FIGURES.length + index * 2);
        const someTotalUsec = read(FIGURES.length + index * 2 + 1);
        return [pressure, some10Pct === null || someTotalUsec === null ? null : { some10Pct, someTotalUsec }];
      }),
    );
    return { ...figures, ...pressures } as CgroupSample;
  }
}
