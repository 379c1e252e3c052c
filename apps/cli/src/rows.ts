import { describeDuration, exitLabel, exitTone, type ContainerSummary, type Host } from '@vitrine/protocol';
import type { Style, Tone } from './context.ts';

const EXIT_TONE: Record<ReturnType<typeof exitTone>, Tone> = { neutral: 'dim', bad: 'bad', unknown: 'warn' };

/** State in words, and why when it ended: `running`, `exited 0`, `out of memory`. */
export function stateCell(container: ContainerSummary, style: Style): string {
  if (container.exit !== null) return style.paint(EXIT_TONE[exitTone(container.exit)], exitLabel(container.exit));
  return style.paint(container.status === 'running' ? 'good' : 'plain', container.status);
}

const CONNECTION_TONE: Record<Host['connection'], Tone> = {
  online: 'good',
  stale: 'warn',
  offline: 'bad',
  revoked: 'dim',
};

export const connectionCell = (host: Host, style: Style): string =>
  style.paint(CONNECTION_TONE[host.connection], host.connection);

/** "12 min 3 s ago"; a clock that runs ahead of ours says "now". */
export const ageCell = (nowMs: number, thenMs: number): string => {
  const ms = nowMs - thenMs;
  return ms < 1000 ? 'now' : `${describeDuration(ms)} ago`;
};
