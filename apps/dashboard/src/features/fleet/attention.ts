import type { ContainerEntry, HostEntry } from '../live/live.tsx';
import { isShown, type Show } from '../containers/container-filter.ts';

/** Something somebody should look at now, and where it is shown. */
export type Attention = { id: string; count: number; text: string; href: string; tone: 'bad' | 'warn' };

const many = (count: number, one: string, more: string): string => (count === 1 ? one : more);

function ofContainers(containers: readonly ContainerEntry[], show: Show, nowMs: number): number {
  return containers.filter(({ container }) => isShown(show, container, nowMs)).length;
}

export function attention(
  hosts: readonly HostEntry[],
  containers: readonly ContainerEntry[],
  nowMs: number,
): Attention[] {
  const failed = ofContainers(containers, 'recently-failed', nowMs);
  const oom = ofContainers(containers, 'oom', nowMs);
  const silent = hosts.filter(({ host }) => host.connection === 'stale' || host.connection === 'offline').length;
  const pressed = hosts.filter(({ host }) => isPressed(host.sample)).length;
  const all: Attention[] = [
    {
      id: 'silent',
      count: silent,
      text: many(silent, 'host is silent', 'hosts are silent'),
      href: '/?show=silent',
      tone: 'bad',
    },
    {
      id: 'failed',
      count: failed,
      text: many(failed, 'unexpected exit in the last hour', 'unexpected exits in the last hour'),
      href: '/containers?show=recently-failed',
      tone: 'bad',
    },
    {
      id: 'oom',
      count: oom,
      text: many(oom, 'container ran out of memory', 'containers ran out of memory'),
      href: '/containers?show=oom',
      tone: 'bad',
    },
    {
      id: 'pressed',
      count: pressed,
      text: many(pressed, 'host is under pressure', 'hosts are under pressure'),
      href: '/?show=pressed',
      tone: 'warn',
    },
  ];
  return all.filter(({ count }) => count > 0);
}

/** Above this share of the last 10 s something waited for memory or I/O: work is being lost to waiting. CPU may be busy. */
const PRESSED_PCT = 20;

export function isPressed(sample: HostEntry['host']['sample']): boolean {
  if (sample === null) return false;
  return [sample.memoryPressure, sample.ioPressure].some((value) => (value?.some10Pct ?? 0) >= PRESSED_PCT);
}

export const HOST_SHOW = ['all', 'silent', 'pressed'] as const;
export type HostShow = (typeof HOST_SHOW)[number];

export const readHostShow = (text: string | null): HostShow => HOST_SHOW.find((show) => show === text) ?? 'all';

export function isHostShown(show: HostShow, { host }: HostEntry): boolean {
  switch (show) {
    case 'all':
      return true;
    case 'silent':
      return host.connection !== 'online';
    case 'pressed':
      return isPressed(host.sample);
  }
}
