import { expect, test } from 'vitest';
import { safeNext } from './safe-next.ts';

test('signing in leads back to the page that asked for it', () => {
  expect(safeNext('/hosts/1/containers/2?tab=logs')).toBe('/hosts/1/containers/2?tab=logs');
});

test.each([null, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example'])(
  'signing in never leads to another site: %j',
  (wanted) => {
    expect(safeNext(wanted)).toBe('/');
  },
);
