import type { Page } from '@playwright/test';
import { agentPlaces, joinFleet, startAgent, tearDown } from '../src/agent.ts';
import { expect, test } from '../src/fixtures.ts';
import { openRest } from '../src/rest.ts';

const inMenu = async (desk: Page, host: string, item: RegExp): Promise<void> => {
  await desk.getByRole('button', { name: `Actions of ${host}` }).click();
  await desk.getByRole('menuitem', { name: item }).click();
};

test('a host is renamed, and a name that cannot be is refused at the field', async ({ desk, fleet }) => {
  await desk.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}`);
  await inMenu(desk, 'alpha', /Rename/);
  const name = desk.getByRole('textbox', { name: 'Name' });
  await name.fill('not a name!');
  await desk.getByRole('button', { name: 'Rename' }).click();
  await expect(desk.getByText(/must start with a letter or digit/)).toBeVisible();
  await name.fill('omega');
  await desk.getByRole('button', { name: 'Rename' }).click();
  await expect(desk.getByRole('heading', { name: 'omega', level: 1 })).toBeVisible();

  await inMenu(desk, 'omega', /Rename/);
  await name.fill('alpha');
  await desk.getByRole('button', { name: 'Rename' }).click();
  await expect(desk.getByRole('heading', { name: 'alpha', level: 1 })).toBeVisible();
});

test('an API token is shown once, opens the REST interface, and is refused once it is revoked', async ({
  desk,
  fleet,
}) => {
  await desk.goto(`${fleet.url}/settings`);
  await desk.getByRole('button', { name: 'New token' }).click();
  await desk.getByRole('textbox', { name: 'Name' }).fill('backup');
  await desk.getByRole('button', { name: 'Make token' }).click();
  await expect(desk.getByText('This is the only time it is shown.')).toBeVisible();
  const token = (await desk.getByRole('dialog').getByText(/^vat_/).first().textContent()) ?? '';
  const rest = openRest(fleet.url, token);
  expect((await rest.raw('GET', '/api/v1/hosts')).status).toBe(200);

  await desk.getByRole('button', { name: 'I have copied it' }).click();
  await desk.reload();
  await expect(desk.getByRole('button', { name: 'Revoke backup' })).toBeVisible();
  expect(await desk.content()).not.toContain(token);

  await desk.getByRole('button', { name: 'Revoke backup' }).click();
  await desk.getByRole('alertdialog').or(desk.getByRole('dialog')).getByRole('button', { name: 'Revoke' }).click();
  await expect(desk.getByRole('button', { name: 'Revoke backup' })).toHaveCount(0);
  expect((await rest.raw('GET', '/api/v1/hosts')).status).toBe(401);
});

test('the page waits for a new host and says when it has arrived; revoked and removed, it is gone', async ({
  desk,
  fleet,
}) => {
  await desk.goto(fleet.url);
  await desk.getByRole('main').getByRole('button', { name: 'Add host' }).click();
  const command =
    (await desk
      .getByRole('dialog')
      .getByText(/^vitrine join/)
      .textContent()) ?? '';
  const token = /--token (\S+)/.exec(command)?.[1] ?? '';
  await expect(desk.getByText(/Waiting for the host/)).toBeVisible();

  const places = agentPlaces(fleet.scratch, 'gamma');
  await joinFleet(places, fleet.url, token);
  await expect(desk.getByText(/is enrolled; waiting/)).toBeVisible();
  const agent = await startAgent(places);
  try {
    await expect(desk.getByText(/has arrived/)).toBeVisible();
    await desk.getByRole('link', { name: 'Open it' }).click();
    await expect(desk.getByRole('heading', { name: 'gamma', level: 1 })).toBeVisible();

    await inMenu(desk, 'gamma', /Revoke its key/);
    await desk.getByRole('button', { name: 'Revoke', exact: true }).click();
    await expect(desk.getByText(/gamma is revoked/)).toBeVisible();
    await inMenu(desk, 'gamma', /Remove from the fleet/);
    await desk.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(desk).toHaveURL(`${fleet.url}/`);
    await expect(desk.getByRole('link', { name: 'gamma' })).toHaveCount(0);
  } finally {
    await tearDown(places, agent);
  }
});

test('a figure tells the file, what was read in it, and the command that shows the same', async ({
  desk,
  fleet,
  containers,
}) => {
  const { id } = await containers.run({ name: 'asked', image: 'starter', limits: { pids: 16 } });
  const source = desk.getByRole('dialog', { name: /^Source of/ });
  await desk.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}`);
  await desk.getByTitle('Memory: show where it comes from').click();
  await expect(source).toContainText(/MemAvailable: \d+ kB/);
  await expect(source).toContainText(/the agent kept of its reading at \d\d:\d\d:\d\d/);
  await desk.keyboard.press('Escape');

  await desk.getByTitle('PIDs of asked: show where it comes from').click();
  await expect(source).toContainText(`${id}/pids.current`);
  await desk.keyboard.press('Escape');
  await expect(desk).toHaveURL(/hosts\/[^/]+$/);

  await desk.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}/containers/${id}`);
  await desk.locator('header').getByTitle('Memory: show where it comes from').click();
  await expect(source).toContainText(/memory\.(current|usage_in_bytes)/);
});

test('a click into the dialog of a row stays on the page', async ({ desk, fleet, containers }) => {
  await containers.run({ name: 'clicked', image: 'starter' });
  await desk.goto(`${fleet.url}/containers`);
  await desk.getByRole('row').filter({ hasText: 'clicked' }).getByRole('button').last().click();
  await desk.getByRole('menuitem', { name: /^Stop/ }).click();
  const question = desk.getByRole('alertdialog').or(desk.getByRole('dialog'));
  await question
    .getByText(/SIGTERM/)
    .first()
    .click();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(desk).toHaveURL(`${fleet.url}/containers`);
});

test('the Images page leads to a form that begins with that image', async ({ desk, fleet }) => {
  await desk.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}/images`);
  await desk
    .getByRole('listitem')
    .filter({ hasText: 'starter' })
    .getByRole('link', { name: 'Create container' })
    .click();
  await expect(desk.getByLabel('Image')).toHaveValue(/^starter/);
  await desk.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}/create?image=elsewhere:1`);
  await expect(desk.getByLabel('Image')).toHaveValue('elsewhere:1');
});
