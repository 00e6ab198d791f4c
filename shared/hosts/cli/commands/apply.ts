import type { Command } from 'commander'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export function addApply(program: Command, terminal: Terminal): void {
  program
    .command('apply')
    .description(
      'do what a plan says that plan --out has written, and nothing else; refused where lake or catalog moved on',
    )
    .argument('<file>', 'the plan')
    .action(async (file: string, _options, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      const { applyPlan } = await import('../apply-plan.ts')
      process.exitCode = await applyPlan(file, options, terminal)
    })
}
