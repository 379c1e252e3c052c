import type { ContainerSpec } from '@vitrine/protocol';

export interface Made {
  /** In the kernel's or in our words: what kind of thing. */
  thing: string;
  what: string;
  /** In the kernel's words. */
  kernel: boolean;
}

const PERIOD_USEC = 100_000;

/** What the kernel will be asked to make for a container, before it is made. */
export function willBeMade(spec: ContainerSpec): Made[] {
  return [
    { thing: 'Namespaces', what: namespaces(spec), kernel: true },
    { thing: 'Cgroup', what: cgroup(spec), kernel: true },
    { thing: 'Root', what: root(spec), kernel: false },
    { thing: 'User ids', what: userIds(spec), kernel: false },
    { thing: 'Rights', what: rights(spec), kernel: false },
    spec.command === undefined
      ? { thing: 'PID 1', what: "the image's own command", kernel: false }
      : { thing: 'PID 1', what: spec.command.join(' '), kernel: true },
  ];
}

function namespaces({ network, userNamespace }: ContainerSpec): string {
  const shared = [...(network === 'host' ? ['net'] : []), ...(userNamespace === 'host' ? ['user'] : [])];
  const own = ['pid', 'mnt', 'uts', 'ipc', 'net', 'user', 'cgroup'].filter((kind) => !shared.includes(kind));
  return `${own.join(', ')}${shared.length === 0 ? '' : `; ${shared.join(' and ')} shared with the host`}`;
}

function cgroup({ limits }: ContainerSpec): string {
  const held = [
    ...(limits.memoryBytes === undefined ? [] : [`memory.max ${limits.memoryBytes}`]),
    ...(limits.swapBytes === undefined ? [] : [`memory.swap.max ${limits.swapBytes}`]),
    ...(limits.cpuCores === undefined ? [] : [`cpu.max ${Math.round(limits.cpuCores * PERIOD_USEC)} ${PERIOD_USEC}`]),
    ...(limits.cpuWeight === undefined ? [] : [`cpu.weight ${limits.cpuWeight}`]),
    ...(limits.pids === undefined ? [] : [`pids.max ${limits.pids}`]),
  ];
  return held.length === 0 ? 'one, without a limit' : held.join(', ');
}

const root = ({ image, keepWritableLayer, readonlyRootfs }: ContainerSpec): string =>
  readonlyRootfs
    ? `the layers of ${image}, read-only`
    : `the layers of ${image} under a writable one that ${keepWritableLayer ? 'is kept' : 'dies with it'}`;

const userIds = ({ userNamespace, user }: ContainerSpec): string =>
  `${userNamespace === 'auto' ? '65536 of its own' : "the host's"}; it runs as ${user ?? "the image's user"}`;

function rights({ capabilities, seccomp, noNewPrivileges }: ContainerSpec): string {
  const set = [
    'the default capabilities',
    ...capabilities.add.map((name) => `+ ${name}`),
    ...capabilities.drop.map((name) => `− ${name}`),
  ].join(' ');
  const filter = seccomp === 'default' ? 'system calls filtered' : 'system calls unfiltered';
  return `${set}; ${filter}${noNewPrivileges ? '; no new privileges' : ''}`;
}
