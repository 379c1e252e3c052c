import { ContainerSpec, type ContainerSpecInput, type Limits, type Rlimit, describeBytes } from '@vitrine/protocol';
import type { z } from 'zod';
import { splitCommandLine } from './command-line.ts';
import type { Draft, DraftField } from './draft.ts';
import { parseLines, parsePair } from './lines.ts';
import { parseCores, parseSize, parseWhole } from './quantity.ts';

type Mistakes = Partial<Record<DraftField, string>>;

interface ReadDraft {
  /** Present exactly when there is no mistake. */
  spec?: ContainerSpec;
  mistakes: Mistakes;
}

/** What the host can give; null when it never told. */
export interface HostMeans {
  name: string;
  memoryBytes: number;
  cpuCount: number;
}

/** From the form as typed to the specification, or to one sentence a field that says what is wrong with it. */
export function readDraft(draft: Draft, host: HostMeans | null): ReadDraft {
  const mistakes: Mistakes = {};
  const input = specInput(draft, mistakes);
  if (input.image === '') mistakes.image = 'Choose an image.';
  const parsed = ContainerSpec.safeParse(input);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const field = fieldOfPath(issue.path.join('.'));
      if (field !== undefined) mistakes[field] ??= wordIssue(issue, field);
    }
  }
  if (host !== null) checkAgainstHost(input.limits ?? {}, host, mistakes);
  return parsed.success && Object.keys(mistakes).length === 0 ? { spec: parsed.data, mistakes } : { mistakes };
}

/** What is right so far: the fields at fault are left to their defaults. Undefined without a right image. */
export function rightPart(draft: Draft, mistakes: Mistakes, host: HostMeans | null): ContainerSpec | undefined {
  const wrong = (Object.keys(mistakes) as DraftField[]).map((field) => [field, ''] as const);
  return readDraft({ ...draft, ...Object.fromEntries(wrong) }, host).spec;
}

/** The fields whose text is no value at all are left out of the specification and told in `mistakes`. */
function specInput(draft: Draft, mistakes: Mistakes): ContainerSpecInput {
  const command = readCommand(draft.command, mistakes);
  return {
    image: draft.image.trim(),
    ...typed('name', draft.name),
    ...typed('workingDir', draft.workingDir),
    ...typed('user', draft.user),
    ...typed('hostname', draft.hostname),
    ...(command === undefined ? {} : { command }),
    env: parseLines(draft.env),
    limits: readLimits(draft, mistakes),
    keepWritableLayer: draft.keepWritableLayer,
    readonlyRootfs: draft.readonlyRootfs,
    userNamespace: draft.userNamespace,
    network: draft.network,
    capabilities: { add: capabilities(draft.capAdd), drop: capabilities(draft.capDrop) },
    seccomp: draft.seccomp,
    noNewPrivileges: draft.noNewPrivileges,
    rlimits: readRlimits(draft.rlimits, mistakes),
    ...typed('stopSignal', signalName(draft.stopSignal)),
    ...number('stopTimeoutSec', draft.stopTimeoutSec, parseWhole, NOT_SECONDS, mistakes),
    labels: readLabels(draft.labels, mistakes),
  };
}

const NOT_A_SIZE = 'Not a size. Write a number with a unit, as in 64 MiB or 1.5 GiB.';
const NOT_CORES = 'Not a number of cores. Write 0.5 for half a core.';
const NOT_A_COUNT = 'Not a whole number.';
const NOT_SECONDS = 'Not a whole number of seconds.';

function typed<F extends DraftField>(field: F, text: string): Partial<Record<F, string>> {
  const trimmed = text.trim();
  return trimmed === '' ? {} : ({ [field]: trimmed } as Record<F, string>);
}

function number<N extends string>(
  name: N,
  text: string,
  parse: (text: string) => number | undefined,
  otherwise: string,
  mistakes: Mistakes,
  field: DraftField = name as DraftField,
): Partial<Record<N, number>> {
  if (text.trim() === '') return {};
  const value = parse(text);
  if (value === undefined) {
    mistakes[field] = otherwise;
    return {};
  }
  return { [name]: value } as Record<N, number>;
}

function readLimits(draft: Draft, mistakes: Mistakes): Limits {
  return {
    ...number('memoryBytes', draft.memory, parseSize, NOT_A_SIZE, mistakes, 'memory'),
    ...number('swapBytes', draft.swap, parseSize, NOT_A_SIZE, mistakes, 'swap'),
    ...number('cpuCores', draft.cpuCores, parseCores, NOT_CORES, mistakes),
    ...number('cpuWeight', draft.cpuWeight, parseWhole, NOT_A_COUNT, mistakes),
    ...number('pids', draft.pids, parseWhole, NOT_A_COUNT, mistakes),
  };
}

function readCommand(text: string, mistakes: Mistakes): string[] | undefined {
  const split = splitCommandLine(text);
  if (!split.ok) {
    mistakes.command = `The command ${split.message}.`;
    return undefined;
  }
  return split.line.words.length === 0 ? undefined : split.line.words;
}

/** `net_admin`, `NET_ADMIN` and `CAP_NET_ADMIN` are one; parted by blanks or commas. */
const capabilities = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word) => word.toUpperCase())
    .map((word) => (word.startsWith('CAP_') ? word : `CAP_${word}`));

const signalName = (text: string): string => {
  const upper = text.trim().toUpperCase();
  return upper === '' || upper.startsWith('SIG') ? upper : `SIG${upper}`;
};

/** `nofile=1024` sets both, `nofile=1024:4096` the soft and the hard one. */
function readRlimits(text: string, mistakes: Mistakes): Rlimit[] {
  const rlimits: Rlimit[] = [];
  for (const line of parseLines(text)) {
    const match = /^(?:RLIMIT_)?([a-z]+)=(\d+)(?::(\d+))?$/i.exec(line.trim());
    if (match === null) {
      mistakes.rlimits = `"${line}" is not NAME=SOFT or NAME=SOFT:HARD, as in nofile=1024:4096.`;
      return [];
    }
    const [, name = '', soft = '', hard = soft] = match;
    if (Number(soft) > Number(hard))
      mistakes.rlimits = `${name}: the soft limit (${soft}) is above the hard one (${hard}).`;
    rlimits.push({ type: `RLIMIT_${name.toUpperCase()}`, soft: Number(soft), hard: Number(hard) });
  }
  return rlimits;
}

function readLabels(text: string, mistakes: Mistakes): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const entry of parseLines(text)) {
    const pair = parsePair(entry);
    if (pair === undefined) {
      mistakes.labels = `"${entry}" is not NAME=value.`;
      return {};
    }
    labels[pair[0]] = pair[1];
  }
  return labels;
}

/** What the kernel would take but this host does not have. */
function checkAgainstHost({ memoryBytes, cpuCores }: Limits, host: HostMeans, mistakes: Mistakes): void {
  if (memoryBytes !== undefined && memoryBytes > host.memoryBytes) {
    mistakes.memory ??= `${host.name} has ${describeBytes(host.memoryBytes)}: a limit above that limits nothing.`;
  }
  if (cpuCores !== undefined && cpuCores > host.cpuCount) {
    mistakes.cpuCores ??= `${host.name} has ${host.cpuCount} ${host.cpuCount === 1 ? 'core' : 'cores'}.`;
  }
}

const FIELD_OF_PATH: Record<string, DraftField> = {
  name: 'name',
  image: 'image',
  command: 'command',
  env: 'env',
  workingDir: 'workingDir',
  user: 'user',
  hostname: 'hostname',
  'limits.memoryBytes': 'memory',
  'limits.swapBytes': 'swap',
  'limits.cpuCores': 'cpuCores',
  'limits.cpuWeight': 'cpuWeight',
  'limits.pids': 'pids',
  keepWritableLayer: 'keepWritableLayer',
  readonlyRootfs: 'readonlyRootfs',
  userNamespace: 'userNamespace',
  network: 'network',
  'capabilities.add': 'capAdd',
  'capabilities.drop': 'capDrop',
  seccomp: 'seccomp',
  noNewPrivileges: 'noNewPrivileges',
  rlimits: 'rlimits',
  stopSignal: 'stopSignal',
  stopTimeoutSec: 'stopTimeoutSec',
  labels: 'labels',
};

/** The form's field for a path of the wire, be it zod's or the server's: `spec.limits.memoryBytes`, `env.3`. */
export function fieldOfPath(path: string): DraftField | undefined {
  const parts = path.replace(/^spec\./, '').split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const field = FIELD_OF_PATH[parts.slice(0, length).join('.')];
    if (field !== undefined) return field;
  }
  return undefined;
}

/** The protocol words its own rules ("must be …"); zod's built-in wording is made to match. */
function wordIssue(issue: z.core.$ZodIssue, field: DraftField): string {
  const where = listEntry(issue, field);
  if (/^(must|needs|is) /.test(issue.message)) return sentence(`${where} ${issue.message}`);
  if (issue.code === 'too_small') return sentence(`${where} must be at least ${issue.minimum}`);
  if (issue.code === 'too_big') {
    const unit =
      issue.origin === 'string' ? ' characters' : issue.origin === 'array' || issue.origin === 'set' ? ' entries' : '';
    return sentence(`${where} must be at most ${issue.maximum}${unit}`);
  }
  return sentence(issue.message);
}

/** Names the line at fault where a field holds several. */
function listEntry(issue: z.core.$ZodIssue, field: DraftField): string {
  const last = issue.path.at(-1);
  if (typeof last !== 'number') return '';
  return field === 'env' ? `Line ${last + 1}` : `Entry ${last + 1}`;
}

const sentence = (text: string): string => {
  const trimmed = text.trim();
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
};
