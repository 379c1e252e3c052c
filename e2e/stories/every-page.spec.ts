import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { favour } from '../src/favour.ts';
import { expect, test } from '../src/fixtures.ts';
import { REPOSITORY } from '../src/part.ts';
import { until } from '../src/until.ts';

const SCREENSHOTS = join(REPOSITORY, 'docs/screenshots');

interface Stop {
  readonly name: string;
  readonly path: string;
  /** What is there once the page has its data. */
  readonly shows: RegExp;
}

const stops = (hostId: string, running: string, ended: string): Stop[] => {
  const containerAt = `/hosts/${hostId}/containers`;
  return [
    { name: 'events', path: '/events', shows: /on-show/ },
    { name: 'settings', path: '/settings', shows: /token/i },
    { name: 'create', path: `/hosts/${hostId}/create`, shows: /vitrine run/ },
    { name: 'container-processes', path: `${containerAt}/${running}/processes`, shows: /burn-cpu/ },
    { name: 'container-logs', path: `${containerAt}/${running}/logs`, shows: /busy process/ },
    { name: 'container-isolation', path: `${containerAt}/${running}/isolation`, shows: /CAP_/ },
    { name: 'container-launch', path: `${containerAt}/${running}/launch`, shows: /pivot_root/ },
    { name: 'container-events', path: `${containerAt}/${running}/events`, shows: /started/i },
    { name: 'container-config', path: `${containerAt}/${running}/config`, shows: /on-show/ },
    { name: 'container-autopsy', path: `${containerAt}/${ended}`, shows: /Out of memory/ },
    // Last, so that their curves have some length.
    { name: 'fleet', path: '/', shows: /alpha/ },
    { name: 'containers', path: '/containers', shows: /on-show/ },
    { name: 'host', path: `/hosts/${hostId}`, shows: /on-show/ },
    { name: 'container-overview', path: `${containerAt}/${running}`, shows: /Memory/ },
  ];
};

interface Finding {
  readonly id: string;
  readonly impact?: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string | undefined }[];
}

/** "color-contrast (serious): <span …> …", so that a failure can be mended without opening a report. */
const inWords = ({ id, impact, nodes }: Finding): string =>
  `${id} (${impact}): ${nodes.map(({ html, failureSummary }) => `${html}\n    ${failureSummary ?? ''}`).join('\n  ')}`;

async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(inWords);
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('every page shows its data, has no serious finding of axe, and sits for its picture', async ({
      desk,
      fleet,
      containers,
    }) => {
      test.setTimeout(240_000);
      await favour(fleet.alpha.places.cgroupParent);
      const running = await containers.run({
        name: 'on-show',
        image: 'starter',
        command: ['sh', '-c', 'burn-cpu 1 & sleep 100000 & tail -f /dev/null & wait'],
        hostname: 'glass',
        limits: { memoryBytes: 64 * 1024 * 1024, cpuCores: 0.5, pids: 32 },
      });
      const ended = await containers.run({
        name: 'greedy',
        image: 'starter',
        command: ['eat-memory'],
        limits: { memoryBytes: 32 * 1024 * 1024, swapBytes: 0 },
      });
      await containers.becomes(ended.id, 'stopped');
      const problems: string[] = [];
      desk.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
      desk.on('console', (message) => {
        if (message.type() === 'error') problems.push(`console: ${message.text()}`);
      });

      for (const { name, path, shows } of stops(fleet.alpha.hostId, running.id, ended.id)) {
        await desk.goto(`${fleet.url}${path}`);
        await expect(desk.getByRole('main').getByText(shows).first(), `${name} shows ${String(shows)}`).toBeVisible();
        for (const finding of await seriousFindings(desk)) problems.push(`${name}: ${finding}`);
        if (name === 'container-overview') {
          await desk
            .getByRole('button', { name: '1 min' })
            .or(desk.getByRole('radio', { name: '1 min' }))
            .click();
          await until('half a minute of charts', () => hasCurves(desk), 60_000);
        }
        await desk.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`), animations: 'disabled' });
      }
      expect(problems).toEqual([]);
    });
  });
}

/** A picture of charts with two points says nothing: wait until the curves have some length. */
async function hasCurves(page: Page): Promise<boolean> {
  const longest = await page.evaluate(() =>
    Math.max(0, ...[...document.querySelectorAll('main svg path')].map((path) => path.getAttribute('d')?.length ?? 0)),
  );
  return longest > 800;
}

for (const [name, width, height] of [
  ['narrow', 390, 844],
  ['tablet', 1024, 768],
] as const) {
  test(`on a ${name} screen nothing is wider than the screen`, async ({ desk, fleet, containers }) => {
    await desk.setViewportSize({ width, height });
    const { id } = await containers.run({ name: 'on-show', image: 'starter' });
    const at = `/hosts/${fleet.alpha.hostId}`;
    const pages = [
      '/',
      '/containers',
      at,
      `${at}/create`,
      `${at}/containers/${id}`,
      `${at}/containers/${id}/processes`,
    ];
    for (const path of pages) {
      await desk.goto(`${fleet.url}${path}`);
      await expect(desk.getByRole('main')).toBeVisible();
      // A table drops its columns once it knows its width, so this is about the page that stands.
      const overflow = () => desk.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      await expect.poll(overflow, path).toBeLessThanOrEqual(0);
    }
    await desk.goto(`${fleet.url}${at}/containers/${id}`);
    await expect(desk.getByRole('figure', { name: /^Memory over time/ })).toBeVisible();
    await desk.screenshot({ path: join(SCREENSHOTS, `container-overview-${name}.png`) });
  });
}
