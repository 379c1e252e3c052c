import type { CgroupSample } from '@vitrine/protocol';

export const WINDOW_MINUTES = [1, 3, 5, 15] as const;
export type WindowMinutes = (typeof WINDOW_MINUTES)[number];

/** What the agent remembers and the page may show. */
export const KEPT_MS = 15 * 60_000;

/** Two moments on the charts' shared time axis. */
export interface TimeSpan {
  fromMs: number;
  toMs: number;
}

/**
 * Adds what the stream brought, keeps the last 15 minutes, oldest first. A reconnect sends the remembered ring again:
 * what is known already is not doubled.
 */
export function withSamples(kept: readonly CgroupSample[], came: readonly CgroupSample[]): readonly CgroupSample[] {
  if (came.length === 0) return kept;
  const lastMs = kept.at(-1)?.atMs ?? -1;
  const first = came[0];
  const merged =
    first !== undefined && first.atMs <= lastMs
      ? [...new Map([...kept, ...came].map((sample) => [sample.atMs, sample])).values()].sort((a, b) => a.atMs - b.atMs)
      : [...kept, ...came];
  const oldest = (merged.at(-1)?.atMs ?? 0) - KEPT_MS;
  const cut = merged.findIndex((sample) => sample.atMs >= oldest);
  return cut <= 0 ? merged : merged.slice(cut);
}

/**
 * The stretch to draw: the zoomed one, or the last minutes. It moves on by a whole point, so that between two points
 * nothing is drawn anew.
 */
export function shownSpan(zoom: TimeSpan | null, minutes: WindowMinutes, nowMs: number): TimeSpan {
  if (zoom !== null) return zoom;
  const lengthMs = minutes * 60_000;
  const stepMs = stepFor({ fromMs: 0, toMs: lengthMs }, POINTS_DRAWN);
  const toMs = stepMs <= 1000 ? nowMs : Math.floor(nowMs / stepMs) * stepMs;
  return { fromMs: toMs - lengthMs, toMs };
}

/** Samples within the span, and one on either side so that lines run to the edges. */
export function within(samples: readonly CgroupSample[], { fromMs, toMs }: TimeSpan): readonly CgroupSample[] {
  const start = samples.findIndex((sample) => sample.atMs >= fromMs);
  if (start === -1) return samples.slice(-1);
  const after = samples.findIndex((sample) => sample.atMs > toMs);
  return samples.slice(Math.max(0, start - 1), after === -1 ? undefined : after + 1);
}

/** Finer than this nobody sees on charts of this size, and each point has its price once a second. */
export const POINTS_DRAWN = 120;

/** A whole number of seconds a point, so that no chart draws more than about `points`. */
export const stepFor = ({ fromMs, toMs }: TimeSpan, points: number): number =>
  Math.max(1, Math.ceil((toMs - fromMs) / 1000 / points)) * 1000;
