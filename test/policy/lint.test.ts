import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** A function with a body of so many lines. */
const functionOf = (count: number): string => {
  const body = Array.from({ length: count - 2 }, (_, i) => `  total += ${i}`).join('\n')
  return `export function sum(): number {\n  let total = 0\n${body}\n  return total\n}\n`
}

/** What biome.json must refuse: the rule, the file, what it holds. */
const REFUSED: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['noExcessiveLinesPerFunction', 'shared/long.ts', functionOf(41)],
  ['noExcessiveLinesPerFunction', 'functions/long.ts', functionOf(41)],
  ['noExcessiveLinesPerFunction', 'deploy/long.ts', functionOf(41)],
  ['noDefaultExport', 'shared/default.ts', 'export default 1\n'],
  ['noEnum', 'shared/enum.ts', "export enum Mode {\n  Full = 'full',\n}\n"],
  ['noExplicitAny', 'shared/any.ts', 'export const any = (x: any): string => x.y\n'],
  ['noProcessEnv', 'shared/env.ts', 'export const home = process.env.HOME\n'],
  ['noConsole', 'shared/console.ts', "console.log('here')\n"],
  ['noFloatingPromises', 'shared/floating.ts', 'async function load() {}\nload()\n'],
  ['useImportExtensions', 'shared/extension.ts', "export { home } from './env'\n"],
]

const FORTY = 'shared/forty.ts'

describe('biome.json', () => {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'goldsync-lint-'))
  let found: readonly string[] = []

  beforeAll(() => {
    for (const [, file, source] of [...REFUSED, ['', FORTY, functionOf(40)] as const]) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), source)
    }
    for (const file of ['biome.json', '.gitignore', 'tsconfig.json']) copyFileSync(file, join(root, file))
    found = lint(root)
  })

  afterAll(() => rmSync(root, { recursive: true }))

  test.each(REFUSED)('refuses by %s, in %s', (rule, file) => {
    expect(found).toContain(`${file}: ${rule}`)
  })

  test('lets a function of forty lines pass', () => {
    expect(found.filter(each => each.startsWith(FORTY))).toEqual([])
  })
})

/** Every complaint, as `file: rule`. */
function lint(root: string): string[] {
  const biome = resolve('node_modules/@biomejs/biome/bin/biome')
  const args = [biome, 'lint', '--reporter=github', '--max-diagnostics=none']
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  return [...stdout.matchAll(/^::\w+ title=lint\/\w+\/(\w+),file=([^,]+)/gm)].map(
    match => `${relative(root, match[2]!)}: ${match[1]}`,
  )
}
