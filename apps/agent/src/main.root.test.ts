import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempDisposableSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const TOKEN = `vjt_${'x'.repeat(32)}`;

const main = (args: readonly string[]): Promise<{ code: number; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, _stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr });
    });
  });

test('a join that is refused ends with the exit code of its reason, and in words', async () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'vitrine-main-'));
  const refusal = {
    code: 'forbidden',
    message: 'The join token has expired.',
    mend: 'Make a new one.',
    field: 'token',
  };
  const hub = createServer((_, response) => response.writeHead(403).end(JSON.stringify(refusal))).listen(
    0,
    '127.0.0.1',
  );
  await once(hub, 'listening');
  const url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  const tryIt = (hubUrl: string, token: string) =>
    main(['join', '--state-dir', directory.path, '--hub-url', hubUrl, '--token', token]);

  const expired = await tryIt(url, TOKEN);
  const malformed = await tryIt(url, 'vjt_short');
  hub.close();
  await once(hub, 'close');
  const unreachable = await tryIt(url, TOKEN);

  expect(expired).toEqual({ code: 4, stderr: 'vitrine agent: The join token has expired.\nmend: Make a new one.\n' });
  expect(malformed.code).toBe(2);
  expect(unreachable.code).toBe(5);
  expect(unreachable.stderr).toMatch(/^vitrine agent: The hub at \S+ cannot be reached: .+\nmend: .+\n$/);
});
