import { FleetContainer } from '@vitrine/protocol';
import { z } from 'zod';
import { listHost, untilAsBefore } from '../src/listings.ts';
import { expect, test } from '../src/fixtures.ts';

const MISTAKES = [
  {
    what: 'memory below what any program needs',
    section: /^Limits/,
    label: 'Memory',
    typed: '12 KiB',
    says: /512 KiB/,
  },
  {
    what: 'memory above what the host has',
    section: /^Limits/,
    label: 'Memory',
    typed: '900 TiB',
    says: /limits nothing/,
  },
  { what: 'a variable without a name', section: null, label: 'Environment', typed: '=x', says: /NAME=value/ },
  { what: 'a malformed name', section: null, label: 'Name', typed: '-no-', says: /letter or digit/ },
  { what: 'a relative directory', section: null, label: 'Working directory', typed: 'srv', says: /absolute/ },
  { what: 'an unclosed quote', section: null, label: 'Command', typed: "sh -c 'x", says: /single quote/ },
] as const;

for (const { what, section, label, typed, says } of MISTAKES) {
  test(`the create form shows ${what} at the field when it is left`, async ({ desk, fleet }) => {
    await desk.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}/create`);
    await desk.getByLabel('Image').fill('starter');
    if (section !== null) await desk.getByRole('button', { name: section }).click();
    const field = desk.getByLabel(label, { exact: true });
    await field.fill(typed);
    await field.blur();

    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field.locator('xpath=ancestor::div[1]').getByRole('alert')).toContainText(says);
    // What was typed stays.
    await expect(field).toHaveValue(typed);
  });
}

const REFUSED = [
  { what: 'an unknown image', image: 'nowhere', command: '', says: 'nowhere' },
  { what: 'a command that is not there', image: 'starter', command: '/bin/nope', says: '/bin/nope' },
  { what: 'a command that is not executable', image: 'starter', command: '/etc/passwd', says: '/etc/passwd' },
] as const;

for (const { what, image, command, says } of REFUSED) {
  test(`${what} is refused by the host with its reason, and nothing is left behind`, async ({ desk, fleet }) => {
    const { places, part, hostId } = fleet.alpha;
    const before = await listHost(places, part().pid);
    await desk.goto(`${fleet.url}/hosts/${hostId}/create`);
    await desk.getByLabel('Image').fill(image);
    await desk.getByLabel('Command').fill(command);
    await desk.getByRole('button', { name: 'Create and start' }).click();

    const refusal = desk.getByTestId('create-refused').locator('..');
    await expect(refusal).toContainText(says);
    await expect(desk.getByLabel('Image')).toHaveValue(image);
    await untilAsBefore(before, places, part().pid);
    const rows = await fleet.rest.get('/api/v1/containers', z.array(FleetContainer));
    expect(rows.filter(({ container }) => container.status !== 'stopped')).toEqual([]);
  });
}

test('a name that is taken is told at the name', async ({ desk, fleet, containers }) => {
  await containers.run({ name: 'taken', image: 'starter' });
  await desk.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}/create`);
  await desk.getByLabel('Image').fill('starter');
  await desk.getByLabel('Name', { exact: true }).fill('taken');
  await desk.getByRole('button', { name: 'Create and start' }).click();

  await expect(desk.getByTestId('create-refused').locator('..')).toContainText('taken');
  await expect(desk.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
});

test('a container that is not there says so and shows the way back', async ({ desk, fleet }) => {
  await desk.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}/containers/${'0'.repeat(64)}`);

  await expect(desk.getByText('There is no such container')).toBeVisible();
  await desk.getByRole('link', { name: 'Containers of this host' }).click();
  await expect(desk).toHaveURL(new RegExp(`/hosts/${fleet.alpha.hostId}$`));
});
