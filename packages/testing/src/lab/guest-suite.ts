/**
 * A room's root suite run inside a guest: the same files, another kernel, the other cgroup version.
 *
 * Answered test by test, so that the suite on this side can assert and count each one. Writes beside the sources (the
 * runner's caches) stay in the guest.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.ts';
import type { Lab } from './boot-lab.ts';

export interface GuestTest {
  /** The file, from the repository's root, and the titles around and of the test. */
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  /** Why it failed; empty otherwise. */
  failure: string;
}

interface VitestReport {
  testResults: {
    name: string;
    message: string;
    status: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] | null }[];
  }[];
}

function toStatus(status: string): GuestTest['status'] {
  return status === 'passed' || status === 'failed' ? status : 'skipped';
}

function toGuestTests(report: VitestReport): GuestTest[] {
  return report.testResults.flatMap((file) => {
    const path = file.name.replace(`${REPOSITORY}/`, '');
    // A file that could not even be loaded has no tests, and must not count as none failed.
    if (file.assertionResults.length === 0) return { name: path, status: 'failed' as const, failure: file.message };
    return file.assertionResults.map(({ fullName, status, failureMessages }) => ({
      name: `${path} > ${fullName}`,
      status: toStatus(status),
      failure: (failureMessages ?? []).join('\n'),
    }));
  });
}

/** `rooms` and `except` are paths from the repository's root. Rejects when the runner itself did not get to its end. */
export async function runRootSuites(
  lab: Lab,
  rooms: readonly string[],
  { except = [] }: { except?: readonly string[] } = {},
): Promise<GuestTest[]> {
  const vitest = join(REPOSITORY, 'node_modules/vitest/vitest.mjs');
  const options = [
    '--configLoader',
    'native',
    '--project',
    'root',
    '--testTimeout',
    '180000',
    '--hookTimeout',
    '180000',
  ];
  const files = rooms
    .flatMap((room) => globSync(`${room}/src/**/*.root.test.ts`, { cwd: REPOSITORY }))
    .filter((file) => !except.some((path) => file.startsWith(`${path}/`)));
  const reporting = ['--reporter', 'json', '--outputFile', '/run/lab/report.json'];
  const { stderr, stdout } = await lab.run([process.execPath, vitest, 'run', ...options, ...reporting, ...files], {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'] ?? '', CI: '1' },
  });
  let text: string;
  try {
    text = readFileSync(join(lab.directory, 'report.json'), 'utf8');
  } catch (error) {
    throw new Error(`The suites of ${rooms.join(', ')} did not run in the guest:\n${stdout}\n${stderr}`, {
      cause: error,
    });
  }
  return toGuestTests(JSON.parse(text) as VitestReport);
}
