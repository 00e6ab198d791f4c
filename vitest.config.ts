import { defineConfig } from 'vitest/config'

/** unit = a bare Node machine, seconds; stack = real servers and child processes, one file at a time. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.stack.test.ts', 'test/e2e/**'],
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
