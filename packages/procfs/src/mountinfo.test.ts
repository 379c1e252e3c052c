import { RECORDED_PIDS, readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { parseMountinfo } from './mountinfo.ts';

test('tags before the dash, escapes, and options of both kinds', () => {
  const text =
    '36 35 98:0 /root /with\\040blank rw,noatime master:1 shared:2 - ext4 /dev/sda1 rw,errors=continue\n' +
    '37 36 0:45 / /merged ro,relatime - overlay overlay rw,lowerdir=/l/1:/l/2,upperdir=/u\n';

  expect(parseMountinfo(text)).toEqual([
    { target: '/with blank', fstype: 'ext4', source: '/dev/sda1', options: 'rw,noatime,errors=continue' },
    {
      target: '/merged',
      fstype: 'overlay',
      source: 'overlay',
      options: 'ro,relatime,lowerdir=/l/1:/l/2,upperdir=/u',
    },
  ]);
});

test.each(['v1', 'v2'] as const)('the nested process of the recorded %s host sees a proc of its own on top', (host) => {
  const mounts = parseMountinfo(readRecorded(host, `proc/${RECORDED_PIDS[host].shell}/mountinfo`));

  expect(mounts.filter(({ target }) => target === '/proc').at(-1)).toMatchObject({
    fstype: 'proc',
    options: 'rw,nosuid,nodev,noexec,relatime',
  });
  expect(mounts.every(({ target, fstype }) => target.startsWith('/') && fstype !== '')).toBe(true);
});
