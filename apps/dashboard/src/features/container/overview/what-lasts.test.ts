import { ContainerSpec } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { detailOf } from '../detail-fixture.ts';
import { deleteConsequences, killConsequences, stopConsequences, whatLasts } from './what-lasts.ts';

const kept = detailOf({ spec: ContainerSpec.parse({ image: 'starter', keepWritableLayer: true, stopTimeoutSec: 3 }) });

test('by default every file it wrote dies with it, and the page says so', () => {
  expect(whatLasts(detailOf()).dies).toContain('its writable layer: every file it wrote');
  expect(stopConsequences(detailOf()).join(' ')).toContain('every file it wrote is gone');
});

test('a kept writable layer lasts until it is deleted, and deleting names it first', () => {
  expect(whatLasts(kept).dies.join(' ')).not.toContain('writable layer');
  expect(whatLasts(kept).lasts[0]).toBe('its writable layer, as asked');
  expect(deleteConsequences(kept)[0]).toContain('writable layer');
  expect(deleteConsequences(detailOf()).join(' ')).not.toContain('writable layer');
});

test('stopping tells the signal and the patience that this container was given', () => {
  expect(stopConsequences(kept)[0]).toBe(
    'PID 1 of web gets SIGTERM; after 3 s without an end it is killed with SIGKILL.',
  );
});

test('only SIGKILL promises an end', () => {
  expect(killConsequences(detailOf(), 'SIGKILL')[0]).toContain('ends at once');
  expect(killConsequences(detailOf(), 'SIGHUP').join(' ')).toContain('ignores a signal');
});

test("the host's network and user ids are not said to die with it", () => {
  const shared = detailOf({
    spec: ContainerSpec.parse({ image: 'starter', network: 'host', userNamespace: 'host' }),
  });

  expect(whatLasts(shared).dies.join(' ')).not.toMatch(/network|user ids/);
});
