import { type Browser, chromium } from '@playwright/test';

/** Debian's chromium, as root and without a graphics card. */
export const CHROMIUM = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  chromiumSandbox: false,
  args: [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ],
};

export const openBrowser = (): Promise<Browser> => chromium.launch(CHROMIUM);
