import type { Page } from '@playwright/test';
import { openBrowser, signInPage, startFleet } from '@vitrine/e2e';
import { FleetContainerDetail } from '@vitrine/protocol';
import { type BenchResult, resultOf } from '../result.ts';

const PROCESSES = 500;

/** Runs in the page: the longest gap between two turns of its event loop in one second, which is how long a click waits. */
const longestWait = (): Promise<number> =>
  new Promise((resolve) => {
    const began = performance.now();
    let last = began;
    let worst = 0;
    const channel = new MessageChannel();
    channel.port1.addEventListener('message', () => {
      const now = performance.now();
      worst = Math.max(worst, now - last);
      last = now;
      if (now - began < 1000) channel.port2.postMessage(null);
      else resolve(worst);
    });
    channel.port1.start();
    channel.port2.postMessage(null);
  });

async function openTree(page: Page, at: string): Promise<void> {
  await page.goto(at);
  await page.getByText('sleep 100000').first().waitFor();
}

/** How long a click would wait at worst, second by second, while a tree of 500 processes is shown and kept up to date. */
export async function benchBrowser(seconds: number): Promise<BenchResult> {
  await using fleet = await startFleet('bench');
  await using closing = new AsyncDisposableStack();
  const browser = await openBrowser();
  closing.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await signInPage(page, fleet.url, fleet.admin);
  const { hostId } = fleet.alpha;
  const spec = { image: 'starter', command: ['fork-bomb', String(PROCESSES)], limits: { pids: PROCESSES + 50 } };
  const { container } = await fleet.rest.post(`/api/v1/hosts/${hostId}/containers`, { spec }, FleetContainerDetail);
  await openTree(page, `${fleet.url}/hosts/${hostId}/containers/${container.id}/processes`);
  const waits: number[] = [];
  for (let second = 0; second < seconds; second += 1) waits.push(await page.evaluate(longestWait));
  return resultOf('browser', `ms a click waits, ${PROCESSES} processes`, waits);
}
