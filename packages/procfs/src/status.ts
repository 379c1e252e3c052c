/** /proc/PID/status, "Key:\tvalue" lines. Source: proc_pid_status(5). Keys that this kernel lacks are null. */
import { decodeCapabilities } from './capabilities.ts';

/** The value of one line, without reading the others. */
export function statusValue(text: string, key: string): string | undefined {
  const wanted = `${key}:\t`;
  const at = text.startsWith(wanted) ? 0 : text.indexOf(`\n${wanted}`) + 1;
  if (at === 0 && !text.startsWith(wanted)) return undefined;
  return text.slice(at + wanted.length, text.indexOf('\n', at)).trim();
}

export interface ProcessIdentity {
  /** Effective: what the process may do now. */
  uid: number;
  /** PID in the innermost PID namespace; null when that is the reader's own. */
  containerPid: number | null;
}

export function parseIdentity(text: string): ProcessIdentity {
  const pids = statusValue(text, 'NSpid')?.split('\t') ?? [];
  return {
    uid: Number(statusValue(text, 'Uid')?.split('\t')[1] ?? -1),
    containerPid: pids.length > 1 ? Number(pids.at(-1)) : null,
  };
}

export interface CapabilitySets {
  bounding: string[];
  effective: string[];
  permitted: string[];
  inheritable: string[];
  ambient: string[];
}

export function parseCapabilitySets(text: string): CapabilitySets {
  const names = (key: string) => decodeCapabilities(statusValue(text, key) ?? '0');
  return {
    bounding: names('CapBnd'),
    effective: names('CapEff'),
    permitted: names('CapPrm'),
    inheritable: names('CapInh'),
    ambient: names('CapAmb'),
  };
}

export interface SeccompReading {
  mode: 'disabled' | 'strict' | 'filter' | 'unknown';
  /** How many filters are stacked; null before Linux 5.9. */
  filters: number | null;
  noNewPrivileges: boolean | null;
}

const SECCOMP_MODES = ['disabled', 'strict', 'filter'] as const;

export function parseSeccomp(text: string): SeccompReading {
  const filters = statusValue(text, 'Seccomp_filters');
  const noNewPrivileges = statusValue(text, 'NoNewPrivs');
  return {
    mode: SECCOMP_MODES[Number(statusValue(text, 'Seccomp') ?? -1)] ?? 'unknown',
    filters: filters === undefined ? null : Number(filters),
    noNewPrivileges: noNewPrivileges === undefined ? null : noNewPrivileges === '1',
  };
}
