/** Capabilities, no_new_privs and the seccomp filter: what root inside may still not do. */
import { CAPABILITIES } from '@vitrine/kernel';
import { DomainError } from '@vitrine/protocol';
import type { OciProcess } from '../oci.ts';
import { becomeUser } from './identity.ts';
import { named, type PlanContext } from './plan-context.ts';

const PR = {
  SET_PDEATHSIG: named(1, 'PR_SET_PDEATHSIG'),
  SET_KEEPCAPS: named(8, 'PR_SET_KEEPCAPS'),
  CAPBSET_DROP: named(24, 'PR_CAPBSET_DROP'),
  SET_NO_NEW_PRIVS: named(38, 'PR_SET_NO_NEW_PRIVS'),
  CAP_AMBIENT: named(47, 'PR_CAP_AMBIENT'),
} as const;
const AMBIENT_RAISE = named(2, 'PR_CAP_AMBIENT_RAISE');
const AMBIENT_CLEAR_ALL = named(4, 'PR_CAP_AMBIENT_CLEAR_ALL');
const SIGKILL = named(9, 'SIGKILL');
const SECCOMP_SET_MODE_FILTER = named(1, 'SECCOMP_SET_MODE_FILTER');
const CAPABILITY_VERSION_3 = 0x20080522;
const BPF_INSTRUCTION_BYTES = 8;
const SIG_SETMASK = named(2, 'SIG_SETMASK');
const SIGSET_BYTES = 8;

/** Without its shim a container has no log and no exit status; so it ends with it, whatever ended the shim. */
export const dieWithShim = ({ child }: PlanContext, label: string): void =>
  child.syscall('sync', label, 'prctl', [PR.SET_PDEATHSIG, SIGKILL, 0, 0, 0]);

/** The shim blocks all signals, and a program inherits that. */
export function unblockSignals({ child, plan }: PlanContext): void {
  const none = plan.arena.buffer(SIGSET_BYTES, '[]');
  child.syscall('exec', 'no signal is blocked', 'rt_sigprocmask', [SIG_SETMASK, none, 0, SIGSET_BYTES]);
}

type Capabilities = NonNullable<OciProcess['capabilities']>;

const capabilityNumber = (name: string): number => {
  const number = CAPABILITIES.indexOf(name);
  if (number < 0) {
    throw new DomainError('invalid-input', {
      field: 'capabilities',
      message: `${name} is no capability that Linux has.`,
      mend: 'Use names as in capabilities(7), for example CAP_NET_ADMIN.',
    });
  }
  return number;
};

/** The bounding set needs CAP_SETPCAP, so it comes before the user; the rest after, as changing the user clears it. */
export function restrictCapabilities(context: PlanContext): void {
  const { child, input } = context;
  const { capabilities } = input.config.process;
  if (capabilities === undefined) {
    becomeUser(context);
    return;
  }
  for (const [number, name] of CAPABILITIES.entries()) {
    if (capabilities.bounding.includes(name)) continue;
    child.syscall('security', `never again ${name}`, 'prctl', [PR.CAPBSET_DROP, named(number, name), 0, 0, 0], {
      // A kernel that does not know it cannot grant it.
      allow: ['EINVAL'],
    });
  }
  child.syscall('security', 'keep capabilities over the change of user', 'prctl', [PR.SET_KEEPCAPS, 1, 0, 0, 0]);
  becomeUser(context);
  child.syscall('security', 'and no longer', 'prctl', [PR.SET_KEEPCAPS, 0, 0, 0, 0]);
  setCapabilities(context, capabilities);
}

function setCapabilities(context: PlanContext, capabilities: Capabilities): void {
  const { child, plan } = context;
  const header = Buffer.alloc(8);
  header.writeUInt32LE(CAPABILITY_VERSION_3, 0);
  const data = Buffer.alloc(24);
  // Two words each of effective, permitted and inheritable, interleaved by word.
  for (const [field, names] of [
    [0, capabilities.effective],
    [4, capabilities.permitted],
    [8, capabilities.inheritable],
  ] as const) {
    for (const number of names.map(capabilityNumber)) {
      const at = field + (number >= 32 ? 12 : 0);
      data.writeUInt32LE((data.readUInt32LE(at) | (1 << (number % 32))) >>> 0, at);
    }
  }
  const shown = `{effective=${capabilities.effective.length}, permitted=${capabilities.permitted.length}, inheritable=${capabilities.inheritable.length}}`;
  child.syscall('security', 'capabilities', 'capset', [
    plan.arena.bytes(header, '{_LINUX_CAPABILITY_VERSION_3, 0}'),
    plan.arena.bytes(data, shown),
  ]);
  child.syscall('security', 'none for programs without file capabilities', 'prctl', [
    PR.CAP_AMBIENT,
    AMBIENT_CLEAR_ALL,
    0,
    0,
    0,
  ]);
  for (const name of capabilities.ambient) {
    const capability = named(capabilityNumber(name), name);
    child.syscall('security', `but ${name}`, 'prctl', [PR.CAP_AMBIENT, AMBIENT_RAISE, capability, 0, 0]);
  }
}

export function forbidNewPrivileges({ child, input }: PlanContext): void {
  if (input.config.process.noNewPrivileges !== true) return;
  child.syscall('security', 'no program may gain privileges', 'prctl', [PR.SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
}

/**
 * With no_new_privs the filter is the very last thing before exec. Without, installing it needs CAP_SYS_ADMIN, so it
 * must come before the capabilities go, and has to let pass what follows.
 */
export function installSeccomp(context: PlanContext, place: 'before-capabilities' | 'last'): void {
  const { child, plan, input } = context;
  const { seccompFilter } = input;
  const noNewPrivileges = input.config.process.noNewPrivileges === true;
  if (seccompFilter === null || noNewPrivileges !== (place === 'last')) return;
  const instructions = seccompFilter.length / BPF_INSTRUCTION_BYTES;
  const program = Buffer.alloc(16);
  program.writeUInt16LE(instructions, 0);
  const fprog = plan.arena.bytes(program, `{len=${instructions}}`);
  plan.arena.point(fprog.at(8, 8), plan.arena.bytes(seccompFilter, 'filter'));
  child.syscall('security', 'filter system calls', 'seccomp', [SECCOMP_SET_MODE_FILTER, 0, fprog]);
}
