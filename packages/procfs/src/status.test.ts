import { RECORDED_PIDS, readRecorded } from '@vitrine/testing/recorded';
import { describe, expect, test } from 'vitest';
import { parseCapabilitySets, parseIdentity, parseSeccomp, statusValue } from './status.ts';

describe.each(['v1', 'v2'] as const)('on the recorded %s host', (host) => {
  const statusOf = (who: keyof (typeof RECORDED_PIDS)['v1']) =>
    readRecorded(host, `proc/${RECORDED_PIDS[host][who]}/status`);

  test('PID 1 of a container has both numbers, and its own children have, too', () => {
    expect(parseIdentity(statusOf('shell'))).toEqual({ uid: 0, containerPid: 1 });
    expect(parseIdentity(statusOf('sleep')).containerPid).toBeGreaterThan(1);
  });

  test('an ordinary process of the host has no number inside', () => {
    expect(parseIdentity(statusOf('odd')).containerPid).toBeNull();
    expect(parseIdentity(statusOf('unshare')).containerPid).toBeNull();
  });

  test('no_new_privs shows, and no filter is invented', () => {
    expect(parseSeccomp(statusOf('shell'))).toEqual({ mode: 'disabled', filters: 0, noNewPrivileges: true });
    expect(parseSeccomp(statusOf('odd')).noNewPrivileges).toBe(false);
  });

  test('root in a user namespace of its own holds every capability there and inherits none', () => {
    const sets = parseCapabilitySets(statusOf('shell'));
    expect(sets.effective).toContain('CAP_SYS_ADMIN');
    expect(sets.inheritable).toEqual([]);
    expect(sets.ambient).toEqual([]);
  });
});

test('a filter, several of them, and a kernel too old to count them', () => {
  expect(parseSeccomp('Name:\tx\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n')).toEqual({
    mode: 'filter',
    filters: 3,
    noNewPrivileges: true,
  });
  expect(parseSeccomp('Name:\tx\nSeccomp:\t2\n')).toEqual({ mode: 'filter', filters: null, noNewPrivileges: null });
  expect(parseSeccomp('Name:\tx\n').mode).toBe('unknown');
});

test('a key is found only at the start of its line', () => {
  const text = 'Name:\tUid:\t7\nUid:\t1000\t1001\t1002\t1003\n';
  expect(statusValue(text, 'Uid')).toBe('1000\t1001\t1002\t1003');
  expect(statusValue(text, 'id')).toBeUndefined();
  expect(parseIdentity(text).uid).toBe(1001);
});
