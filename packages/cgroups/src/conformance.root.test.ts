import { describe, expect, test } from 'vitest';
import { CONFORMANCE, runConformanceCase } from './conformance.ts';

describe('on the cgroups of this host', () => {
  test.each(CONFORMANCE)('$title', async (conformanceCase) => {
    await expect(runConformanceCase(conformanceCase)).resolves.toBeUndefined();
  });
});
