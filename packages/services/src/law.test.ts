import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AuditRow, DomainError, type Role } from '@vitrine/protocol';
import type { Ask, Caller, Hub } from './ask.ts';
import { changes, type Law, reads } from './law.ts';

const FOLDER = join(import.meta.dirname, 'verbs');
/** What verbs are made of, and is none itself. */
const NOT_VERBS = new Set(['containers/fleet-detail.ts', 'join-tokens/join-token-secret.ts', 'issueJoinToken']);

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NOT_VERBS.has(file),
);

async function verbsOf(file: string): Promise<[name: string, verb: { law?: Law }][]> {
  const module = (await import(join(FOLDER, file))) as Record<string, { law?: Law }>;
  return Object.entries(module).filter(([name]) => !NOT_VERBS.has(name));
}

test.each(files)('%s holds one verb, made by the law', async (file) => {
  const verbs = await verbsOf(file);

  const lawless = verbs.filter(([, { law }]) => law === undefined).map(([name]) => name);
  expect({ verbs: verbs.length, 'to be made by reads(), changes() or watches()': lawless }).toEqual({
    verbs: 1,
    'to be made by reads(), changes() or watches()': [],
  });
});

const caller = (role: Role, mustChangePassword = false): Caller => ({
  user: { id: 'u', name: 'una', email: 'una@example.com', role, mustChangePassword },
  role,
  actor: { kind: 'user', id: 'u', name: 'una', via: 'browser' },
});

/** Everything but the audit is out of reach: who touches it before the check fails the test. */
function askBy(who: Caller | null): { ask: Ask; audited: Omit<AuditRow, 'id'>[] } {
  const audited: Omit<AuditRow, 'id'>[] = [];
  const audit = {
    append: async (row: Omit<AuditRow, 'id'>) => {
      audited.push(row);
      return { ...row, id: '1' };
    },
  };
  const hub = { stores: { audit }, now: () => 5 } as unknown as Hub;
  const accounts = { authenticate: async () => who } as Ask['accounts'];
  return { ask: { hub, accounts }, audited };
}

const rename = (make: () => Promise<string>) =>
  changes<{ to: string }, string>(
    { action: 'things.rename', needs: 'operator', subject: ({ to }, output) => ({ target: output ?? to }) },
    make,
  );

test('a change that is done leaves one row with what it made', async () => {
  const { ask, audited } = askBy(caller('admin'));

  expect(await rename(async () => 'made')(ask, { to: 'asked' })).toBe('made');

  expect(audited).toMatchObject([{ action: 'things.rename', outcome: 'done', target: 'made', atMs: 5 }]);
});

test('a change that is refused is not begun, and leaves a row', async () => {
  const { ask, audited } = askBy(caller('viewer'));
  let begun = false;
  const verb = rename(async () => {
    begun = true;
    return '';
  });

  await expect(verb(ask, { to: 'x' })).rejects.toMatchObject({ code: 'forbidden' });

  expect(begun).toBe(false);
  expect(audited).toMatchObject([{ outcome: 'refused', target: 'x' }]);
});

test("a change that fails leaves a row with the reason, but never with a defect's own words", async () => {
  const { ask, audited } = askBy(caller('admin'));
  const conflict = new DomainError('conflict', { message: 'The name is taken.' });

  await expect(rename(() => Promise.reject(conflict))(ask, { to: 'x' })).rejects.toBe(conflict);
  await expect(rename(() => Promise.reject(new Error('secret path')))(ask, { to: 'x' })).rejects.toThrow('secret');

  expect(audited.map(({ outcome, detail }) => [outcome, detail])).toEqual([
    ['failed', 'The name is taken.'],
    ['failed', 'Something unexpected happened in the hub.'],
  ]);
});

test('whoever is not signed in is refused and cannot fill the audit', async () => {
  const { ask, audited } = askBy(null);

  await expect(rename(async () => '')(ask, { to: 'x' })).rejects.toMatchObject({ code: 'unauthenticated' });

  expect(audited).toEqual([]);
});

test('with the password that was handed out, only what the law allows can be done', async () => {
  const { ask } = askBy(caller('admin', true));

  await expect(reads({ needs: 'viewer' }, () => 1)(ask, undefined)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await reads({ needs: 'viewer', evenWithInitialPassword: true }, () => 1)(ask, undefined)).toBe(1);
});
