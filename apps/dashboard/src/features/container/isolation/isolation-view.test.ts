import type { NamespaceView } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { apartSentence, capabilityRows, idBands, rootSentence, seccompWords } from './isolation-view.ts';

const namespace = (kind: NamespaceView['kind'], shared: boolean | null): NamespaceView => ({
  kind,
  shared,
  hostInode: 1,
  containerInode: 2,
  question: '',
  outside: '',
  inside: '',
});

test('shared namespaces are named, own ones counted', () => {
  const kinds = ['pid', 'net', 'mnt', 'uts'] as const;

  expect(apartSentence(kinds.map((kind) => namespace(kind, kind === 'net' || kind === 'uts')))).toBe(
    '2 of 4 namespaces are its own; it shares net and uts with the host.',
  );
  expect(apartSentence(kinds.map((kind) => namespace(kind, false)))).toBe(
    'All 4 namespaces that this kernel has are its own.',
  );
});

test('a namespace the kernel does not have is neither own nor shared', () => {
  expect(apartSentence([namespace('pid', false), namespace('time', null)])).toBe(
    'All 1 namespaces that this kernel has are its own.',
  );
  expect(apartSentence([namespace('time', null)])).toBe('The kernel did not tell which namespaces it has.');
});

test('capabilities in force stand first, those gone for good last', () => {
  const rows = capabilityRows({
    known: ['CAP_SYS_ADMIN', 'CAP_CHOWN', 'CAP_KILL'],
    effective: ['CAP_KILL'],
    permitted: ['CAP_KILL'],
    inheritable: [],
    bounding: ['CAP_KILL', 'CAP_CHOWN'],
    ambient: [],
  });

  expect(rows.map(({ name, standing }) => [name, standing])).toEqual([
    ['CAP_KILL', 'held'],
    ['CAP_CHOWN', 'allowed'],
    ['CAP_SYS_ADMIN', 'dropped'],
  ]);
});

test('the id map is drawn as bands with both ends named', () => {
  expect(idBands([{ insideStart: 0, outsideStart: 165_536, count: 65_536 }])).toEqual([
    { inside: { from: 0, to: 65_535 }, outside: { from: 165_536, to: 231_071 }, count: 65_536, identity: false },
  ]);
});

test('it is said plainly who root inside is', () => {
  expect(rootSentence([{ insideStart: 0, outsideStart: 165_536, count: 65_536 }])).toContain('user 165536 on the host');
  expect(rootSentence([{ insideStart: 0, outsideStart: 0, count: 4_294_967_295 }])).toContain('root on the host');
  expect(rootSentence([{ insideStart: 1000, outsideStart: 1000, count: 1 }])).toContain('Nobody is root inside');
  expect(rootSentence([])).toContain('did not tell');
});

test('a filter tells how many calls it refuses, no filter is a warning', () => {
  expect(
    seccompWords({ mode: 'filter', filters: 1, blocked: ['reboot', 'kexec_load'], noNewPrivileges: true }),
  ).toEqual({
    tone: 'run',
    word: 'filtered',
    sentence: '1 filter refuses 2 system calls. No program it starts can gain privileges.',
  });
  expect(seccompWords({ mode: 'filter', filters: 2, blocked: ['reboot'], noNewPrivileges: null }).sentence).toBe(
    '2 filters refuse 1 system call.',
  );
  expect(seccompWords({ mode: 'disabled', filters: 0, blocked: [], noNewPrivileges: false })).toMatchObject({
    tone: 'warn',
    word: 'off',
  });
});
