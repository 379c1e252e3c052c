/** The OCI runtime specification's linux.seccomp; the default errno is EPERM, as there. */
export type SeccompProfile = {
  defaultAction: string;
  defaultErrnoRet?: number;
  /** `SCMP_ARCH_…`; empty: the running kernel's own. */
  architectures?: readonly string[];
  syscalls?: readonly SeccompRule[];
};

export type SeccompRule = {
  names: readonly string[];
  action: string;
  errnoRet?: number;
  /** All must hold. */
  args?: readonly SeccompArgument[];
};

export type SeccompArgument = { index: number; value: number; valueTwo?: number; op: string };
