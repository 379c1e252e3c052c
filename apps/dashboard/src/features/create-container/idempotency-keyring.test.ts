import { expect, test } from 'vitest';
import { IdempotencyKeyring } from './idempotency-keyring.ts';

test('clicking twice asks for one container', () => {
  const keys = new IdempotencyKeyring();

  expect(keys.keyFor({ image: 'starter' })).toBe(keys.keyFor({ image: 'starter' }));
  expect(keys.keyFor({ image: 'starter' })).toMatch(/^[0-9a-f]{32}$/);
});

test('asking again after an answer was lost does not make a second container', () => {
  const keys = new IdempotencyKeyring();
  const first = keys.keyFor({ image: 'starter' });
  keys.answered('host-timeout');

  expect(keys.keyFor({ image: 'starter' })).toBe(first);
});

test('asking again after a refusal, or for something else, is a new request', () => {
  const keys = new IdempotencyKeyring();
  const first = keys.keyFor({ image: 'starter' });
  keys.answered('launch-failed');
  const second = keys.keyFor({ image: 'starter' });

  expect(second).not.toBe(first);
  expect(keys.keyFor({ image: 'other' })).not.toBe(second);
});
