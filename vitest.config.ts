import { defineConfig } from 'vitest/config';

const IGNORED = ['**/node_modules/**', '**/.next/**', '**/generated/**', '.tools/**'];

/** Worlds by file name: anywhere; root on this kernel; hosts booted in the lab. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,packages,bench,scripts}/**/*.test.ts'],
          exclude: [...IGNORED, '**/*.root.test.ts', '**/*.lab.test.ts'],
        },
      },
      {
        test: {
          name: 'root',
          include: ['{apps,packages,bench,scripts}/**/*.root.test.ts'],
          exclude: IGNORED,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['{apps,packages}/**/*.lab.test.ts'],
          exclude: IGNORED,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
