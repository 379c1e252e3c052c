import { type ContainerDetail, describeBytes, type LaunchStep, type StepGroup } from '@vitrine/protocol';

export const GROUP_TITLE: Record<StepGroup, string> = {
  prepare: 'Preparation',
  namespaces: 'Namespaces',
  filesystem: 'File system',
  cgroup: 'Cgroup',
  network: 'Network',
  identity: 'Identity',
  security: 'Security',
  sync: 'Handshake',
  exec: 'Exec',
};

type Words = (detail: ContainerDetail, steps: readonly LaunchStep[]) => string;

/** What a group of calls did for this container, with its own names and numbers. */
const GROUP_SENTENCE: Record<StepGroup, Words> = {
  prepare: ({ name }) =>
    `Opens what the launch of ${name} will need, while it still may: files, sockets and the layers.`,
  namespaces: ({ name }, steps) => {
    const kinds = namespacesIn(steps);
    return kinds.length === 0
      ? `Sets ${name} apart from the host.`
      : `Gives ${name} its own ${listed(kinds)} ${kinds.length === 1 ? 'namespace' : 'namespaces'}${kinds.includes('pid') ? ': in there it is PID 1' : ''}.`;
  },
  filesystem: ({ image, spec }, steps) => {
    const mounts = steps.filter(({ call, outcome }) => outcome === 'ok' && /^(move_mount|mount)\(/.test(call)).length;
    const layer = spec.keepWritableLayer ? 'that is kept' : 'that dies with it';
    const made = mounts === 0 ? '' : `, makes ${mounts} ${mounts === 1 ? 'mount' : 'mounts'}`;
    return `Lays one writable layer ${layer} over the layers of ${image}${made} and makes that its whole world by pivot_root.`;
  },
  cgroup: ({ limits }) => {
    const held = limitWords(limits);
    return held.length === 0
      ? 'Puts it in a cgroup of its own, which counts what it uses; no limit was asked for.'
      : `Puts it in a cgroup of its own, where the kernel holds it to ${listed(held)}.`;
  },
  network: ({ spec }) =>
    spec.network === 'host'
      ? "Leaves it in the host's network: same interfaces, same ports."
      : 'Brings up the loopback of its own network namespace; no other interface is in there.',
  identity: ({ spec, uidRangeStart, name }) => {
    const user = spec.user ?? 'the user that the image names';
    return uidRangeStart === null
      ? `Runs as ${user}; user ids of ${name} are the host's own.`
      : `Runs as ${user}; its user id 0 is ${uidRangeStart} on the host, so root inside is nobody outside.`;
  },
  security: ({ spec }) => {
    const parts = [
      'drops the capabilities it was not given',
      spec.seccomp === 'default' ? 'filters its system calls' : 'leaves its system calls unfiltered, as asked',
      ...(spec.noNewPrivileges ? ['forbids it to gain new privileges'] : []),
    ];
    return `${capitalised(listed(parts))}: from here on there is no way back.`;
  },
  sync: () => 'Where shim and child tell each other how far they are. Waiting is nobody’s work and is not added up.',
  exec: ({ command }, steps) =>
    steps.some(({ outcome }) => outcome === 'failed')
      ? `Was to replace the launcher by ${command[0] ?? 'the program'}, and failed.`
      : `Replaces the launcher by ${command[0] ?? 'the program'}: from here it is your process, and the kernel's time is its own.`,
};

export const groupSentence = (group: StepGroup, detail: ContainerDetail, steps: readonly LaunchStep[]): string =>
  GROUP_SENTENCE[group](detail, steps);

const NAMESPACE_FLAG: Record<string, string> = {
  CLONE_NEWPID: 'pid',
  CLONE_NEWNET: 'net',
  CLONE_NEWNS: 'mnt',
  CLONE_NEWUTS: 'uts',
  CLONE_NEWIPC: 'ipc',
  CLONE_NEWUSER: 'user',
  CLONE_NEWCGROUP: 'cgroup',
  CLONE_NEWTIME: 'time',
};

/** Read from the flags of the calls that succeeded, not from what was asked for. */
function namespacesIn(steps: readonly LaunchStep[]): string[] {
  const flags = steps
    .filter(({ outcome }) => outcome === 'ok')
    .flatMap(({ call }) => call.match(/CLONE_NEW[A-Z]+/g) ?? []);
  return Object.entries(NAMESPACE_FLAG)
    .filter(([flag]) => flags.includes(flag))
    .map(([, kind]) => kind);
}

function limitWords({ memoryBytes, cpuCores, pids }: ContainerDetail['limits']): string[] {
  return [
    ...(memoryBytes === undefined ? [] : [`${describeBytes(memoryBytes)} of memory`]),
    ...(cpuCores === undefined ? [] : [`${cpuCores} ${cpuCores === 1 ? 'core' : 'cores'}`]),
    ...(pids === undefined ? [] : [`${pids} ${pids === 1 ? 'process' : 'processes'}`]),
  ];
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
