/** The release as it is made of a commit, and its package as it is installed elsewhere; nothing is published. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, runNode } from '../support/hosts.ts'

/** A checkout of its own with the files of this one, committed or not; below it, for its node_modules. */
const CHECKOUT = resolve(`dist/test/${process.pid}/release`)
const OUT = join(CHECKOUT, 'dist/release')
const VERSION = '99.0.0'
const PACKAGE = join(OUT, `goldsync-${VERSION}.tgz`)

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'commit.gpgsign=false', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd,
    encoding: 'utf8',
  })
const release = (...args: string[]): Promise<Ended> =>
  runNode(['--import', 'tsx', 'deploy/release.ts', '--version', ...args], { cwd: CHECKOUT, env: ENV })
const sums = (): string => readFileSync(join(OUT, 'SHA256SUMS'), 'utf8')

/** npm without a network, an account, or what it downloaded before. */
const ENV = {
  ...process.env,
  npm_config_offline: 'true',
  npm_config_cache: mkdtempSync(join(tmpdir(), 'goldsync-npm-')),
  npm_config_userconfig: '/dev/null',
  npm_config_update_notifier: 'false',
}

describe('npm run release', () => {
  beforeAll(async () => {
    rmSync(CHECKOUT, { recursive: true, force: true })
    const files = git('.', 'ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0')
    for (const file of files.filter(each => each && existsSync(each))) cpSync(file, join(CHECKOUT, file))
    git(CHECKOUT, 'init', '-q', '-b', 'not-main')
    git(CHECKOUT, 'add', '--all')
    git(CHECKOUT, 'commit', '-q', '-m', 'all')
  })

  afterAll(() => {
    for (const folder of [CHECKOUT, ENV.npm_config_cache]) rmSync(folder, { recursive: true, force: true })
  })

  it('says all that is missing, and makes nothing', async () => {
    writeFileSync(join(CHECKOUT, 'stray.txt'), '')
    const ended = await release('0.0')
    rmSync(join(CHECKOUT, 'stray.txt'))
    expect(ended).toMatchObject({ status: 1, stdout: '' })
    expect(ended.stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^missing: --version X\.Y\.Z.*; this is 0\.0$/),
      'missing: a clean checkout; not committed: ?? stray.txt',
      'missing: the branch main; this is not-main',
      'missing: an account at the npm registry: npm login',
    ])
    expect(existsSync(OUT)).toBe(false)
  })

  it('makes all but what publishes it, and leaves the checkout as it is', async () => {
    const ended = await release(VERSION, '--dry-run')
    expect(ended, ended.stderr).toMatchObject({ status: 0 })
    expect(ended.stdout.trim().split('\n')).toEqual([
      `npm publish ./dist/release/goldsync-${VERSION}.tgz`,
      expect.stringMatching(/^cp dist\/stage\/package\.json .* \.$/),
      expect.stringMatching(`^git commit -m 'Release ${VERSION}' -- package.json `),
      `git tag -a v${VERSION} -m 'goldsync ${VERSION}'`,
    ])
    expect(git(CHECKOUT, 'status', '--porcelain') + git(CHECKOUT, 'tag')).toBe('')
    expect(readdirSync(OUT).sort()).toEqual([
      'CHANGELOG.md',
      'NOTES.md',
      'SHA256SUMS',
      'THIRD-PARTY.txt',
      `goldsync-${VERSION}-image.zip`,
      `goldsync-${VERSION}-lambda.zip`,
      `goldsync-${VERSION}-openwhisk.zip`,
      `goldsync-${VERSION}.cdx.json`,
      `goldsync-${VERSION}.tgz`,
    ])
    expect(readFileSync(join(OUT, 'CHANGELOG.md'), 'utf8')).toMatch(
      new RegExp(String.raw`^## \[Unreleased\]\n\n## \[${VERSION}\] - \d{4}-\d\d-\d\d$`, 'm'),
    )
    for (const line of sums().trim().split('\n')) {
      const [hash, name = ''] = line.split('  ')
      expect(
        createHash('sha256')
          .update(readFileSync(join(OUT, name)))
          .digest('hex'),
        name,
      ).toBe(hash)
    }
  })

  it('makes a package that installs without a word of warning, and works', () => {
    const folder = mkdtempSync(join(tmpdir(), 'goldsync-installed-'))
    // Without one, npm takes the next that it finds above.
    writeFileSync(join(folder, 'package.json'), '{}')
    const run = (command: string, ...args: string[]) =>
      spawnSync(command, args, { cwd: folder, env: ENV, encoding: 'utf8' })
    expect(run('npm', 'install', '--no-audit', PACKAGE)).toMatchObject({ status: 0, stderr: '' })
    expect(run('npx', 'goldsync', '--version')).toMatchObject({ stdout: `${VERSION}\n`, stderr: '' })
    mkdirSync(join(folder, 'golden'))
    expect(run('npx', 'goldsync', 'plan', '--lake', 'golden').stdout).toContain('no table')
    const installed = join(folder, 'node_modules/goldsync')
    for (const file of ['LICENSE', 'NOTICE', 'dist/cli/THIRD-PARTY.txt', 'docs/configuration.md'])
      expect(existsSync(join(installed, file)), file).toBe(true)
    expect(existsSync(join(installed, 'dist/test'))).toBe(false)
    const bill = readFileSync(join(installed, 'dist/cli/sbom.cdx.json'), 'utf8')
    expect(bill).toBe(readFileSync(join(OUT, `goldsync-${VERSION}.cdx.json`), 'utf8'))
    expect(bill).toContain('pkg:npm/thrift@')
    rmSync(folder, { recursive: true })
  })

  it('makes the same of the same commit', async () => {
    const before = sums()
    expect(await release(VERSION, '--dry-run')).toMatchObject({ status: 0 })
    expect(sums()).toBe(before)
  })
})
