import { CAPABILITIES } from '@vitrine/kernel';

const nameOf = (number: number): string => CAPABILITIES[number] ?? `CAP_${number}`;

/** Names of all that a kernel has whose /proc/sys/kernel/cap_last_cap is `last`. */
export const capabilitiesUpTo = (last: number): string[] => Array.from({ length: last + 1 }, (_, n) => nameOf(n));

/** Names in a hexadecimal mask as /proc/PID/status prints it. One newer than this table is shown by its number. */
export function decodeCapabilities(mask: string): string[] {
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: 64 }, (_, n) => n)
    .filter((n) => (bits >> BigInt(n)) & 1n)
    .map(nameOf);
}
