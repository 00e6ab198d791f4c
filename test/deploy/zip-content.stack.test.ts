/** What the zips are made of: they run on whatever platform the action's container, or the function, has. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shipped } from '../support/shipped.ts'

describe.each([['openwhisk', 'goldsync.zip'] as const, ['lambda', 'goldsync-lambda.zip'] as const])(
  'the zip for %s',
  (target, name) => {
    const folder = mkdtempSync(join(tmpdir(), 'goldsync-zip-'))
    let files: string[]

    beforeAll(async () => {
      execFileSync('unzip', ['-q', join(await shipped(target), name), '-d', folder])
      files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
    })
    afterAll(() => rmSync(folder, { recursive: true }))

    it('has no native code: neither an addon nor a program', () => {
      expect(files.length).toBeGreaterThan(10)
      expect(files.filter(file => /\.(node|so|dll|dylib|wasm)$/.test(file))).toEqual([])
      const magic = [
        Buffer.from('\x7fELF', 'latin1'),
        Buffer.from('MZ'),
        Buffer.from([0xcf, 0xfa, 0xed, 0xfe]),
      ]
      const isNative = (file: string) =>
        magic.some(bytes => readFileSync(file).subarray(0, bytes.length).equals(bytes))
      expect(files.filter(isNative)).toEqual([])
    })

    it('loads no native package before it is asked for', () => {
      for (const file of files.filter(one => one.endsWith('.mjs')))
        expect(readFileSync(file, 'utf8'), file).not.toMatch(
          /(from|import)\s*["'](kerberos|@duckdb\/node-api)["']/,
        )
    })

    it('has the licence text of each package that its SBOM names', () => {
      const { components } = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')) as {
        components: { group?: string; name: string; version: string; licenses?: unknown[] }[]
      }
      const texts = readFileSync(join(folder, 'THIRD-PARTY.txt'), 'utf8')
      expect(components.length).toBeGreaterThan(10)
      for (const { group, name, version, licenses } of components) {
        expect(licenses?.length, name).toBeGreaterThan(0)
        expect(texts).toContain(`${group ? `${group}/` : ''}${name} ${version} (`)
      }
    })
  },
)
