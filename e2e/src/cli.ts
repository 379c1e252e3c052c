import { join } from 'node:path';
import { type Ended, REPOSITORY, tryToEnd } from './part.ts';
import type { Rest } from './rest.ts';

/** `vitrine` as scripts run it: by environment, without a terminal. */
export const cliOf =
  ({ url, token }: Rest) =>
  (...args: readonly string[]): Promise<Ended> =>
    tryToEnd([join(REPOSITORY, 'bin/vitrine'), ...args], '', {
      ...process.env,
      VITRINE_HUB: url,
      VITRINE_TOKEN: token,
    });
