import type { Reporter, TestModule } from 'vitest/node'

const SHOWN = 10

/** Ends a run of many files with those that took longest: hooks and loading count too. */
export default class SlowestReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= SHOWN) return
    const timed = modules.map(module => ({ ms: timeOf(module), name: module.relativeModuleId }))
    const slowest = timed.sort((a, b) => b.ms - a.ms).slice(0, SHOWN)
    const lines = slowest.map(({ ms, name }) => `${(ms / 1000).toFixed(1).padStart(8)} s  ${name}`)
    console.log([` The ${SHOWN} slowest of ${modules.length} files:`, ...lines, ''].join('\n'))
  }
}

function timeOf(module: TestModule): number {
  const { duration, collectDuration, setupDuration } = module.diagnostic()
  return duration + collectDuration + setupDuration
}
