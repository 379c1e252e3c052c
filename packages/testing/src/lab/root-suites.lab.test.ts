/** The rooms that speak to the kernel must do on Linux 6.1 with cgroup v2 what they do on this one. */
import { describe, expect, test } from 'vitest';
import { bootLab, runRootSuites } from './index.ts';

const ROOMS = ['packages/kernel', 'packages/procfs', 'packages/runtime'];
/** They ask for doors that this guest's kernel does not have (x32, int80, vsock), in hundreds of launches. */
const OTHER_DOORS = ['packages/runtime/src/attacks'];

// Before the tests are named, because the guest's runner tells their names.
await using lab = await bootLab({ name: 'root-suites', memory: '2G' });
const results = await runRootSuites(lab, ROOMS, { except: OTHER_DOORS });

describe('in a guest with Linux 6.1 and cgroup v2', () => {
  test.each(ROOMS)('%s ran tests', (room) => {
    expect(results.filter(({ name }) => name.startsWith(room)).length).toBeGreaterThan(0);
  });

  for (const { name, status, failure } of results) {
    test.skipIf(status === 'skipped')(`${name}`, () => {
      expect(failure).toBe('');
      expect(status).toBe('passed');
    });
  }
});
