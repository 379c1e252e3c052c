/** Sizes and core counts as people type them. Each `parse` answers undefined when the text is not one. */

/** `64m` is 64 MiB, as with every container tool; only a unit spelled with a B and no i (MB) is decimal. */
const BYTES_PER_UNIT: Record<string, number> = {
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  t: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1000 ** 4,
};

/** "64 MiB", "1.5GiB", "512k"; a bare number has no meaning (0 has). Rounded down to whole bytes. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, digits = '', unit = ''] = match;
  const value = Number(digits);
  if (unit === '') return value === 0 ? 0 : undefined;
  const scale = BYTES_PER_UNIT[unit.toLowerCase()];
  if (scale === undefined) return undefined;
  const bytes = Math.floor(value * scale);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest text that `parseSize` reads back as exactly these bytes. */
export function formatSize(bytes: number): string {
  if (bytes === 0) return '0';
  for (const [unit, scale] of [
    ['TiB', 1024 ** 4],
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= scale && (bytes * 100) % scale === 0) return `${bytes / scale} ${unit}`;
  }
  return `${bytes} B`;
}

/** "0.5" and ".5" are half a core, and so is "500m". */
export function parseCores(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(m?)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, digits = '', milli = ''] = match;
  return milli === 'm' ? Number(digits) / 1000 : Number(digits);
}

/** Digits only: no sign, no fraction, no exponent. */
export function parseWhole(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^\d+$/.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isSafeInteger(value) ? value : undefined;
}
