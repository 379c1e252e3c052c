import { TRPCError } from '@trpc/server';
import { CgroupError } from '@vitrine/cgroups';
import { isErrno, SyscallError } from '@vitrine/kernel';
import { DomainError, REQUEST_MAX_BYTES } from '@vitrine/protocol';
import { ZodError } from 'zod';

function fromZod(error: ZodError): DomainError {
  const issue = error.issues[0];
  // Fields of a container are named as people write them, wherever they travel.
  const field = (issue?.path.join('.') ?? '').replace(/^spec\./, '');
  const said = issue?.message ?? 'does not have the expected shape';
  return new DomainError('invalid-input', {
    message: field === '' ? `The request is not valid: ${said}.` : `${field}: ${said}`,
    mend: field === '' ? 'Send the fields that the procedure names.' : `Correct "${field}" and send it again.`,
    ...(field === '' ? {} : { field }),
    cause: error,
  });
}

/** A full disk wears many coats; people get the same words for all of them. */
const outOfSpace = (cause: unknown): DomainError =>
  new DomainError('out-of-space', {
    message: `The host's disk is full: ${cause instanceof Error ? cause.message : String(cause)}.`,
    mend: "Free space on the file system of the agent's state directory, then try again.",
    cause,
  });

/** What tRPC itself refuses: it comes from how the request was sent. */
const MALFORMED = new Set([
  'PARSE_ERROR',
  'BAD_REQUEST',
  'UNSUPPORTED_MEDIA_TYPE',
  'METHOD_NOT_SUPPORTED',
  'UNPROCESSABLE_CONTENT',
]);

function fromTrpc(error: TRPCError): DomainError {
  const { code, message } = error;
  if (code === 'NOT_FOUND') {
    return new DomainError('not-found', { message, mend: 'Ask for a procedure that this agent has.' });
  }
  if (code === 'PAYLOAD_TOO_LARGE') {
    return new DomainError('too-large', {
      message: `The request is larger than ${REQUEST_MAX_BYTES} bytes.`,
      mend: 'Send less in one request.',
    });
  }
  if (MALFORMED.has(code)) {
    return new DomainError('invalid-input', { message, mend: 'Send JSON as the procedure takes it.' });
  }
  return new DomainError('internal', {
    message: 'The agent met an error that it did not expect.',
    mend: "Look for it in the agent's log on that host.",
    cause: error,
  });
}

/** Whatever was thrown, as one error for people. The words of a defect stay in the agent's log. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof ZodError) return fromZod(error);
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) return outOfSpace(error);
  if (error instanceof CgroupError && error.kind === 'unusable') {
    return new DomainError('unsupported', { message: error.message, mend: error.mend ?? 'Look at /proc/cgroups.' });
  }
  if (error instanceof SyscallError) {
    return new DomainError('internal', {
      message: error.message,
      mend: 'The kernel refused this call; the features page of the host tells what this kernel can do.',
      cause: error,
    });
  }
  if (error instanceof TRPCError) {
    // tRPC wraps: our own errors are within; a ZodError is the caller's fault only where the input was parsed.
    if (error.cause instanceof ZodError && error.code !== 'BAD_REQUEST') return fromTrpc(error);
    return error.cause === undefined || error.cause instanceof SyntaxError
      ? fromTrpc(error)
      : toDomainError(error.cause);
  }
  return fromTrpc(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error }));
}
