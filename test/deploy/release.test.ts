import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundledPackages } from '../../deploy/bundled.ts'
import { compareVersions, isVersion, lastReleased, released, unreleased } from '../../deploy/changelog.ts'
import { thirdPartyText } from '../../deploy/licences.ts'
import { sbomText } from '../../deploy/sbom.ts'

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- A $& thing.

## [0.9.0] - 2026-11-01

- Old.

## [0.10.0] - 2026-11-10

- Newer.
`

describe('the changelog', () => {
  it('tells what is not released yet, and the greatest version that is', () => {
    expect(unreleased(CHANGELOG)).toBe('### Added\n\n- A $& thing.')
    expect(lastReleased(CHANGELOG)).toBe('0.10.0')
  })

  it('has a section of its own for a new version, and keeps an empty one for the next', () => {
    const next = released(CHANGELOG, '1.0.0', '2026-11-20')
    expect(next).toContain(
      '## [Unreleased]\n\n## [1.0.0] - 2026-11-20\n\n### Added\n\n- A $& thing.\n\n## [0.9.0]',
    )
    expect(unreleased(next)).toBe('')
    expect(lastReleased(next)).toBe('1.0.0')
  })

  it('may be without releases, or without anything to release', () => {
    expect(lastReleased('## [Unreleased]\n\n- A thing.\n')).toBeUndefined()
    expect(unreleased('# Changelog\n')).toBe('')
  })
})

it('versions are three plain numbers, compared as numbers', () => {
  expect(['0.1.0', '10.0.12'].every(isVersion)).toBe(true)
  expect(['1.0', 'v1.0.0', '01.0.0', '1.0.0-rc.1', ''].some(isVersion)).toBe(false)
  expect(['0.10.0', '1.0.0', '0.9.9', '0.9.10'].sort(compareVersions)).toEqual([
    '0.9.9',
    '0.9.10',
    '0.10.0',
    '1.0.0',
  ])
})

describe('what a bundle holds', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'goldsync-bundled-'))
    install('node_modules/plain', 'plain', {
      'LICENSE.md': 'Copyright A\n',
      NOTICE: 'Made by A.\n',
      'index.js': '',
    })
    install('node_modules/@scope/twin', '@scope/twin', { license: 'Copyright A\r\n\r\nMade by A.' })
    install('node_modules/plain/node_modules/inner', 'inner', { COPYING: 'Copyright B' })
    install('node_modules/shaken', 'shaken', { LICENSE: 'Copyright C' })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function install(
    path: string,
    name: string,
    files: Record<string, string>,
    license: unknown = 'MIT',
  ): void {
    const manifest = JSON.stringify({ name, version: '1.2.3', license })
    for (const [file, content] of Object.entries({ ...files, 'package.json': manifest })) {
      mkdirSync(dirname(join(folder, path, file)), { recursive: true })
      writeFileSync(join(folder, path, file), content)
    }
  }

  /** As esbuild tells it. @param bytes of each file that is in the output */
  const packagesOf = (bytes: Record<string, number>) => {
    const inputs = Object.entries(bytes).map(([path, bytesInOutput]) => [
      join(folder, path),
      { bytesInOutput },
    ])
    const output = { inputs: Object.fromEntries(inputs), bytes: 1, imports: [], exports: [] }
    return bundledPackages({ outputs: { 'a.mjs': output, 'b.mjs': output } })
  }
  const usual = () =>
    packagesOf({
      'shared/run.ts': 10,
      'node_modules/plain/lib/index.js': 10,
      'node_modules/plain/lib/other.js': 10,
      'node_modules/plain/node_modules/inner/index.js': 10,
      'node_modules/@scope/twin/index.js': 10,
      'node_modules/shaken/index.js': 0,
    })

  it('are the packages whose code is in it, each once', () => {
    expect(usual().map(({ name, version, license }) => [name, version, license])).toEqual([
      ['@scope/twin', '1.2.3', 'MIT'],
      ['inner', '1.2.3', 'MIT'],
      ['plain', '1.2.3', 'MIT'],
    ])
  })

  it('has its licence texts and notices, one that several share only once', () => {
    const text = thirdPartyText(usual())
    expect(text).toContain('@scope/twin 1.2.3 (MIT)\nplain 1.2.3 (MIT)\n\nCopyright A\n\nMade by A.\n')
    expect(text).toContain('inner 1.2.3 (MIT)\n\nCopyright B\n')
    expect(text).not.toContain('shaken')
  })

  it('is not shipped while a licence or its text is missing', () => {
    install('node_modules/bare', 'bare', {})
    expect(() => thirdPartyText(packagesOf({ 'node_modules/bare/index.js': 1 }))).toThrow(
      /^bare \(MIT\) has no licence text in .*deploy\/licences\.ts/,
    )
    install('node_modules/old', 'old', {}, { type: 'MIT' })
    expect(() => packagesOf({ 'node_modules/old/index.js': 1 })).toThrow('node_modules/old/package.json: ')
  })

  it('has a text that a person found, until the package brings its own', () => {
    install('node_modules/standardwebhooks', 'standardwebhooks', {})
    const bundled = () => packagesOf({ 'node_modules/standardwebhooks/index.js': 1 })
    expect(thirdPartyText(bundled())).toContain('Copyright (c) 2023 Svix')
    install('node_modules/standardwebhooks', 'standardwebhooks', { LICENSE: 'Copyright D' })
    expect(() => thirdPartyText(bundled())).toThrow('has a licence text of its own now')
  })

  it('is told to tools as CycloneDX', async () => {
    const product = { name: 'goldsync', version: '1.0.0', license: 'Apache-2.0' }
    const text = await sbomText(product, usual(), new Date(0))
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull()
    const bom = JSON.parse(text) as Record<'components' | 'dependencies' | 'metadata', unknown>
    const licenses = [{ license: { id: 'MIT' } }]
    expect(bom.components).toMatchObject([
      { group: '@scope', name: 'twin', version: '1.2.3', purl: 'pkg:npm/%40scope/twin@1.2.3', licenses },
      { name: 'inner', purl: 'pkg:npm/inner@1.2.3', licenses },
      { name: 'plain', purl: 'pkg:npm/plain@1.2.3', licenses },
    ])
    expect(bom.metadata).toMatchObject({
      timestamp: '1970-01-01T00:00:00.000Z',
      component: { name: 'goldsync', version: '1.0.0', purl: 'pkg:npm/goldsync@1.0.0' },
    })
    expect(bom.dependencies).toContainEqual({
      ref: 'pkg:npm/goldsync@1.0.0',
      dependsOn: ['pkg:npm/%40scope/twin@1.2.3', 'pkg:npm/inner@1.2.3', 'pkg:npm/plain@1.2.3'],
    })
    expect(await sbomText(product, usual(), undefined)).not.toContain('timestamp')
  })
})
