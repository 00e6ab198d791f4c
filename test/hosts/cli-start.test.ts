import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const SHARED = fileURLToPath(new URL('../../shared/', import.meta.url))
const IMPORT = /^(?:import|export)\s(?!type\s)[^'"]*?from '(\.[^']+)'/gms

/** Files that are loaded with this one, whatever is asked for. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(IMPORT))
    loadedWith(resolve(dirname(file), path), seen)
  return seen
}

const rooms = (room: string): string[] =>
  [...loadedWith(resolve(SHARED, 'hosts/cli/program.ts'))]
    .map(file => file.slice(SHARED.length))
    .filter(file => file.startsWith(room))

it.each(['check/', 'propose/', 'inspect/observe-lake', 'sync/', 'history/file/'])(
  'the command line loads nothing of %s until a command asks for it',
  room => {
    expect(rooms(room)).toEqual([])
  },
)

it('the command line loads its commands', () => {
  expect(rooms('hosts/cli/commands/').length).toBeGreaterThan(10)
})
