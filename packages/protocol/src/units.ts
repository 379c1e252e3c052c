import { z } from 'zod';

/** Milliseconds since the Unix epoch, by the clock of the host that speaks. */
export const EpochMs = z.number().int().nonnegative();
export type EpochMs = z.infer<typeof EpochMs>;

/** A size in bytes; JavaScript's safe integers end at 9 PB, which is enough. */
export const Bytes = z.number().int().nonnegative();
export type Bytes = z.infer<typeof Bytes>;

export const Pid = z.number().int().positive();
export type Pid = z.infer<typeof Pid>;

export const mebibytes = (count: number): number => count * 1024 * 1024;
