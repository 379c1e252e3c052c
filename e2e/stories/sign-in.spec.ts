import { makeScratch } from '../src/scratch.ts';
import { startHub } from '../src/hub.ts';
import { expect, test } from '../src/fixtures.ts';
import { signInPage } from '../src/sign-in-page.ts';

test('the one-time password opens only the way to a password of one’s own', async ({ page }) => {
  await using scratch = await makeScratch('e2e');
  await using hub = await startHub(scratch);
  const { firstAdmin, url } = hub.ready;
  if (firstAdmin === null) throw new Error('a new hub made no first admin');

  await page.goto(url);
  await page.getByLabel('E-mail').fill(firstAdmin.email);
  await page.getByLabel('Password', { exact: true }).fill(firstAdmin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Choose your own password' })).toBeVisible();

  await page.getByLabel('One-time password').fill(firstAdmin.password);
  await page.getByLabel('New password', { exact: true }).fill('short');
  await page.getByLabel('New password once more').fill('short');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('at least 12 characters').first()).toBeVisible();

  await page.getByLabel('New password', { exact: true }).fill('my own long password');
  await page.getByLabel('New password once more').fill('my own long password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('navigation').first()).toBeVisible();
  await expect(page).toHaveURL(/\/(fleet)?$/);
});

test('a wrong password is told without telling which of the two was wrong, and nothing opens', async ({
  page,
  fleet,
}) => {
  await page.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}`);
  await page.getByLabel('E-mail').fill(fleet.admin.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect(page.getByText('E-mail or password is wrong.')).toBeVisible();
  await expect(page).toHaveURL(/sign-in/);

  await page.getByLabel('Password', { exact: true }).fill(fleet.admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(new RegExp(`/hosts/${fleet.alpha.hostId}`));
});

test('whoever tries many passwords is told to wait, and for how long', async ({ page }) => {
  await using scratch = await makeScratch('e2e');
  // The attempts are counted: not at the hub of the other stories.
  await using hub = await startHub(scratch);
  await page.goto(hub.ready.url);
  await page.getByLabel('E-mail').fill('admin@vitrine.local');
  const button = page.getByRole('button', { name: 'Sign in' });
  const tooMany = page.getByText('Too many attempts.');
  for (let attempt = 1; attempt <= 30 && !(await tooMany.isVisible()); attempt += 1) {
    await page.getByLabel('Password', { exact: true }).fill(`guess number ${attempt}`);
    const answered = page.waitForResponse(/sign-in/);
    await button.click();
    await answered;
    await expect(page.getByText('E-mail or password is wrong.').or(tooMany)).toBeVisible();
    await expect(button).toBeEnabled();
  }
  await expect(tooMany).toBeVisible();
  await expect(page.getByText(/Try again in \d+ s/)).toBeVisible();
});

test('a session that was ended elsewhere leads to the sign-in, and back to the page', async ({ page, fleet }) => {
  await signInPage(page, fleet.url, fleet.admin);
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const out = await fetch(`${fleet.url}/api/auth/sign-out`, { method: 'POST', headers: { cookie, origin: fleet.url } });
  expect(out.status).toBe(200);

  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await expect(page).toHaveURL(/sign-in\?next=%2Fsettings/);
});
