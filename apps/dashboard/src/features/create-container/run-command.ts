import type { ContainerSpec } from '@vitrine/protocol';
import { quoteWord, quoteWords } from './command-line.ts';
import { formatSize } from './quantity.ts';

/** `--name value`, or a lone `--name`. */
type Flag = readonly string[];

const option = (name: string, value: string | number | undefined): Flag[] =>
  value === undefined ? [] : [[name, String(value)]];
const choice = (name: string, chosen: boolean, value?: string): Flag[] =>
  chosen ? [value === undefined ? [name] : [name, value]] : [];
const many = (name: string, values: readonly string[]): Flag[] => values.map((value) => [name, value]);
const size = (bytes: number | undefined): string | undefined =>
  bytes === undefined ? undefined : formatSize(bytes).replace(' ', '');

function flagsOf(spec: ContainerSpec): Flag[] {
  const { limits, capabilities } = spec;
  return [
    ...option('--name', spec.name),
    ...option('--memory', size(limits.memoryBytes)),
    ...option('--swap', size(limits.swapBytes)),
    ...option('--cpus', limits.cpuCores),
    ...option('--cpu-weight', limits.cpuWeight),
    ...option('--pids', limits.pids),
    ...many('--env', spec.env),
    ...option('--user', spec.user),
    ...option('--workdir', spec.workingDir),
    ...option('--hostname', spec.hostname),
    ...choice('--read-only', spec.readonlyRootfs),
    ...choice('--keep-writable-layer', spec.keepWritableLayer),
    ...choice('--userns', spec.userNamespace === 'host', 'host'),
    ...choice('--network', spec.network === 'host', 'host'),
    ...many('--cap-add', capabilities.add),
    ...many('--cap-drop', capabilities.drop),
    ...choice('--seccomp', spec.seccomp === 'unconfined', 'unconfined'),
    ...choice('--allow-new-privileges', !spec.noNewPrivileges),
    ...many(
      '--rlimit',
      spec.rlimits.map(({ type, soft, hard }) => `${type.replace('RLIMIT_', '').toLowerCase()}=${soft}:${hard}`),
    ),
    ...choice('--stop-signal', spec.stopSignal !== 'SIGTERM', spec.stopSignal),
    ...choice('--stop-timeout', spec.stopTimeoutSec !== 10, String(spec.stopTimeoutSec)),
    ...many(
      '--label',
      Object.entries(spec.labels).map(([name, value]) => `${name}=${value}`),
    ),
  ];
}

/** The same container asked for on a command line; what is the default anyway is left out. */
export function runCommand(hostName: string, spec: ContainerSpec, start: boolean): string {
  const flags = [...choice('--detach', start), ...option('--host', hostName), ...flagsOf(spec)];
  const program = [quoteWord(spec.image), ...(spec.command === undefined ? [] : [quoteWords(spec.command)])].join(' ');
  return [
    start ? 'vitrine run' : 'vitrine create',
    ...flags.map((flag) => flag.map(quoteWord).join(' ')),
    program,
  ].join(' \\\n  ');
}
