import type { Reporter, TestModule, TestSuite } from 'vitest/node'
import { startCommand } from './stack.ts'

type Skipped = { readonly needs: string; readonly file: string; readonly tests: number }

/** Ends a run with what was skipped for want of servers, and the command that starts them. */
export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap(module => [...module.children.allSuites()].flatMap(skippedIn))
    if (skipped.length > 0) console.log(summary(skipped))
  }
}

function skippedIn(suite: TestSuite): Skipped[] {
  const { down } = suite.meta()
  if (!down) return []
  const tests = [...suite.children.allTests('skipped')].length
  return [{ needs: down.join(', '), file: suite.module.moduleId, tests }]
}

function summary(skipped: readonly Skipped[]): string {
  const needs = [...new Set(skipped.map(each => each.needs))].sort()
  const lines = needs.map(need => {
    const those = skipped.filter(each => each.needs === need)
    const tests = those.reduce((sum, each) => sum + each.tests, 0)
    const files = new Set(those.map(each => each.file)).size
    return `   ${need}: ${plural(tests, 'test')} in ${plural(files, 'file')}`
  })
  const components = new Set(needs.flatMap(need => need.split(', ')))
  return [
    ' Skipped, as these servers are down:',
    ...lines,
    ` To run them too: ${startCommand(components)}`,
    '',
  ].join('\n')
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
