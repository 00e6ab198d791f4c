import { defineConfig } from 'vitest/config'

const json = process.env.TEST_JSON

/** unit = a bare Node machine; stack = real servers and child processes, one file at a time. Time limits guard against hangs only. */
export default defineConfig({
  test: {
    reporters: [
      'default',
      './test/support/skipped-reporter.ts',
      ...(json ? [['json', { outputFile: json }] as ['json', { outputFile: string }]] : []),
    ],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.stack.test.ts', 'test/e2e/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/**/*.stack.test.ts', 'test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/stack-setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
