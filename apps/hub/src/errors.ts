/** Whatever is thrown, in the one shape that every surface answers. */
import { TRPCError } from '@trpc/server';
import { DomainError, type ErrorBody, type ErrorCode } from '@vitrine/protocol';
import { ZodError } from 'zod';

type TrpcCode = TRPCError['code'];

/** What tRPC itself says no with, before any verb is reached. */
const FROM_TRPC: Partial<Record<TrpcCode, ErrorCode>> = {
  PARSE_ERROR: 'invalid-input',
  BAD_REQUEST: 'invalid-input',
  NOT_FOUND: 'not-found',
  METHOD_NOT_SUPPORTED: 'invalid-input',
  UNSUPPORTED_MEDIA_TYPE: 'invalid-input',
  PAYLOAD_TOO_LARGE: 'too-large',
};

const INTERNAL: ErrorBody = {
  code: 'internal',
  message: 'Something unexpected happened in the hub.',
  mend: "The hub's log has the details; please report them.",
  field: null,
};

export function fromZod(error: ZodError): ErrorBody {
  const issue = error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? null : issue.path.join('.');
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  const what = issue?.message ?? 'is not valid';
  return {
    code: 'invalid-input',
    message: field === null ? `The request is not valid: ${what}${more}.` : `${field}: ${what}${more}.`,
    mend: field === null ? 'Compare the request with /api/v1/openapi.json.' : `Correct ${field} and ask again.`,
    field,
  };
}

export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof DomainError) return error.toBody();
  if (!(error instanceof TRPCError)) return INTERNAL;
  if (error.cause instanceof DomainError) return error.cause.toBody();
  const code = FROM_TRPC[error.code];
  if (code === undefined) return INTERNAL;
  if (error.cause instanceof ZodError) return fromZod(error.cause);
  const mend = 'Compare the request with /api/v1/openapi.json.';
  return { code, message: error.message, mend, field: null };
}
