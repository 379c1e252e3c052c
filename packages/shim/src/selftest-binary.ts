import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** Builds the decoder and executor with ASan and UBSan (2 s), for tests only. Returns the binary's path. */
export function sanitizedSelftest(): string {
  execFileSync('bash', ['build', '--sanitized'], { cwd: PACKAGE, stdio: 'pipe' });
  return `${PACKAGE}dist/selftest`;
}
