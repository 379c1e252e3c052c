/**
 * Which device nodes may be made, read and written: everything is denied, then a list allowed.
 *
 * Written once to the agent's parent directory: a new cgroup inherits its parent's list at mkdir, so a launch pays
 * nothing for it. An entry names one rule; the kernel takes one rule a write.
 *
 * Source   Linux, Documentation/admin-guide/cgroup-v1/devices.rst.
 * On v2    the same needs a BPF program, which is not done yet.
 */
export const ALLOWED_DEVICES = [
  'c 1:3 rwm', // /dev/null
  'c 1:5 rwm', // /dev/zero
  'c 1:7 rwm', // /dev/full
  'c 1:8 rwm', // /dev/random
  'c 1:9 rwm', // /dev/urandom
  'c 5:0 rwm', // /dev/tty
  'c 5:1 rwm', // /dev/console
  'c 5:2 rwm', // /dev/ptmx
  'c 136:* rwm', // /dev/pts/*
  'c *:* m', // any node may be made: what cannot be opened does no harm
  'b *:* m',
] as const;

/** `write` puts one text into one file of the parent directory. */
export function applyDevicePolicy(write: (file: string, value: string) => void): void {
  write('devices.deny', 'a');
  for (const rule of ALLOWED_DEVICES) write('devices.allow', rule);
}
