import { describeActor, describeDuration, exitLabel, exitTone, type HostEvent } from '@vitrine/protocol';
import type { Tone } from '@vitrine/ui';

interface EventWords {
  tone: Tone;
  /** What happened, in a few words. */
  what: string;
  /** Who caused it, or null when the event says so already. */
  who: string | null;
}

const EXIT_TONE = { neutral: 'idle', bad: 'bad', unknown: 'unknown' } as const;

/** One event of a container in words; events of the agent stand in lists of a host. */
export function eventWords(event: HostEvent): EventWords {
  const by = event.actor.kind === 'unknown' ? null : describeActor(event.actor);
  switch (event.type) {
    case 'container.created':
      return { tone: 'make', what: `created from ${event.image}`, who: by };
    case 'container.started': {
      const took = event.launchNs === null ? '' : `, launched in ${launchText(event.launchNs)}`;
      return { tone: 'run', what: `started as pid ${event.pid}${took}`, who: by };
    }
    case 'container.stop-requested':
      return { tone: 'idle', what: `asked to stop with ${event.signal}, ${event.timeoutSec} s to do so`, who: by };
    case 'container.kill-requested':
      return { tone: 'idle', what: `${event.signal} sent on request`, who: by };
    case 'container.oom-kill':
      return {
        tone: 'bad',
        what: `out of memory: the kernel killed ${event.count === 1 ? 'a process' : `${event.count} processes`} of it`,
        who: null,
      };
    case 'container.exited':
      return { tone: EXIT_TONE[exitTone(event.exit)], what: exitLabel(event.exit), who: null };
    case 'container.deleted':
      return { tone: 'remove', what: 'deleted', who: by };
    case 'agent.started':
      return { tone: 'idle', what: `agent ${event.version} started and found ${event.recovered} running`, who: null };
    case 'agent.stopped':
      return { tone: 'idle', what: 'agent stopped', who: null };
  }
}

const launchText = (ns: number): string => (ns < 1e6 ? `${Math.round(ns / 1000)} µs` : `${(ns / 1e6).toFixed(1)} ms`);

/** How long after the first moment something happened: "+ 4.2 s". */
export const afterText = (atMs: number, firstMs: number): string =>
  atMs <= firstMs ? '' : `+ ${describeDuration(atMs - firstMs)}`;
