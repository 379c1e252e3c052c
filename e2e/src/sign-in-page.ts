import type { Page } from '@playwright/test';
import type { Admin } from './rest.ts';

/** Signs in as a person does, and waits until the fleet shows. */
export async function signInPage(page: Page, url: string, { email, password }: Admin): Promise<void> {
  await page.goto(url);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation').first().waitFor();
}
