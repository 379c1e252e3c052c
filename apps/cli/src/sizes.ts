import { DomainError } from '@vitrine/protocol';

const FACTOR: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** "64m", "64MiB", "1.5g", "1048576": always powers of 1024, as container tools have it. */
export function parseSize(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text);
  const factor = FACTOR[match?.[2]?.toLowerCase() ?? ''];
  if (match?.[1] === undefined || factor === undefined) {
    throw new DomainError('invalid-input', {
      message: `--${option} "${text}" is not a size.`,
      mend: 'Write a number with k, m, g or t, as in "64m"; without a letter it counts bytes.',
    });
  }
  return Math.round(Number(match[1]) * factor);
}

/** A number as a person writes it; what it may be is for the protocol's schema to say. */
export function parseNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new DomainError('invalid-input', {
    message: `--${option} "${text}" is not a number.`,
    mend: 'Write it in digits, as in "0.5".',
  });
}
