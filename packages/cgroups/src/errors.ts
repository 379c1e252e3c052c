/** What a caller may branch on. */
export type CgroupErrorKind =
  | 'exists'
  | 'gone'
  | 'busy'
  | 'limit-refused'
  | 'controller-missing'
  | 'invalid-name'
  | 'unusable';

interface CgroupErrorOptions {
  message: string;
  /** The limit at fault, as a path in the container's spec: `limits.memoryBytes`. */
  field?: string;
  mend?: string;
  file?: string;
  /** The text that would not go in. */
  value?: string;
  cause?: unknown;
}

/** A control group said no. */
export class CgroupError extends Error {
  override readonly name = 'CgroupError';
  readonly kind: CgroupErrorKind;
  readonly field: string | null;
  readonly mend: string | null;
  readonly file: string | null;
  readonly value: string | null;
  /** As in `EBUSY`, when the kernel said it. */
  readonly code: string | null;

  constructor(kind: CgroupErrorKind, options: CgroupErrorOptions) {
    super(options.message, { cause: options.cause });
    this.kind = kind;
    this.field = options.field ?? null;
    this.mend = options.mend ?? null;
    this.file = options.file ?? null;
    this.value = options.value ?? null;
    this.code = errnoOf(options.cause) ?? null;
  }
}

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A removed cgroup answers ENOENT by path and ENODEV on a file kept open. */
export function isGone(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENODEV';
}

export const gone = (directory: string, cause?: unknown): CgroupError =>
  new CgroupError('gone', { message: `The cgroup ${directory} is gone.`, file: directory, cause });

const WHY_REFUSED: Record<string, string> = {
  EBUSY: 'More than that is in use already, or something in this cgroup stands in the way.',
  EINVAL: 'The kernel does not take this value.',
  ERANGE: 'The value is outside what the kernel takes.',
  ENOENT: 'This kernel has no such file, so the limit is switched off in it (for swap: boot with swapaccount=1).',
  ENODEV: 'There is no such block device, or it is a partition: limits go to whole disks.',
  EACCES: 'Writing was refused: run the agent as root.',
  EPERM: 'Writing was refused: run the agent as root.',
};

export function limitRefused(field: string, file: string, value: string, cause: unknown): CgroupError {
  const code = errnoOf(cause) ?? 'unknown error';
  return new CgroupError('limit-refused', {
    message: `Cannot set ${field}: writing "${value}" to ${file} gave ${code}.`,
    mend: WHY_REFUSED[code] ?? `See what ${file} holds now, and choose another value.`,
    field,
    file,
    value,
    cause,
  });
}

export const controllerMissing = (field: string, controller: string, parent: string): CgroupError =>
  new CgroupError('controller-missing', {
    message: `Cannot set ${field}: the ${controller} controller is not available below ${parent}.`,
    mend:
      `Leave ${field} out, or give the controller to the agent: under systemd run "systemctl edit vitrine-agent", ` +
      `add "[Service]" and "Delegate=yes", and restart it; see also cgroup_disable= on the kernel's command line.`,
    field,
    file: parent,
  });
