import type { Page } from '@playwright/test';
import { openBrowser, signInPage, startFleet } from '@vitrine/e2e';
import { FleetContainerDetail } from '@vitrine/protocol';
import { type BenchResult, resultOf } from '../result.ts';

const WARM_UP = 3;

/** Runs in the page: when the row with this name first says something else than that it runs, by the page's clock. */
function whenRowChanges(name: string): Promise<number> {
  const row = [...document.querySelectorAll('[role="row"], tr')].find((each) => each.textContent?.includes(name));
  if (row === undefined) throw new Error(`no row shows ${name}`);
  const isRunning = (): boolean => row.isConnected && /running/i.test(row.textContent ?? '');
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (isRunning()) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });
}

const rowOf = (page: Page, name: string) => page.locator('[role="row"], tr').filter({ hasText: name });

/**
 * `kill -9` of PID 1 from the host, until the row in the browser has changed. Both moments are taken from the same
 * machine's clock: just before kill(2) here, and in the observer of the page.
 */
export async function benchExit(runs: number): Promise<BenchResult> {
  await using fleet = await startFleet('bench');
  const browser = await openBrowser();
  await using closing = new AsyncDisposableStack();
  closing.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await signInPage(page, fleet.url, fleet.admin);
  await page.goto(`${fleet.url}/hosts/${fleet.alpha.hostId}`);
  const at = `/api/v1/hosts/${fleet.alpha.hostId}/containers`;
  const times: number[] = [];
  for (let run = -WARM_UP; run < runs; run += 1) {
    const name = `exit-bench-${run + WARM_UP}`;
    const spec = { name, image: 'starter', command: ['/bin/sleep', '1000'] };
    const { container } = await fleet.rest.post(at, { spec, start: true }, FleetContainerDetail);
    if (container.pid === null) throw new Error('a started container has no PID');
    await rowOf(page, name)
      .getByText(/running/i)
      .waitFor();
    const changed = page.evaluate(whenRowChanges, name);
    // The observer is in place once the page has answered another question after it.
    await page.evaluate(() => 0);
    const killedAt = performance.timeOrigin + performance.now();
    process.kill(container.pid, 'SIGKILL');
    if (run >= 0) times.push((await changed) - killedAt);
    else await changed;
    await fleet.rest.delete(`${at}/${container.id}`);
  }
  return resultOf('exit', 'ms', times);
}
