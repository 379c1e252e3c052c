/**
 * Seccomp profiles compiled to classic BPF by libseccomp(3).
 *
 * A rule whose system call this libseccomp or this architecture does not know is left out, as the OCI specification's
 * users expect: with an allow-list that is the safe side.
 */
import { fstatSync, readSync } from 'node:fs';
import koffi from 'koffi';
import type { SeccompProfile, SeccompRule } from '../seccomp-profile.ts';
import { checkReturned } from './libc.ts';
import { createMemfd } from './memfd.ts';

const ACTION: Record<string, number> = {
  SCMP_ACT_KILL_PROCESS: 0x8000_0000,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL: 0,
  SCMP_ACT_TRAP: 0x0003_0000,
  SCMP_ACT_LOG: 0x7ffc_0000,
  SCMP_ACT_ALLOW: 0x7fff_0000,
};
const ACT_ERRNO = 0x0005_0000;
const COMPARE: Record<string, number> = {
  SCMP_CMP_NE: 1,
  SCMP_CMP_LT: 2,
  SCMP_CMP_LE: 3,
  SCMP_CMP_EQ: 4,
  SCMP_CMP_GE: 5,
  SCMP_CMP_GT: 6,
  SCMP_CMP_MASKED_EQ: 7,
};
const ATTRIBUTE = { CTL_NNP: 3, CTL_OPTIMIZE: 8 } as const;
/** Of SCMP_FLTATR_CTL_OPTIMIZE: a binary tree over the numbers instead of a list. */
const OPTIMIZE_BINARY_TREE = 2;
const EPERM = 1;
const NO_SUCH_SYSCALL = -1;
/** libseccomp's invented numbers for calls that another architecture has; and its code for "not on this one". */
const FIRST_PSEUDO_SYSCALL = -10_000;
const EDOM = 33;
/** Calls younger than some libseccomp still in use, by the numbers that every architecture shares. */
const YOUNG_SYSCALLS: Readonly<Record<string, number>> = {
  futex_waitv: 449,
  set_mempolicy_home_node: 450,
  cachestat: 451,
  fchmodat2: 452,
  map_shadow_stack: 453,
  futex_wake: 454,
  futex_wait: 455,
  futex_requeue: 456,
  statmount: 457,
  listmount: 458,
  lsm_get_self_attr: 459,
  lsm_set_self_attr: 460,
  lsm_list_modules: 461,
  mseal: 462,
  setxattrat: 463,
  getxattrat: 464,
  listxattrat: 465,
  removexattrat: 466,
  open_tree_attr: 467,
  file_getattr: 468,
  file_setattr: 469,
};
/** The largest number with a name here. */
export const LAST_KNOWN_SYSCALL = 469;
const ARCH_NATIVE = 0;
const EEXIST = 17;

type Argument = { arg: number; op: number; datum_a: number; datum_b: number };
type Context = { readonly __brand: 'scmp_filter_ctx' };

/** Loaded when first used: a host without libseccomp can still run unconfined containers. */
function loadLibseccomp() {
  const library = koffi.load('libseccomp.so.2');
  const compare = koffi.struct({ arg: 'uint32_t', op: 'int', datum_a: 'uint64_t', datum_b: 'uint64_t' });
  const init: (action: number) => Context | null = library.func('seccomp_init', 'void *', ['uint32_t']);
  const release: (context: Context) => void = library.func('seccomp_release', 'void', ['void *']);
  const archAdd: (context: Context, arch: number) => number = library.func('seccomp_arch_add', 'int', [
    'void *',
    'uint32_t',
  ]);
  const archResolve: (name: string) => number = library.func('seccomp_arch_resolve_name', 'uint32_t', ['str']);
  const resolve: (name: string) => number = library.func('seccomp_syscall_resolve_name', 'int', ['str']);
  const setAttribute: (context: Context, attribute: number, value: number) => number = library.func(
    'seccomp_attr_set',
    'int',
    ['void *', 'int', 'uint32_t'],
  );
  const ruleAdd: (context: Context, action: number, nr: number, count: number, args: Argument[] | null) => number =
    library.func('seccomp_rule_add_array', 'int', ['void *', 'uint32_t', 'int', 'uint', koffi.pointer(compare)]);
  const exportBpf: (context: Context, fd: number) => number = library.func('seccomp_export_bpf', 'int', [
    'void *',
    'int',
  ]);
  const nameOf: (arch: number, nr: number) => string | null = library.func('seccomp_syscall_resolve_num_arch', 'str', [
    'uint32_t',
    'int',
  ]);
  return { nameOf, init, release, archAdd, archResolve, resolve, setAttribute, ruleAdd, exportBpf };
}
type Libseccomp = ReturnType<typeof loadLibseccomp>;

export class SeccompCompiler {
  #library: Libseccomp | undefined;
  #names: readonly string[] | undefined;

  /** Every call this architecture has, as far as libseccomp or we know names, in the order of their numbers. */
  listSyscalls(): readonly string[] {
    this.#names ??= this.#readNames();
    return this.#names;
  }

  #readNames(): string[] {
    this.#library ??= loadLibseccomp();
    const { nameOf } = this.#library;
    const names = Array.from({ length: LAST_KNOWN_SYSCALL + 1 }, (_, nr) => nameOf(ARCH_NATIVE, nr));
    return [...new Set([...names.filter((name) => name !== null), ...Object.keys(YOUNG_SYSCALLS)])];
  }

  compile(profile: SeccompProfile): Uint8Array {
    this.#library ??= loadLibseccomp();
    const library = this.#library;
    const context = library.init(actionNumber(profile.defaultAction, profile.defaultErrnoRet));
    if (context === null) throw new Error(`libseccomp refused the default action ${profile.defaultAction}.`);
    try {
      // The launch plan sets no_new_privs itself, where the container asks for it.
      checkReturned('seccomp_attr_set', ['CTL_NNP'], library.setAttribute(context, ATTRIBUTE.CTL_NNP, 0));
      // Older libseccomp (< 2.5) has no tree: the same filter, only slower.
      library.setAttribute(context, ATTRIBUTE.CTL_OPTIMIZE, OPTIMIZE_BINARY_TREE);
      for (const arch of profile.architectures ?? []) addArchitecture(library, context, arch);
      for (const rule of profile.syscalls ?? []) addRule(library, context, rule);
      return exportProgram(library, context);
    } finally {
      library.release(context);
    }
  }
}

/** SCMP_ARCH_X86_64 → x86_64, as seccomp_arch_resolve_name(3) wants it. */
function addArchitecture(library: Libseccomp, context: Context, arch: string): void {
  const name = arch.replace(/^SCMP_ARCH_/, '').toLowerCase();
  const token = library.archResolve(name);
  if (token === 0) throw new RangeError(`libseccomp knows no architecture ${arch}.`);
  const answer = library.archAdd(context, token);
  if (answer !== -EEXIST) checkReturned('seccomp_arch_add', [arch], answer);
}

function addRule(library: Libseccomp, context: Context, rule: SeccompRule): void {
  const action = actionNumber(rule.action, rule.errnoRet);
  const args = (rule.args ?? []).map(({ index, op, value, valueTwo }) => ({
    arg: index,
    op: COMPARE[op] ?? unknownName(op),
    datum_a: value,
    datum_b: valueTwo ?? 0,
  }));
  for (const name of rule.names) {
    const nr = syscallNumber(library, name);
    if (nr === undefined) continue;
    const answer = library.ruleAdd(context, action, nr, args.length, args.length === 0 ? null : args);
    if (answer !== -EDOM) checkReturned('seccomp_rule_add', [name, { text: rule.action }], answer);
  }
}

function syscallNumber(library: Libseccomp, name: string): number | undefined {
  const nr = library.resolve(name);
  if (nr !== NO_SUCH_SYSCALL && nr > FIRST_PSEUDO_SYSCALL) return nr;
  return YOUNG_SYSCALLS[name];
}

function exportProgram(library: Libseccomp, context: Context): Uint8Array {
  using memfd = createMemfd('seccomp', 0);
  checkReturned('seccomp_export_bpf', [memfd.number], library.exportBpf(context, memfd.number));
  const program = new Uint8Array(fstatSync(memfd.number).size);
  readSync(memfd.number, program, 0, program.length, 0);
  return program;
}

function actionNumber(action: string, errno = EPERM): number {
  if (action === 'SCMP_ACT_ERRNO') return ACT_ERRNO | (errno & 0xffff);
  return ACTION[action] ?? unknownName(action);
}

function unknownName(name: string): never {
  throw new RangeError(`Unknown name in a seccomp profile: ${name}.`);
}
