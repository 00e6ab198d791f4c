import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Package = { readonly version: string; readonly optionalDependencies?: Readonly<Record<string, string>> }
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Readonly<Record<string, Package>>
}

// `npm ci` refuses a lock file without them, and no other platform could install from it.
test('package-lock.json names the optional packages of every platform', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(name => !isLocked(path, name)),
  )
  expect(missing).toEqual([])
})

/** As Node resolves it: beside the package that asks, or in a node_modules further up. */
function isLocked(path: string, name: string): boolean {
  if (packages[path ? `${path}/node_modules/${name}` : `node_modules/${name}`]) return true
  return path !== '' && isLocked(path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name)
}
