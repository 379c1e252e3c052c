import { ContainerSpec, type ContainerSpecInput, DomainError } from '@vitrine/protocol';
import type { Values } from './command.ts';
import { parseNumber, parseSize } from './sizes.ts';

/** Everything a ContainerSpec can say, as options. `run`, `create` and `plan` read the same table. */
export const CONTAINER_OPTIONS = {
  name: { type: 'string', value: 'NAME', help: 'what people call it; made up when left out' },
  env: {
    type: 'string',
    short: 'e',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'environment; NAME alone copies yours',
  },
  memory: { type: 'string', short: 'm', value: 'SIZE', help: 'memory limit, as in 64m' },
  swap: { type: 'string', value: 'SIZE', help: 'swap on top of memory; 0 forbids swapping' },
  cpus: { type: 'string', value: 'CORES', help: 'CPU time, as in 0.5 for half a core' },
  'cpu-weight': { type: 'string', value: 'N', help: 'share when CPUs are short, 1 to 10000 (100 is usual)' },
  pids: { type: 'string', value: 'N', help: 'most processes and threads at once' },
  hostname: { type: 'string', value: 'NAME', help: 'host name inside' },
  user: { type: 'string', short: 'u', value: 'USER[:GROUP]', help: 'who runs it, by name or number' },
  workdir: { type: 'string', short: 'w', value: 'PATH', help: 'working directory' },
  'read-only': { type: 'boolean', help: 'make the root file system read-only' },
  'keep-writable-layer': { type: 'boolean', help: 'keep what it wrote after its end' },
  userns: { type: 'string', value: 'auto|host', help: "user ids of its own (auto) or the host's" },
  network: { type: 'string', value: 'none|host', help: "a network of its own with a loopback (none) or the host's" },
  'cap-add': { type: 'string', multiple: true, value: 'CAP', help: 'give a capability, as in NET_ADMIN' },
  'cap-drop': { type: 'string', multiple: true, value: 'CAP', help: 'take a capability away' },
  seccomp: { type: 'string', value: 'default|unconfined', help: 'system call filter' },
  'no-new-privileges': { type: 'boolean', help: 'setuid programs gain nothing (this is so unless you say otherwise)' },
  'allow-new-privileges': { type: 'boolean', help: 'let setuid programs gain privileges' },
  rlimit: { type: 'string', multiple: true, value: 'NAME=SOFT[:HARD]', help: 'resource limit, as in nofile=1024:4096' },
  'stop-signal': { type: 'string', value: 'SIGNAL', help: 'what "stop" sends first (SIGTERM)' },
  'stop-timeout': { type: 'string', value: 'SECONDS', help: 'how long "stop" waits before SIGKILL (10)' },
  label: { type: 'string', short: 'l', multiple: true, value: 'NAME=VALUE', help: 'a label' },
} as const;

export type ContainerOptions = Values<typeof CONTAINER_OPTIONS>;

const mistake = (message: string, mend: string): DomainError => new DomainError('invalid-input', { message, mend });

function envEntry(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  if (text.includes('=')) return text;
  const value = environment[text];
  if (value !== undefined) return `${text}=${value}`;
  throw mistake(
    `--env "${text}": there is no such variable here to copy.`,
    `Give a value, as in "--env ${text}=value".`,
  );
}

const capability = (text: string): string => {
  const name = text.toUpperCase();
  return name.startsWith('CAP_') ? name : `CAP_${name}`;
};

const signal = (text: string): string => {
  const name = text.toUpperCase();
  return name.startsWith('SIG') ? name : `SIG${name}`;
};

function rlimit(text: string): { type: string; soft: number; hard: number } {
  const match = /^([a-zA-Z_]+)=(\d+)(?::(\d+))?$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw mistake(`--rlimit "${text}" is not NAME=SOFT[:HARD].`, 'Write it as in "nofile=1024:4096".');
  }
  const name = match[1].toUpperCase();
  return {
    type: name.startsWith('RLIMIT_') ? name : `RLIMIT_${name}`,
    soft: Number(match[2]),
    hard: Number(match[3] ?? match[2]),
  };
}

function label(text: string): [string, string] {
  const [name = '', ...rest] = text.split('=');
  if (name === '') throw mistake(`--label "${text}" has no name.`, 'Write it as in "team=payments".');
  return [name, rest.join('=')];
}

function noNewPrivileges(options: ContainerOptions): boolean | undefined {
  const allowed = options['allow-new-privileges'] === true;
  const refused = options['no-new-privileges'] === true;
  if (allowed && refused) {
    throw mistake('--allow-new-privileges and --no-new-privileges say the opposite.', 'Leave one of them out.');
  }
  return allowed ? false : refused ? true : undefined;
}

/** Leaves out what was not said, so that the agent's and the image's defaults hold. */
const given = <T extends Record<string, unknown>>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

const mapped = <I, O>(value: I | undefined, to: (value: I) => O): O | undefined =>
  value === undefined ? undefined : to(value);

function limitsOf(options: ContainerOptions) {
  return given({
    memoryBytes: mapped(options.memory, (text) => parseSize('memory', text)),
    swapBytes: mapped(options.swap, (text) => parseSize('swap', text)),
    cpuCores: mapped(options.cpus, (text) => parseNumber('cpus', text)),
    cpuWeight: mapped(options['cpu-weight'], (text) => parseNumber('cpu-weight', text)),
    pids: mapped(options.pids, (text) => parseNumber('pids', text)),
  });
}

function rawSpec(
  image: string,
  command: readonly string[],
  options: ContainerOptions,
  environment: Readonly<Record<string, string | undefined>>,
): unknown {
  const limits = limitsOf(options);
  const capabilities = given({
    add: options['cap-add']?.map(capability),
    drop: options['cap-drop']?.map(capability),
  });
  return given({
    image,
    name: options.name,
    command: command.length === 0 ? undefined : [...command],
    env: options.env?.map((text) => envEntry(text, environment)),
    workingDir: options.workdir,
    user: options.user,
    hostname: options.hostname,
    limits: Object.keys(limits).length === 0 ? undefined : limits,
    keepWritableLayer: options['keep-writable-layer'],
    readonlyRootfs: options['read-only'],
    userNamespace: options.userns,
    network: options.network,
    capabilities: Object.keys(capabilities).length === 0 ? undefined : capabilities,
    seccomp: options.seccomp,
    noNewPrivileges: noNewPrivileges(options),
    rlimits: options.rlimit?.map(rlimit),
    stopSignal: mapped(options['stop-signal'], signal),
    stopTimeoutSec: mapped(options['stop-timeout'], (text) => parseNumber('stop-timeout', text)),
    labels: mapped(options.label, (texts) => Object.fromEntries(texts.map(label))),
  });
}

/** Which option a field of the spec was written with, for the message. */
const OPTION_OF: Readonly<Record<string, string>> = {
  image: 'IMAGE',
  command: 'COMMAND',
  workingDir: '--workdir',
  'limits.memoryBytes': '--memory',
  'limits.swapBytes': '--swap',
  'limits.cpuCores': '--cpus',
  'limits.cpuWeight': '--cpu-weight',
  'limits.pids': '--pids',
  userNamespace: '--userns',
  'capabilities.add': '--cap-add',
  'capabilities.drop': '--cap-drop',
  rlimits: '--rlimit',
  stopSignal: '--stop-signal',
  stopTimeoutSec: '--stop-timeout',
  labels: '--label',
};

function optionOf(path: readonly PropertyKey[]): string {
  const [first, second] = path.map(String);
  return OPTION_OF[`${first}.${second}`] ?? OPTION_OF[first ?? ''] ?? `--${first}`;
}

/**
 * Arguments and options as the container specification that goes over the wire, without the defaults of those who read it.
 * Errors: `invalid-input` with the spec's field and the option's name.
 */
export function specFrom(
  image: string,
  command: readonly string[],
  options: ContainerOptions,
  environment: Readonly<Record<string, string | undefined>>,
): ContainerSpecInput {
  const raw = rawSpec(image, command, options, environment);
  const parsed = ContainerSpec.safeParse(raw);
  // What is sent is what was written: the parsed value would freeze today's defaults into the request.
  if (parsed.success) return raw as ContainerSpecInput;
  const issue = parsed.error.issues[0];
  throw new DomainError('invalid-input', {
    message: `${optionOf(issue?.path ?? [])}: ${issue?.message ?? 'is not valid'}.`,
    mend: 'See "vitrine help run" for what each option takes.',
    field: issue?.path.join('.') ?? 'spec',
  });
}
