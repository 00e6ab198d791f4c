import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { startCommand } from './stack.ts'

type Skipped = { readonly needs: string; readonly file: string }

/** Ends a run with what was skipped for want of servers, and the command that starts them. */
export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap(module => [...module.children.allTests('skipped')].flatMap(waiting))
    if (skipped.length > 0) console.log(summary(skipped))
  }
}

/** A test has the meta data of the suites around it. */
function waiting(test: TestCase): Skipped[] {
  const { down } = test.meta()
  return down ? [{ needs: down.join(', '), file: test.module.moduleId }] : []
}

function summary(skipped: readonly Skipped[]): string {
  const needs = [...new Set(skipped.map(each => each.needs))].sort()
  const lines = needs.map(need => {
    const those = skipped.filter(each => each.needs === need)
    const files = new Set(those.map(each => each.file)).size
    return `   ${need}: ${plural(those.length, 'test')} in ${plural(files, 'file')}`
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
