import { openHostShell } from '../src/host-shell.ts';
import { listHost, untilAsBefore } from '../src/listings.ts';
import { expect, test } from '../src/fixtures.ts';

test('kill -9 from a host shell: the row changes, the autopsy names the shell, and the host is as it was', async ({
  desk,
  fleet,
  containers,
}) => {
  const { places, part, hostId } = fleet.alpha;
  const before = await listHost(places, part().pid);
  const victim = await containers.run({ name: 'victim', image: 'starter', limits: { memoryBytes: 64 * 1024 * 1024 } });
  await desk.goto(`${fleet.url}/hosts/${hostId}`);
  const row = desk.getByRole('row').filter({ hasText: 'victim' });
  await expect(row.getByText('running')).toBeVisible();
  await desk.evaluate(() => {
    document.body.dataset['notReloaded'] = 'yes';
  });

  await using shell = await openHostShell();
  await shell.run(`kill -9 ${victim.pid ?? 0}`);

  await expect(row.getByText('killed SIGKILL')).toBeVisible();
  expect(await desk.evaluate(() => document.body.dataset['notReloaded'])).toBe('yes');

  await row.getByRole('link', { name: 'victim' }).click();
  await expect(desk.getByText(`Killed with SIGKILL by bash (pid ${shell.pid}) of root`)).toBeVisible();
  await expect(desk.getByText('Not out of memory').first()).toBeVisible();
  const { autopsy } = await containers.autopsy(victim.id);
  expect(autopsy.exit).toMatchObject({
    kind: 'signaled',
    signal: 'SIGKILL',
    sender: { kind: 'process', pid: shell.pid, comm: 'bash', where: 'host' },
  });
  expect(autopsy.lastProcesses.map(({ pid }) => pid)).toContain(victim.pid);

  await untilAsBefore(before, places, part().pid);
});
