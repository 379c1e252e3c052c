import { HostId, type FleetEvent } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { feedRows, withEvents } from './fleet-feed.ts';

const alpha = HostId.parse('11111111-1111-4111-8111-111111111111');

const event = (cursor: number, seq: number): FleetEvent => ({
  cursor,
  hostId: alpha,
  hostName: 'alpha',
  event: { seq, atMs: seq * 1000, actor: { kind: 'agent' }, type: 'agent.stopped' },
});

test('an event that comes twice, by the list and live, is shown once', () => {
  const kept = withEvents([], [event(2, 2), event(1, 1)]);

  expect(withEvents(kept, [event(2, 2)])).toBe(kept);
  expect(withEvents(kept, [event(3, 3)]).map(({ cursor }) => cursor)).toEqual([3, 2, 1]);
});

test('lost events are shown as a gap where they would stand', () => {
  const gap = { hostId: alpha, fromSeq: 2, toSeq: 5, noticedAtMs: 99_000 };
  const rows = feedRows([event(3, 7), event(2, 6), event(1, 1)], [gap], () => 'alpha');

  expect(rows.map(({ key }) => key)).toEqual(['event 3', 'event 2', `gap ${alpha} 2`, 'event 1']);
});
