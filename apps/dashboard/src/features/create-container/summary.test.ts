import { expect, test } from 'vitest';
import { EMPTY_DRAFT, SECTIONS } from './draft.ts';
import { giveAways } from './give-away.ts';
import { summarise } from './summary.ts';

test('a folded section says in one line what the untouched form would do', () => {
  expect(SECTIONS.map((section) => summarise(section, EMPTY_DRAFT))).toEqual([
    "no image yet · the image's own command",
    '256 MiB memory · 0.5 CPU · 128 PIDs · no swap',
    "the image's user · user ids of its own · loopback only · seccomp filter",
    'starts at once · writable layer dies with it · SIGTERM, then SIGKILL after 10 s',
  ]);
});

test('nothing is given away by the defaults, and each dangerous choice says what it gives', () => {
  expect(giveAways(EMPTY_DRAFT)).toEqual({});

  const careless = {
    ...EMPTY_DRAFT,
    userNamespace: 'host',
    network: 'host',
    seccomp: 'unconfined',
    noNewPrivileges: false,
    capAdd: 'sys_admin CAP_LEASE',
  } as const;
  const told = giveAways(careless);
  expect(Object.keys(told).sort()).toEqual(['capAdd', 'network', 'noNewPrivileges', 'seccomp', 'userNamespace']);
  expect(told.capAdd).toBe(
    'CAP_SYS_ADMIN allows mounting, namespaces and much else: it undoes most of the isolation. CAP_LEASE allows more than the default set does.',
  );
  expect(summarise('security', careless)).toContain('5 choices give something away');
});

test('one added capability counts as one thing given away', () => {
  expect(summarise('security', { ...EMPTY_DRAFT, capAdd: 'NET_RAW' })).toContain('1 choice gives something away');
});
