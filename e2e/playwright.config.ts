import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './src/browser.ts';

/** One worker, in order: the stories share this machine's kernel, and compare what it lists before and after. */
export default defineConfig({
  testDir: 'stories',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    headless: true,
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: CHROMIUM,
  },
});
