import { defineConfig } from 'vitest/config'

const json = process.env.TEST_JSON

/** Milliseconds. Guards against hangs only: a machine with other work must not fail a test. */
const limits = { testTimeout: 300_000, hookTimeout: 300_000 }

/** unit = a bare Node machine; stack = real servers and child processes, one file at a time. */
export default defineConfig({
  test: {
    reporters: [
      'default',
      './test/support/skipped-reporter.ts',
      ...(json ? [['json', { outputFile: json }] as ['json', { outputFile: string }]] : []),
    ],
    teardownTimeout: 300_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.stack.test.ts', 'test/e2e/**'],
          ...limits,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/**/*.stack.test.ts', 'test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/stack-setup.ts'],
          fileParallelism: false,
          ...limits,
        },
      },
    ],
  },
})
