import { exitTone, type ContainerSummary } from '@vitrine/protocol';

/** What a table of containers may be narrowed to. */
export const SHOW = ['all', 'running', 'created', 'ended', 'failed', 'recently-failed', 'oom'] as const;
export type Show = (typeof SHOW)[number];

export const SHOW_LABEL: Record<Show, string> = {
  all: 'All',
  running: 'Running',
  created: 'Created',
  ended: 'Ended',
  failed: 'Failed',
  'recently-failed': 'Failed in the last hour',
  oom: 'Out of memory',
};

export const readShow = (text: string | null): Show => SHOW.find((show) => show === text) ?? 'all';

const HOUR_MS = 3_600_000;

export function isShown(show: Show, container: ContainerSummary, nowMs: number): boolean {
  const failed = container.exit !== null && exitTone(container.exit) === 'bad';
  switch (show) {
    case 'all':
      return true;
    case 'running':
      return container.status === 'running';
    case 'created':
      return container.status === 'created' || container.status === 'creating';
    case 'ended':
      return container.status === 'stopped';
    case 'failed':
      return failed;
    case 'recently-failed':
      return failed && nowMs - (container.stoppedAtMs ?? 0) < HOUR_MS;
    case 'oom':
      return container.oomKills > 0 || container.exit?.kind === 'oom';
  }
}

type Searchable = { hostName: string; container: Pick<ContainerSummary, 'name' | 'image' | 'id' | 'command'> };

/** Every word must be found somewhere: in the name, image, id (from its start), host or command. */
export function matches(text: string, { hostName, container }: Searchable): boolean {
  const hay = [container.name, container.image, hostName, ...container.command].join('\n').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => word === '' || hay.includes(word) || container.id.startsWith(word));
}
