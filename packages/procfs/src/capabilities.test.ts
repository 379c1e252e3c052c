import { expect, test } from 'vitest';
import { capabilitiesUpTo, decodeCapabilities } from './capabilities.ts';

test("Docker's fourteen are read from their mask", () => {
  expect(decodeCapabilities('00000000a80425fb')).toEqual([
    'CAP_CHOWN',
    'CAP_DAC_OVERRIDE',
    'CAP_FOWNER',
    'CAP_FSETID',
    'CAP_KILL',
    'CAP_SETGID',
    'CAP_SETUID',
    'CAP_SETPCAP',
    'CAP_NET_BIND_SERVICE',
    'CAP_NET_RAW',
    'CAP_SYS_CHROOT',
    'CAP_MKNOD',
    'CAP_AUDIT_WRITE',
    'CAP_SETFCAP',
  ]);
});

test('a capability newer than the table is shown by its number and not dropped', () => {
  expect(decodeCapabilities('0000020000000001')).toEqual(['CAP_CHOWN', 'CAP_41']);
  expect(capabilitiesUpTo(41).slice(-2)).toEqual(['CAP_CHECKPOINT_RESTORE', 'CAP_41']);
});

test('an empty mask is no capability', () => {
  expect(decodeCapabilities('0000000000000000')).toEqual([]);
});
