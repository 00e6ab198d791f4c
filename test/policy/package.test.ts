import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import manifest from '../../package.json' with { type: 'json' }

const read = (path: string): string => readFileSync(path, 'utf8')
const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))

/** npm packs these unasked. */
const ALWAYS = ['README.md', 'LICENSE', 'package.json']
const isPacked = (path: string): boolean =>
  [...ALWAYS, ...manifest.files].some(entry => path === entry || path.startsWith(`${entry}/`))
const packedPages = ['README.md', 'CHANGELOG.md', 'SECURITY.md', ...below('docs'), ...below('deploy/sinks')]
  .filter(path => path.endsWith('.md'))
  .filter(isPacked)

describe('package.json', () => {
  test.each(packedPages)('packs whatever %s leads to', page => {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = '']) =>
      join(dirname(page), link),
    )
    expect(links.filter(path => !existsSync(path) || !isPacked(path))).toEqual([])
  })

  test('has no step that npm would run, or warn of, where the package is installed', () => {
    const steps = [
      'preinstall',
      'install',
      'postinstall',
      'prepublish',
      'preprepare',
      'prepare',
      'postprepare',
    ]
    expect(Object.keys(manifest.scripts).filter(name => steps.includes(name))).toEqual([])
  })

  test('has the version of Node.js that the pages tell', () => {
    const told = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].flatMap(page =>
      [...read(page).matchAll(/Node\.js (\d+(?:\.\d+)*)/g)].map(([, version]) => `${page}: ${version}`),
    )
    const needed = manifest.engines.node.replace('>=', '')
    expect(new Set(told)).toEqual(
      new Set(['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(page => `${page}: ${needed}`)),
    )
  })

  test('has the version that is locked, and deployed to OpenWhisk', () => {
    const lock = JSON.parse(read('package-lock.json')) as { version: string }
    const whisk = parse(read('openwhisk.yaml')) as { packages: { goldsync: { version: string } } }
    expect([lock.version, whisk.packages.goldsync.version]).toEqual([manifest.version, manifest.version])
  })

  test('has the address of the repository that all else tells', () => {
    const address = manifest.repository.url.replace(/^git\+|\.git$/g, '')
    const told = [
      'README.md',
      'SECURITY.md',
      'deploy/image/Containerfile',
      ...below('docs'),
      ...below('.github'),
    ]
      .flatMap(path => read(path).match(/https:\/\/github\.com\/[\w./#-]*goldsync[\w./#-]*/g) ?? [])
      .concat(manifest.homepage, manifest.bugs)
    expect(told.filter(url => !/^(?:$|[/#])/.test(url.replace(address, '')))).toEqual([])
    expect(told.length).toBeGreaterThan(5)
  })
})

test('.github/workflows/ci.yml runs .ci/run and nothing else', () => {
  expect(readdirSync('.github/workflows')).toEqual(['ci.yml'])
  const { jobs } = parse(read('.github/workflows/ci.yml')) as {
    jobs: Record<string, { steps: { run?: string; env?: object }[] }>
  }
  const steps = Object.values(jobs).flatMap(job => job.steps)
  expect(steps.flatMap(({ run }) => run ?? [])).toEqual(['bash .ci/run'])
  expect(steps.filter(({ env }) => env)).toEqual([])
})
