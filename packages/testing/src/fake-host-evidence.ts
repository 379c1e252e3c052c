/** What a simulated kernel says of one container: how it was launched, how it is set apart, where its figures come from. */
import type { CgroupSample, FigureSource, Isolation, LaunchStep, LaunchTrace, NamespaceView } from '@vitrine/protocol';
import type { FakeContainer } from './fake-host-container.ts';

type Row = [side: LaunchStep['side'], group: LaunchStep['group'], label: string, call: string, durationNs: number];

const ROWS: Row[] = [
  ['shim', 'prepare', 'become a child subreaper', 'prctl(PR_SET_CHILD_SUBREAPER, 1)', 1_900],
  ['shim', 'cgroup', 'open the cgroup', 'openat(AT_FDCWD, "/sys/fs/cgroup/vitrine/…", O_PATH|O_DIRECTORY)', 11_200],
  [
    'shim',
    'filesystem',
    'clone the layer tree',
    'open_tree(AT_FDCWD, "/var/lib/vitrine/layers", OPEN_TREE_CLONE)',
    27_400,
  ],
  [
    'shim',
    'filesystem',
    'map the ids of the layer tree',
    'mount_setattr(7, "", AT_EMPTY_PATH, {attr_set=IDMAP})',
    18_900,
  ],
  ['shim', 'filesystem', 'open an overlay', 'fsopen("overlay", FSOPEN_CLOEXEC)', 9_300],
  ['shim', 'filesystem', 'add the lower layers', 'fsconfig(8, FSCONFIG_SET_STRING, "lowerdir", …)', 12_800],
  ['shim', 'filesystem', 'create the overlay', 'fsconfig(8, FSCONFIG_CMD_CREATE)', 61_500],
  ['shim', 'filesystem', 'mount the overlay', 'fsmount(8, FSMOUNT_CLOEXEC, 0)', 8_700],
  [
    'shim',
    'namespaces',
    'make the child',
    'clone3({flags=NEWPID|NEWNS|NEWUTS|NEWIPC|NEWNET|NEWUSER|NEWCGROUP}, 88)',
    612_000,
  ],
  ['shim', 'identity', 'write the uid map', 'write(9, "0 1000000 65536\\n", 16)', 22_600],
  ['shim', 'identity', 'write the gid map', 'write(10, "0 1000000 65536\\n", 16)', 19_800],
  ['shim', 'sync', 'let the child go on', 'write(11, "\\1", 1)', 4_100],
  ['child', 'sync', 'wait for the shim', 'read(12, "\\1", 1)', 48_000],
  ['child', 'identity', 'become root inside', 'setresuid(0, 0, 0)', 2_300],
  ['child', 'namespaces', 'set the hostname', 'sethostname("…", 3)', 1_700],
  ['child', 'network', 'bring up the loopback', 'sendto(13, {nlmsg_type=RTM_NEWLINK, …})', 17_300],
  ['child', 'filesystem', 'mount /proc', 'fsmount(14, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID)', 31_200],
  ['child', 'filesystem', 'mount /sys', 'fsmount(15, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY)', 29_800],
  ['child', 'filesystem', 'mount /dev', 'fsmount(16, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID)', 21_500],
  ['child', 'filesystem', 'mount /dev/pts', 'fsmount(17, FSMOUNT_CLOEXEC, 0)', 18_100],
  ['child', 'filesystem', 'mount /dev/mqueue', 'fsmount(18, FSMOUNT_CLOEXEC, 0)', 16_900],
  ['child', 'filesystem', 'mask /proc/kcore', 'move_mount(19, "", 20, "kcore")', 7_800],
  ['child', 'filesystem', 'swap the roots', 'pivot_root(".", ".")', 14_300],
  ['child', 'filesystem', 'let the old root go', 'umount2(".", MNT_DETACH)', 83_700],
  ['child', 'security', 'drop capabilities', 'capset({…})', 2_100],
  ['child', 'security', 'forbid new privileges', 'prctl(PR_SET_NO_NEW_PRIVS, 1)', 900],
  ['child', 'security', 'load the seccomp filter', 'seccomp(SECCOMP_SET_MODE_FILTER, 0, {len=312})', 38_400],
  ['child', 'exec', 'run the program', 'execveat(21, "", [...], [...], AT_EMPTY_PATH)', 287_000],
];

export function launchTraceOf(container: FakeContainer): LaunchTrace {
  let startedNs = 0;
  const positions = { shim: 0, child: 0 };
  const steps = ROWS.map(([side, group, label, call, typicalNs]): LaunchStep => {
    const durationNs = Math.round(typicalNs * (0.8 + ((container.detail.createdAtMs + typicalNs) % 40) / 100));
    const step: LaunchStep = {
      index: positions[side],
      side,
      group,
      label,
      call,
      startedNs,
      durationNs,
      result: 0,
      outcome: 'ok',
      errno: null,
    };
    positions[side] += 1;
    startedNs += durationNs + 400;
    return step;
  });
  return { beganAtMs: container.detail.startedAtMs ?? container.detail.createdAtMs, totalNs: startedNs, steps };
}

const QUESTIONS: [NamespaceView['kind'], string, string, string][] = [
  ['pid', 'Which process is PID 1?', 'systemd', 'its own program'],
  ['net', 'Which interfaces are there?', 'lo, eth0, docker0', 'lo'],
  ['mnt', 'What is mounted on /?', 'ext4 /dev/vda1', 'overlay'],
  ['uts', 'What is the hostname?', 'the host', 'its own'],
  ['ipc', 'How many message queues?', '4', '0'],
  ['user', 'Who is uid 0?', 'root', 'uid 1000000 of the host'],
  ['cgroup', 'Where is the cgroup root?', '/', '/vitrine/<id>'],
  ['time', 'When did the machine boot?', '3 days ago', '3 days ago'],
];

const CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_NET_BIND_SERVICE',
];
const KNOWN = [
  ...CAPABILITIES,
  'CAP_SYS_ADMIN',
  'CAP_SYS_PTRACE',
  'CAP_NET_ADMIN',
  'CAP_SYS_MODULE',
  'CAP_SYS_TIME',
  'CAP_BPF',
];

export function isolationOf(container: FakeContainer, atMs: number): Isolation {
  const { pid, spec, uidRangeStart } = container.detail;
  const shared = (kind: NamespaceView['kind']): boolean =>
    kind === 'time' ||
    (kind === 'net' && spec.network === 'host') ||
    (kind === 'user' && spec.userNamespace === 'host');
  const map = uidRangeStart === null ? [] : [{ insideStart: 0, outsideStart: uidRangeStart, count: 65_536 }];
  return {
    readAtMs: atMs,
    namespaces: QUESTIONS.map(([kind, question, outside, inside], index) => ({
      kind,
      hostInode: 4_026_531_830 + index,
      containerInode: shared(kind) ? 4_026_531_830 + index : 4_026_532_200 + index + (pid ?? 0) * 8,
      shared: shared(kind),
      question,
      outside,
      inside: shared(kind) ? outside : inside,
    })),
    uidMap: map,
    gidMap: map,
    capabilities: {
      known: KNOWN,
      bounding: CAPABILITIES,
      effective: CAPABILITIES,
      permitted: CAPABILITIES,
      inheritable: [],
      ambient: [],
    },
    seccomp: {
      mode: spec.seccomp === 'default' ? 'filter' : 'disabled',
      filters: spec.seccomp === 'default' ? 1 : 0,
      blocked: spec.seccomp === 'default' ? ['mount', 'reboot', 'kexec_load', 'init_module', 'bpf', 'ptrace'] : [],
      noNewPrivileges: spec.noNewPrivileges,
    },
    maskedPaths: ['/proc/kcore', '/proc/keys', '/proc/sysrq-trigger', '/sys/firmware'],
    readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys'],
    mounts: [
      { target: '/', fstype: 'overlay', source: 'overlay', options: 'rw' },
      { target: '/proc', fstype: 'proc', source: 'proc', options: 'rw,nosuid,nodev,noexec' },
      { target: '/sys', fstype: 'sysfs', source: 'sysfs', options: 'ro,nosuid,nodev,noexec' },
      { target: '/dev', fstype: 'tmpfs', source: 'tmpfs', options: 'rw,nosuid,mode=755' },
    ],
    sharedWithHost: [
      { what: 'Kernel', value: '6.18.0' },
      { what: 'Clock', value: new Date(atMs).toISOString() },
      { what: 'Load', value: '0.42' },
    ],
  };
}

export function sourcesOf(container: FakeContainer, atMs: number): FigureSource[] {
  const last: CgroupSample | undefined = container.samples.at(-1);
  const path = `/sys/fs/cgroup/vitrine/${container.id}`;
  const source = (
    figure: FigureSource['figure'],
    formula: string,
    file: string,
    text: string | number | null,
  ): FigureSource => ({
    figure,
    formula,
    readings: [{ path: `${path}/${file}`, text: String(text ?? 'absent') }],
    command: `cat ${path}/${file}`,
    readAtMs: atMs,
  });
  if (last === undefined) return [];
  return [
    source('cpu', 'Δ usage_usec ÷ Δ time', 'cpu.stat', `usage_usec ${last.cpuUsageUsec}`),
    source('cpuThrottled', 'throttled_usec', 'cpu.stat', `throttled_usec ${last.cpuThrottledUsec ?? 0}`),
    source('memory', 'memory.current − inactive_file', 'memory.current', last.memoryUsageBytes),
    source('memoryPeak', 'memory.peak', 'memory.peak', last.memoryPeakBytes),
    source('memoryLimit', 'memory.max', 'memory.max', last.memoryLimitBytes ?? 'max'),
    source('pids', 'pids.current', 'pids.current', last.pids),
    source('pidsLimit', 'pids.max', 'pids.max', last.pidsLimit ?? 'max'),
    source(
      'io',
      'Σ rbytes, wbytes',
      'io.stat',
      `254:0 rbytes=${last.ioReadBytes ?? 0} wbytes=${last.ioWriteBytes ?? 0}`,
    ),
    source('cpuPressure', 'some avg10', 'cpu.pressure', `some avg10=${last.cpuPressure?.some10Pct ?? 0}`),
  ];
}
