import { type BrowserContext, test as base, type Page } from '@playwright/test';
import { type Containers, containersOf } from './containers.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { signInPage } from './sign-in-page.ts';

interface PerWorker {
  /** One hub and one agent for all stories of a run. */
  readonly fleet: Fleet;
  /** The cookies of one sign-in: the hub counts attempts, and a run has more stories than it allows. */
  readonly session: Awaited<ReturnType<BrowserContext['cookies']>>;
}

interface PerStory {
  /** A page of somebody who has signed in. */
  readonly desk: Page;
  /** Containers on the first host; all that a story leaves are forgotten after it. */
  readonly containers: Containers;
}

/* oxlint-disable no-empty-pattern -- Playwright reads a fixture's needs from its first parameter's pattern */
export const test = base.extend<PerStory, PerWorker>({
  fleet: [
    async ({}, use) => {
      await using fleet = await startFleet('e2e');
      await use(fleet);
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  session: [
    async ({ fleet, browser }, use) => {
      const page = await browser.newPage();
      await signInPage(page, fleet.url, fleet.admin);
      const cookies = await page.context().cookies();
      await page.close();
      await use(cookies);
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  desk: async ({ page, session }, use) => {
    await page.context().addCookies(session);
    await use(page);
  },
  containers: [
    async ({ fleet }, use) => {
      const containers = containersOf(fleet.rest, fleet.alpha.hostId);
      await use(containers);
      for (const { id } of await containers.list()) await containers.forget(id);
    },
    // For every story, so that none finds what another left.
    { auto: true },
  ],
});
/* oxlint-enable no-empty-pattern */

export { expect } from '@playwright/test';
