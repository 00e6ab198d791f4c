import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runNode } from '../support/hosts.ts'
import { shipped } from '../support/shipped.ts'

const run = promisify(execFile)

const has = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`])
    return true
  } catch {
    return false
  }
}

let folder: string
let built: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'completion-'))
  built = await shipped('cli')
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout, status } = await runNode([join(built, 'goldsync.mjs'), 'completion', shell])
    expect(status).toBe(0)
    await writeFile(join(folder, `goldsync.${shell}`), stdout)
  }
})
afterAll(() => rm(folder, { recursive: true }))

/** Lines as typed, the last word is completed. */
const LINES: readonly (readonly [line: readonly string[], offered: readonly string[]])[] = [
  [['pl'], ['plan']],
  [['scan', '--mo'], ['--mode']],
  [
    ['scan', '--mode', ''],
    ['recent', 'full'],
  ],
  [['--config', 'x.yaml', 'st'], ['status']],
  [['token', ''], ['fetch']],
  [['token', 'fetch', '--o'], ['--out']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
]

describe.skipIf(!has('bash'))('bash', () => {
  it.each(LINES)('completes goldsync %j', async (line, offered) => {
    const script = `source "$0"; COMP_WORDS=(goldsync "$@"); COMP_CWORD=$#; _goldsync; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout } = await run('bash', ['--norc', '-c', script, join(folder, 'goldsync.bash'), ...line])
    expect(stdout.trim().split('\n')).toEqual(offered)
  })

  it('offers files where files are meant, and no files for tables', async () => {
    const script = `source "$0"; cd "$1"; shift; COMP_WORDS=(goldsync "$@" ''); COMP_CWORD=$(($# + 1)); _goldsync; printf '%s\\n' "\${COMPREPLY[@]}"`
    const offered = async (...line: readonly string[]) =>
      (await run('bash', ['--norc', '-c', script, join(folder, 'goldsync.bash'), folder, ...line])).stdout
    expect(await offered('schema')).toContain('goldsync.bash')
    expect(await offered('plan', '--config')).toContain('goldsync.bash')
    expect(await offered('status')).not.toContain('goldsync.bash')
  })
})

describe.skipIf(!has('fish'))('fish', () => {
  it.each(LINES)('completes goldsync %j', async (line, offered) => {
    const script = `source "$argv[1]"; complete -C "$argv[2]"`
    const args = ['--no-config', '-c', script, join(folder, 'goldsync.fish'), ['goldsync', ...line].join(' ')]
    const { stdout } = await run('fish', args)
    const words = stdout
      .trim()
      .split('\n')
      .map(text => text.split('\t')[0])
    expect(words.sort()).toEqual([...offered].sort())
  })
})

describe.skipIf(!has('zsh'))('zsh', () => {
  it.each(LINES)('hands its own functions what may follow goldsync %j', async (line, offered) => {
    const script = `_goldsync() { :; }; compdef() { :; }; source "$1"; shift
      _describe() { print -l -- \${(P)2}; }; _arguments() { print -l -- "$@"; }
      words=(goldsync "$@"); CURRENT=$(($# + 1)); _goldsync`
    const { stdout } = await run('zsh', ['-f', '-c', script, 'zsh', join(folder, 'goldsync.zsh'), ...line])
    for (const word of offered) expect(stdout).toContain(word)
  })

  it('registers itself where it is sourced', async () => {
    const script = `autoload -Uz compinit; compinit -u -D; source "$1"; print $_comps[goldsync]`
    const { stdout } = await run('zsh', ['-f', '-c', script, 'zsh', join(folder, 'goldsync.zsh')])
    expect(stdout.trim()).toBe('_goldsync')
  })
})

describe('the man page', () => {
  it('is beside the program, and has every command', async () => {
    const page = await readFile(join(built, 'goldsync.1'), 'utf8')
    expect(page).toMatch(/^\.TH GOLDSYNC 1 /)
    for (const command of ['init', 'scan', 'check', 'token fetch', 'completion'])
      expect(page).toContain(`.SS "goldsync ${command}`)
    expect(page).toContain('.SH EXIT STATUS')
  })

  it.skipIf(!has('man'))('is read by man without a warning', async () => {
    const env = { ...process.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8' }
    const { stdout, stderr } = await run('man', ['--warnings', '-l', join(built, 'goldsync.1')], { env })
    expect(stderr).toBe('')
    expect(stdout).toContain('goldsync init [options] <lake>')
  })
})
