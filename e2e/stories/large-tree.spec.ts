import { expect, test } from '../src/fixtures.ts';

const PROCESSES = 500;

test('a container of five hundred processes is shown, and the page stays responsive', async ({
  desk,
  fleet,
  containers,
}) => {
  const crowd = await containers.run({
    name: 'crowd',
    image: 'starter',
    command: ['fork-bomb', String(PROCESSES)],
    limits: { pids: PROCESSES + 50 },
  });
  await desk.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}/containers/${crowd.id}/processes`);
  await expect(desk.getByText(/sleep 100000/).first()).toBeVisible();
  await expect(desk.getByText(/50[01]/).first()).toBeVisible({ timeout: 30_000 });

  // Only what is seen is in the document, and a tab answers while the tree lives.
  expect(await desk.getByRole('row').count()).toBeLessThan(200);
  await desk.getByRole('link', { name: 'Overview', exact: true }).click();
  await expect(desk.getByRole('main').getByText('PIDs').first()).toBeVisible();
});
