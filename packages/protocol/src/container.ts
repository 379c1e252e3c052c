import { z } from 'zod';
import { Actor } from './actor.ts';
import { Exit } from './exit.ts';
import { ContainerId, ContainerName, ImageReference } from './ids.ts';
import { Bytes, EpochMs, Pid } from './units.ts';

/** `undefined` leaves the kernel's own value alone. What the kernel enforces, not what is reserved. */
export const Limits = z.strictObject({
  /** memory.max */
  memoryBytes: Bytes.min(512 * 1024, 'must be at least 512 KiB: below that no program starts').optional(),
  /** Swap on top of memory, as in v2's memory.swap.max; 0 forbids swapping. */
  swapBytes: Bytes.optional(),
  /** CPU time per second of wall time: 0.5 is half a core. */
  cpuCores: z.number().min(0.01, 'must be at least 0.01').max(1024).optional(),
  /** cpu.weight, 1 to 10000; 100 is everybody's default. */
  cpuWeight: z.number().int().min(1).max(10_000).optional(),
  /** pids.max */
  pids: z.number().int().min(1).max(4_194_304).optional(),
  /** io.max per block device, "MAJOR:MINOR". */
  io: z
    .array(
      z.strictObject({
        device: z.string().regex(/^\d+:\d+$/, 'must be MAJOR:MINOR, as in "254:0"'),
        readBytesPerSec: Bytes.min(1).optional(),
        writeBytesPerSec: Bytes.min(1).optional(),
        readOpsPerSec: z.number().int().min(1).optional(),
        writeOpsPerSec: z.number().int().min(1).optional(),
      }),
    )
    .max(16)
    .optional(),
});
export type Limits = z.infer<typeof Limits>;

const Capability = z.string().regex(/^CAP_[A-Z_]+$/, 'must be a capability\'s kernel name, as in "CAP_NET_ADMIN"');

const EnvEntry = z
  .string()
  .max(131_072)
  .regex(/^[^=\0]+=[^\0]*$/, 'must be NAME=value, with a name and no NUL byte');

const Argument = z
  .string()
  .max(131_072)
  .regex(/^[^\0]*$/, 'must hold no NUL byte: the kernel would end the argument there');

const AbsolutePath = z
  .string()
  .max(4095)
  .regex(/^\/[^\0]*$/, 'must be an absolute path');

export const Rlimit = z.strictObject({
  type: z.string().regex(/^RLIMIT_[A-Z]+$/, 'must be a limit\'s kernel name, as in "RLIMIT_NOFILE"'),
  soft: z.number().int().nonnegative(),
  hard: z.number().int().nonnegative(),
});
export type Rlimit = z.infer<typeof Rlimit>;

/** What somebody asks for. Everything left out gets a safe default, or what the image says. */
export const ContainerSpec = z.strictObject({
  /** Made up by the agent when left out. */
  name: ContainerName.optional(),
  image: ImageReference,
  /** Program and arguments; the image's own when left out. */
  command: z.array(Argument).min(1, 'needs a program').max(1024).optional(),
  env: z.array(EnvEntry).max(1024).default([]),
  workingDir: AbsolutePath.optional(),
  /** `name`, `uid`, `name:group` or `uid:gid`; digits are never looked up as names. */
  user: z
    .string()
    .max(256)
    .regex(
      /^[a-zA-Z0-9_][a-zA-Z0-9_.-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]*)?$/,
      'must be USER or USER:GROUP, by name or number',
    )
    .optional(),
  hostname: z
    .string()
    .max(63)
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/, 'must be letters, digits, "." and "-", at most 63')
    .optional(),
  limits: Limits.default({}),
  /** By default the writable layer dies with the container. */
  keepWritableLayer: z.boolean().default(false),
  readonlyRootfs: z.boolean().default(false),
  /** `auto` gives the container 65536 user ids of its own; `host` makes its root the host's root. */
  userNamespace: z.enum(['auto', 'host']).default('auto'),
  /** `none` is a network of its own with only a loopback; `host` shares the host's. */
  network: z.enum(['none', 'host']).default('none'),
  capabilities: z
    .strictObject({ add: z.array(Capability).max(64).default([]), drop: z.array(Capability).max(64).default([]) })
    .default({ add: [], drop: [] }),
  seccomp: z.enum(['default', 'unconfined']).default('default'),
  noNewPrivileges: z.boolean().default(true),
  rlimits: z.array(Rlimit).max(16).default([]),
  stopSignal: z
    .string()
    .regex(/^SIG[A-Z0-9+-]+$/, 'must be a signal\'s name, as in "SIGTERM"')
    .default('SIGTERM'),
  stopTimeoutSec: z.number().int().min(0).max(3600).default(10),
  labels: z.record(z.string().max(128), z.string().max(4096)).default({}),
});
export type ContainerSpec = z.infer<typeof ContainerSpec>;
/** As people may write it, before defaults are filled in. */
export type ContainerSpecInput = z.input<typeof ContainerSpec>;

/** The OCI runtime specification's states. */
export const ContainerStatus = z.enum(['creating', 'created', 'running', 'stopped']);
export type ContainerStatus = z.infer<typeof ContainerStatus>;

export const ContainerAction = z.enum(['start', 'stop', 'kill', 'delete']);
export type ContainerAction = z.infer<typeof ContainerAction>;

/** Which actions make sense in which state; the agent, the buttons and the tests read the same table. */
const ALLOWED_FROM: Record<ContainerAction, readonly ContainerStatus[]> = {
  start: ['created'],
  stop: ['created', 'running'],
  kill: ['created', 'running'],
  delete: ['stopped'],
};

export const can = (action: ContainerAction, status: ContainerStatus): boolean => ALLOWED_FROM[action].includes(status);

/** Why a button is greyed, in words. */
export const whyNot = (action: ContainerAction, status: ContainerStatus): string | undefined =>
  can(action, status)
    ? undefined
    : `Cannot ${action} a container that is ${status}; it must be ${ALLOWED_FROM[action].join(' or ')}.`;

/** One row of the container table: small, and sent whole whenever anything in it changes. */
export const ContainerSummary = z.object({
  id: ContainerId,
  name: ContainerName,
  image: ImageReference,
  command: z.array(z.string()),
  status: ContainerStatus,
  /** Host PID of PID 1 while there is one. */
  pid: Pid.nullable(),
  createdAtMs: EpochMs,
  startedAtMs: EpochMs.nullable(),
  stoppedAtMs: EpochMs.nullable(),
  exit: Exit.nullable(),
  /** How often the kernel killed a process of this container for memory while it lived. */
  oomKills: z.number().int().nonnegative(),
  limits: Limits,
  labels: z.record(z.string(), z.string()),
});
export type ContainerSummary = z.infer<typeof ContainerSummary>;

/** Everything that is known of one container besides what changes every second. */
export const ContainerDetail = ContainerSummary.extend({
  spec: ContainerSpec,
  /** The OCI runtime configuration that was made of the spec, as it was given to the runtime. */
  ociConfig: z.record(z.string(), z.unknown()),
  createdBy: Actor,
  /** Host PID of the shim, parent of PID 1. */
  shimPid: Pid.nullable(),
  /** The container's ids 0…65535 are `uidRangeStart`… on the host; null with the host's user namespace. */
  uidRangeStart: z.number().int().nullable(),
  cgroup: z.object({ version: z.enum(['v1', 'v2']), paths: z.record(z.string(), z.string()) }).nullable(),
});
export type ContainerDetail = z.infer<typeof ContainerDetail>;
