import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const json = process.env.TEST_JSON

/** Of `npm run matrix`, which also runs where much else does. */
const inMatrix = process.env.GOLDSYNC_MATRIX !== undefined

/** Milliseconds. Guards against hangs only: a machine with other work must not fail a test. */
const limit = inMatrix ? 3_600_000 : 300_000
const limits = { testTimeout: limit, hookTimeout: limit }

/** Not in the home of whoever runs the tests: where the command line keeps its history by default. */
const env = { XDG_STATE_HOME: join(tmpdir(), 'goldsync-tests') }

/** What a test replaced is as it was when the next one begins, in whatever file. */
const fresh = { restoreMocks: true, unstubEnvs: true, unstubGlobals: true }

/** Scenarios that only `npm run matrix` runs: some take minutes. */
const matrix = {
  test: {
    name: 'matrix',
    include: ['test/matrix/scenarios/*.scenario.ts'],
    globalSetup: ['test/support/stack-setup.ts'],
    maxWorkers: 1,
    ...limits,
    ...fresh,
  },
}

/**
 * unit = a bare Node machine. stack = real servers and child processes: several files at once, so each works in databases, folders and
 * topics of its own.
 */
export default defineConfig({
  test: {
    reporters: [
      'default',
      './test/support/slowest-reporter.ts',
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
          // A process for each file would cost as much as the tests themselves.
          isolate: false,
          maxWorkers: 2,
          env,
          ...limits,
          ...fresh,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/**/*.stack.test.ts', 'test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/stack-setup.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          env,
          ...limits,
          ...fresh,
        },
      },
      ...(inMatrix ? [matrix] : []),
    ],
  },
})
