import { fileURLToPath } from 'node:url';
import { bootLab } from '@vitrine/testing/lab';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ConformanceResult } from './conformance-runner.ts';
import { CONFORMANCE } from './conformance.ts';

const RUNNER = fileURLToPath(new URL('conformance-runner.ts', import.meta.url));

describe('on cgroup v2 and Linux 6.1', () => {
  const results = new Map<string, ConformanceResult>();

  beforeAll(async () => {
    await using lab = await bootLab({ name: 'cgroups' });
    const { code, stdout, stderr } = await lab.run([process.execPath, RUNNER]);
    if (code !== 0) throw new Error(`the suite did not run to its end in the guest: ${stderr}`);
    for (const line of stdout.split('\n').filter(Boolean)) {
      const result = JSON.parse(line) as ConformanceResult;
      results.set(result.title, result);
    }
  });

  test.each(CONFORMANCE)('$title', ({ title }) => {
    expect(results.get(title)).toEqual({ title, version: 'v2', error: null });
  });
});
