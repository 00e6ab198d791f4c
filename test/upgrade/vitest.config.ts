import { defineConfig } from 'vitest/config'

/** `npm run upgrade`: minutes, so on demand. Needs the history back to the first wave's commit. */
export default defineConfig({
  test: {
    include: ['test/upgrade/*.upgrade.ts'],
    globalSetup: ['test/support/stack-setup.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
})
