import { access, writeFile } from 'node:fs/promises';
import { expect, test } from '../src/fixtures.ts';
import { waitForConnection } from '../src/fleet.ts';
import { until } from '../src/until.ts';

test('the agent is killed while containers run: they live on, and what ended meanwhile has its true exit code', async ({
  fleet,
  containers,
}) => {
  const { alpha, rest } = fleet;
  const lasting = await Promise.all(
    ['lasting-1', 'lasting-2'].map((name) => containers.run({ name, image: 'starter', command: ['sleep', '1000'] })),
  );
  // It ends when a file appears that only this story makes: no clock decides whether the agent is away by then.
  const ending = await containers.run({
    name: 'ending',
    image: 'starter',
    command: ['sh', '-c', 'while [ ! -e /tmp/end ]; do sleep 0.05; done; exit 42'],
  });
  const endingPid = ending.pid ?? 0;

  await alpha.part().killHard();
  await until('the container to be asked to end', async () => {
    await writeFile(`/proc/${endingPid}/root/tmp/end`, '');
    return true;
  });
  await until('the container to end without an agent', async () => {
    return access(`/proc/${endingPid}`).then(
      () => false,
      () => true,
    );
  });
  await alpha.restart();
  await waitForConnection(rest, alpha.hostId, 'online');

  for (const { id, pid } of lasting) expect(await containers.becomes(id, 'running')).toMatchObject({ pid });
  expect(await containers.becomes(ending.id, 'stopped')).toMatchObject({ exit: { kind: 'exited', code: 42 } });

  const events = await until('the hub to have heard of the end', async () => {
    const all = (await containers.events()).map(({ event }) => event);
    return all.some((event) => event.type === 'container.exited' && event.containerId === ending.id) && all;
  });
  const numbers = events.map(({ seq }) => seq);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
  const ends = events.filter((event) => event.type === 'container.exited' && event.containerId === ending.id);
  expect(ends).toHaveLength(1);
  expect(events.findLast(({ type }) => type === 'agent.started')).toMatchObject({ recovered: 2 });
});
