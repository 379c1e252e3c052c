import type { ServerResponse } from 'node:http';

/**
 * Next puts its start-up data into inline scripts, and pages made at build time can carry no nonce: hence
 * 'unsafe-inline'. Everything else, and every other origin, is shut.
 */
const policy = (development: boolean): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'unsafe-inline'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

export function setSecurityHeaders(
  response: ServerResponse,
  options: { publicUrl: string; development: boolean },
): void {
  response.setHeader('content-security-policy', policy(options.development));
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  if (options.publicUrl.startsWith('https:')) response.setHeader('strict-transport-security', 'max-age=31536000');
}
