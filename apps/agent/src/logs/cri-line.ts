import type { LogLine } from '@vitrine/protocol';

/**
 * One line of a log in the CRI format: time (RFC 3339, nanoseconds), stream, P (more follows) or F, text.
 * Undefined when it is none: a log that somebody else wrote into is shown as far as it can be read.
 */
export function parseCriLine(line: string): LogLine | undefined {
  const match = /^(\S+) (stdout|stderr) ([PF])(?:$| )/.exec(line);
  const [whole, time, stream, tag] = match ?? [];
  if (whole === undefined || time === undefined) return undefined;
  const atMs = Date.parse(time);
  if (Number.isNaN(atMs)) return undefined;
  return {
    atMs,
    stream: stream === 'stderr' ? 'stderr' : 'stdout',
    text: line.slice(whole.length),
    partial: tag === 'P',
  };
}
