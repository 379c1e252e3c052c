/**
 * Defence against requests that another site makes in a signed-in browser. Browsers send cookies along by themselves,
 * and `Origin` truthfully; a request with an API token needs no such proof.
 */
import type { IncomingMessage } from 'node:http';
import { DomainError } from '@vitrine/protocol';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

function isOwn(origin: string, request: IncomingMessage, publicUrl: string): boolean {
  const host = hostOf(origin);
  return host !== undefined && (host === request.headers.host || host === new URL(publicUrl).host);
}

const foreign = (origin: string | undefined): DomainError =>
  new DomainError('forbidden', {
    message:
      origin === undefined
        ? 'A request with a session cookie must say where it comes from.'
        : `The request comes from ${origin}, which is not this hub.`,
    mend: "Send the hub's own address as Origin, or use an API token instead of the cookie.",
  });

/** For requests that may change something, and for WebSockets, which may carry them. */
function refuseForeign(request: IncomingMessage, publicUrl: string): void {
  const { origin, cookie, authorization } = request.headers;
  if (origin !== undefined ? !isOwn(origin, request, publicUrl) : cookie !== undefined && authorization === undefined) {
    throw foreign(origin);
  }
}

export function refuseForeignRequest(request: IncomingMessage, publicUrl: string): void {
  if (!SAFE_METHODS.has(request.method ?? 'GET')) refuseForeign(request, publicUrl);
}

export const refuseForeignUpgrade = refuseForeign;
