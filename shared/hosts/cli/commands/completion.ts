import { Argument, type Command } from 'commander'
import { completionFor, SHELLS, type Shell } from '../completion.ts'
import type { Terminal } from '../terminal.ts'
import { treeOf } from '../tree.ts'

const MORE = `
  bash: source <(goldsync completion bash)            in ~/.bashrc
  zsh:  goldsync completion zsh > "\${fpath[1]}/_goldsync"
  fish: goldsync completion fish > ~/.config/fish/completions/goldsync.fish`

export function addCompletion(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .description('print what lets a shell complete commands and options')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText('after', MORE)
    .action((shell: Shell) => terminal.print(completionFor(shell, treeOf(program)).trimEnd()))
}
