import { expect, test } from 'vitest';
import { formatSize, parseCores, parseSize, parseWhole } from './quantity.ts';

test.each([
  ['64 MiB', 64 * 1024 ** 2],
  ['64m', 64 * 1024 ** 2],
  ['1.5GiB', 1.5 * 1024 ** 3],
  ['512 k', 512 * 1024],
  ['10 MB', 10_000_000],
  ['0', 0],
  ['.5 GiB', 512 * 1024 ** 2],
])('"%s" is understood as a size', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['64', '', 'MiB', '-1 MiB', '64 MiB!', '1e3 MiB', '64 parsecs', '99999999999 TiB'])(
  '"%s" is refused as a size rather than guessed at',
  (text) => {
    expect(parseSize(text)).toBeUndefined();
  },
);

test.each([0, 1, 1023, 1024, 512 * 1024, 64 * 1024 ** 2, 1.5 * 1024 ** 3, 20_500_001, 3 * 1024 ** 4])(
  'a size of %d bytes shown in the form reads back as the same bytes',
  (bytes) => {
    expect(parseSize(formatSize(bytes))).toBe(bytes);
  },
);

test('half a core can be typed three ways', () => {
  expect(['0.5', '.5', '500m'].map(parseCores)).toEqual([0.5, 0.5, 0.5]);
});

test('a core count that is not a number is refused', () => {
  expect(['', 'half', '-1', '50%', '1,5'].map(parseCores)).toEqual(Array(5).fill(undefined));
});

test('a count takes digits and nothing else', () => {
  expect(['32', ' 32 ', '3.2', '-1', '1e9', ''].map(parseWhole)).toEqual([
    32,
    32,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
