/** Failures of the rooms below, worded for people. */
import { CgroupError } from '@vitrine/cgroups';
import { isErrno } from '@vitrine/kernel';
import { DomainError, type ErrorCode } from '@vitrine/protocol';

const CODE_OF_CGROUP: Record<CgroupError['kind'], ErrorCode> = {
  exists: 'conflict',
  gone: 'internal',
  busy: 'conflict',
  'limit-refused': 'invalid-input',
  'controller-missing': 'unsupported',
  'invalid-name': 'invalid-input',
  unusable: 'precondition-failed',
};

/** Anything else is a defect and is handed on as it is. */
export function toDomainError(error: unknown): unknown {
  if (error instanceof CgroupError) {
    return new DomainError(CODE_OF_CGROUP[error.kind], {
      message: error.message,
      cause: error,
      ...(error.mend === null ? {} : { mend: error.mend }),
      ...(error.field === null ? {} : { field: error.field }),
    });
  }
  if (error instanceof Error && isErrno(error, 'ENOSPC', 'EDQUOT')) {
    return new DomainError('out-of-space', {
      message: `The host's disk is full: ${error.message}.`,
      mend: 'Free space where the agent keeps its state (see df), or delete containers and images that nobody needs.',
      cause: error,
    });
  }
  return error;
}
