import { describe, expect, it } from 'vitest'
import { createProgram } from '../../shared/hosts/cli/program.ts'

const terminal = { stdout: process.stdout, stderr: process.stderr } as never

/** What `goldsync COMMAND --help` prints. */
function helpOf(name: string): string {
  const command = createProgram(terminal).commands.find(each => each.name() === name)
  const pieces: string[] = []
  command?.configureOutput({ writeOut: piece => void pieces.push(piece) }).outputHelp()
  return pieces.join('')
}

describe('the help of a command tells its exit statuses', () => {
  it.each([
    'scan',
    'sync',
    'plan',
    'apply',
    'status',
    'prune',
    'rename',
    'forget',
    'check',
    'init',
    'schema',
  ])('%s', name => {
    const statuses = helpOf(name).split('Exit status:')
    expect(statuses).toHaveLength(2)
    expect(statuses[1]).toMatch(/\n {2}0 /)
    expect(statuses[1]).toMatch(/\n {2}1 /)
  })
})
