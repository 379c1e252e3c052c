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
  /** Containers on the first host; those that a story leaves are forgotten after it. */
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
  containers: async ({ fleet }, use) => {
    const containers = containersOf(fleet.rest, fleet.alpha.hostId);
    const made: string[] = [];
    await use({
      ...containers,
      run: async (spec) => {
        const container = await containers.run(spec);
        made.push(container.id);
        return container;
      },
      forget: async (id) => {
        await containers.forget(id);
        made.splice(made.indexOf(id), 1);
      },
    });
    const known = new Set<string>((await containers.list()).map((container) => container.id));
    for (const id of made.filter((each) => known.has(each))) await containers.forget(id);
  },
});
/* oxlint-enable no-empty-pattern */

export { expect } from '@playwright/test';
