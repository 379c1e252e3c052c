import { z } from 'zod';
import { EpochMs } from './units.ts';

/** One line that a container wrote. `partial`: a longer line goes on in the next entry. */
export const LogLine = z.object({
  atMs: EpochMs,
  stream: z.enum(['stdout', 'stderr']),
  text: z.string(),
  partial: z.boolean(),
});
export type LogLine = z.infer<typeof LogLine>;

/** `cursor` names the place after the last line; hand it back to go on from there. */
export const LogPage = z.object({ lines: z.array(LogLine), cursor: z.string() });
export type LogPage = z.infer<typeof LogPage>;
