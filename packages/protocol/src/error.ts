import { z } from 'zod';

/** What went wrong, for programs to branch on. Each maps to one tRPC code, one HTTP status and one exit code of the CLI. */
export const ErrorCode = z.enum([
  'invalid-input',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'precondition-failed',
  'too-large',
  'rate-limited',
  'host-offline',
  'host-timeout',
  'launch-failed',
  'out-of-space',
  'unsupported',
  'internal',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** What every surface answers when it says no. `message`: what failed, with its arguments. `mend`: what to do about it. */
export const ErrorBody = z.object({
  code: ErrorCode,
  message: z.string(),
  mend: z.string().nullable(),
  /** The input field at fault, as a path: `limits.memoryBytes`. */
  field: z.string().nullable(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** An error meant for people; anything else that is thrown is a defect and is shown as `internal`. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly mend: string | null;
  readonly field: string | null;

  constructor(code: ErrorCode, options: { message: string; mend?: string; field?: string; cause?: unknown }) {
    super(options.message, { cause: options.cause });
    this.code = code;
    this.mend = options.mend ?? null;
    this.field = options.field ?? null;
  }

  toBody(): ErrorBody {
    return { code: this.code, message: this.message, mend: this.mend, field: this.field };
  }

  static fromBody(body: ErrorBody): DomainError {
    return new DomainError(body.code, {
      message: body.message,
      ...(body.mend === null ? {} : { mend: body.mend }),
      ...(body.field === null ? {} : { field: body.field }),
    });
  }
}

/** tRPC's own words for the same; the agent and the hub both speak it. */
export const TRPC_CODE = {
  'invalid-input': 'BAD_REQUEST',
  unauthenticated: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
  'precondition-failed': 'PRECONDITION_FAILED',
  'too-large': 'PAYLOAD_TOO_LARGE',
  'rate-limited': 'TOO_MANY_REQUESTS',
  'host-offline': 'SERVICE_UNAVAILABLE',
  'host-timeout': 'GATEWAY_TIMEOUT',
  'launch-failed': 'UNPROCESSABLE_CONTENT',
  'out-of-space': 'INTERNAL_SERVER_ERROR',
  unsupported: 'NOT_IMPLEMENTED',
  internal: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<ErrorCode, string>;

export const HTTP_STATUS: Record<ErrorCode, number> = {
  'invalid-input': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'precondition-failed': 412,
  'too-large': 413,
  'rate-limited': 429,
  'host-offline': 503,
  'host-timeout': 504,
  'launch-failed': 422,
  'out-of-space': 507,
  unsupported: 501,
  internal: 500,
};

/** Exit codes of the CLI, by class of mend: 2 usage, 3 not found, 4 refused, 5 unreachable, 6 launch, 1 the rest. */
export const CLI_EXIT_CODE: Record<ErrorCode, number> = {
  'invalid-input': 2,
  unauthenticated: 4,
  forbidden: 4,
  'not-found': 3,
  conflict: 7,
  'precondition-failed': 7,
  'too-large': 2,
  'rate-limited': 4,
  'host-offline': 5,
  'host-timeout': 5,
  'launch-failed': 6,
  'out-of-space': 1,
  unsupported: 1,
  internal: 1,
};
