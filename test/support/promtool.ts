import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'

/** Debian's package `prometheus` has both. */
const isThere = (program: string): boolean => spawnSync(program, ['--version']).status === 0

export const hasPromtool = isThere('promtool')
export const hasPrometheus = isThere('prometheus')

/** @throws where promtool finds a fault */
export function promtool(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' })
  expect(`${stdout}${stderr}`, `promtool ${args.join(' ')}`).not.toMatch(/FAILED/)
  expect(status).toBe(0)
  return stdout
}

/** The file of tests, of which some are expected to fail. */
export function promtoolTest(file: string): { readonly status: number | null; readonly failures: string } {
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
  return { status, failures: `${stdout}${stderr}` }
}
