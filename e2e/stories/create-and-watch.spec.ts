import type { Page } from '@playwright/test';
import { FleetContainer } from '@vitrine/protocol';
import { z } from 'zod';
import { favour } from '../src/favour.ts';
import { expect, test } from '../src/fixtures.ts';

/** Fills in the create form as the README's first walk does: 64 MiB, half a CPU, 32 PIDs. */
async function createByForm(desk: Page, hostUrl: string, name: string, command: string): Promise<string> {
  await desk.goto(`${hostUrl}/create`);
  await desk.getByLabel('Image').fill('starter');
  await desk.getByLabel('Name', { exact: true }).fill(name);
  await desk.getByLabel('Command').fill(command);
  await desk.getByRole('button', { name: /^Limits/ }).click();
  await desk.getByLabel('Memory').fill('64 MiB');
  await desk.getByLabel('CPU', { exact: true }).fill('0.5');
  await desk.getByLabel('PIDs').fill('32');
  await desk.getByRole('button', { name: 'Create and start' }).click();
  await expect(desk.getByRole('heading', { name, level: 1 })).toBeVisible();
  return desk.url().split('/').at(-1) ?? '';
}

/** The number in a figure of the page's header, as in "0.50 / 0.5 cores". */
const figure = async (desk: Page, term: string): Promise<number> => {
  const text = (await desk.locator('header').getByText(term, { exact: true }).locator('..').textContent()) ?? '';
  return Number(/[\d.]+/.exec(text.slice(term.length))?.[0] ?? Number.NaN);
};

test('a container made by the form burns half a CPU, in the tree with both PIDs and in the chart', async ({
  desk,
  fleet,
  containers,
}) => {
  await favour(fleet.alpha.places.cgroupParent);
  const hostUrl = `${fleet.url}/hosts/${fleet.alpha.hostId}`;
  const id = await createByForm(desk, hostUrl, 'burner', 'burn-cpu 1');
  const { pid, limits } = await containers.get(id);
  expect(limits).toMatchObject({ memoryBytes: 67_108_864, cpuCores: 0.5, pids: 32 });

  await expect.poll(() => figure(desk, 'CPU'), { timeout: 30_000 }).toBeGreaterThan(0.44);
  expect(await figure(desk, 'CPU')).toBeLessThan(0.6);

  await desk.getByRole('link', { name: 'Processes', exact: true }).click();
  const row = desk.getByRole('row').filter({ hasText: 'burn-cpu' });
  await expect(row.first()).toContainText(String(pid));
  await expect(row).toHaveCount(2);
  // PID 1 inside, and its busy child with a PID of its own on either side.
  await expect(row.first().getByRole('gridcell').nth(1)).toHaveText('1');
  await containers.forget(id);
});

test('a fork bomb stops at its limit of processes', async ({ desk, fleet, containers }) => {
  const id = await createByForm(desk, `${fleet.url}/hosts/${fleet.alpha.hostId}`, 'bomb', 'fork-bomb');
  await expect.poll(() => figure(desk, 'PIDs'), { timeout: 20_000 }).toBe(32);
  await desk.getByRole('link', { name: 'Logs', exact: true }).click();
  await expect(desk.getByText(/processes, no more/)).toBeVisible();
  await containers.forget(id);
});

test('a memory hog ends in an autopsy that says out of memory and names the limit', async ({
  desk,
  fleet,
  containers,
}) => {
  const id = await createByForm(desk, `${fleet.url}/hosts/${fleet.alpha.hostId}`, 'hog', 'eat-memory');
  await expect(desk.getByText(/Out of memory: the kernel killed/).first()).toBeVisible({ timeout: 30_000 });
  await expect(desk.getByText('The limit was 64 MiB.').first()).toBeVisible();
  await expect(desk.getByText('running', { exact: true })).toHaveCount(0);
  await containers.forget(id);
});

test('stop and delete name their consequences before they are done', async ({ desk, fleet, containers }) => {
  const { id } = await containers.run({ name: 'leaving', image: 'starter' });
  const at = `${fleet.url}/hosts/${fleet.alpha.hostId}/containers/${id}`;
  await desk.goto(at);
  await desk.getByRole('button', { name: 'Stop', exact: true }).click();
  const question = desk.getByRole('alertdialog').or(desk.getByRole('dialog'));
  await expect(question).toContainText('SIGTERM');
  await question.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(desk.getByText(/Stopped by .*/).first()).toBeVisible();

  await desk.getByRole('button', { name: 'Delete', exact: true }).click();
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(desk).toHaveURL(new RegExp(`/hosts/${fleet.alpha.hostId}$`));
  const rows = await fleet.rest.get('/api/v1/containers', z.array(FleetContainer));
  expect(rows.map(({ container }) => container.name)).not.toContain('leaving');
  await expect(desk.getByRole('row').filter({ hasText: 'leaving' })).toHaveCount(0);
});
