import { writeFile } from 'node:fs/promises';
import { containersOf } from '../src/containers.ts';
import { expect, test } from '../src/fixtures.ts';
import { layWire } from '../src/wire.ts';

test('a second host joins, is cut off, is shown stale and then offline, comes back and catches up', async ({
  desk,
  fleet,
}) => {
  test.setTimeout(180_000);
  await using wire = await layWire(`${fleet.scratch.word}-w`, 17, fleet.url);
  const beta = await fleet.addAgent('beta', wire.netns, wire.hubUrl);
  const there = containersOf(fleet.rest, beta.hostId);
  const ending = await there.run({
    name: 'far-away',
    image: 'starter',
    command: ['sh', '-c', 'while [ ! -e /tmp/end ]; do sleep 0.05; done; exit 7'],
  });

  await desk.goto(fleet.url);
  const [alphaCard, betaCard] = ['alpha', 'beta'].map((name) => desk.getByRole('main').getByText(name).first());
  await expect(alphaCard ?? desk.locator('none')).toBeVisible();
  await expect(betaCard ?? desk.locator('none')).toBeVisible();

  await wire.cut();
  await expect(desk.getByText(/stale/i).first()).toBeVisible({ timeout: 12_000 });
  await expect(desk.getByText(/offline/i).first()).toBeVisible({ timeout: 25_000 });
  // Nothing of the hub or the first host waits for the one that is gone.
  const alive = await containersOf(fleet.rest, fleet.alpha.hostId).run({ image: 'starter', command: ['true'] });
  await containersOf(fleet.rest, fleet.alpha.hostId).forget(alive.id);

  await writeFile(`/proc/${ending.pid ?? 0}/root/tmp/end`, '');
  await wire.mend();

  await expect(desk.getByText(/offline/i)).toHaveCount(0, { timeout: 60_000 });
  await desk.goto(`${fleet.url}/hosts/${beta.hostId}`);
  await expect(desk.getByRole('row').filter({ hasText: 'far-away' }).getByText('exited 7')).toBeVisible();
  const seqs = (await there.events()).map(({ event }) => event.seq);
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
  await beta.leave();
});
