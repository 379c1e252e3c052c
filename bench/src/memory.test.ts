import { expect, test } from 'vitest';
import { memoryOf, parseSmapsRollup } from './memory.ts';

test('PSS and RSS are read in bytes', () => {
  const text =
    '5591d000-7ffd rw-p 00000000 00:00 0 [rollup]\nRss:                 884 kB\nPss:                 137 kB\nPss_Dirty:  60 kB\n';

  expect(parseSmapsRollup(text)).toEqual({ pssBytes: 137 * 1024, rssBytes: 884 * 1024 });
});

test('this very process is larger than nothing', async () => {
  const { pssBytes, rssBytes } = await memoryOf(process.pid);

  expect(pssBytes).toBeGreaterThan(0);
  expect(rssBytes).toBeGreaterThanOrEqual(pssBytes);
});
