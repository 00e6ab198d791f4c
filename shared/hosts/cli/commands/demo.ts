import type { Command } from 'commander'
import type { Terminal } from '../terminal.ts'

export function addDemo(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description(
      'show it all on a golden zone made for the purpose in ./demo, which is made anew by each run',
    )
    .action(async () => {
      const { runDemo } = await import('../demo/demo.ts')
      await runDemo(terminal)
    })
}
