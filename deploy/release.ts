/**
 * `npm run release -- [--version X.Y.Z] [--dry-run]`: what is published, in dist/release; docs/releasing.md. It is made of the commit's
 * files in a folder of their own, so that nothing else gets in and the checkout stays as it is.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { compareVersions, isVersion, lastReleased, released, unreleased } from './changelog.ts'
import { filesBelow, readEntries } from './files.ts'
import { done, readArguments } from './script.ts'
import { deploy, missingTools, type Step } from './steps.ts'
import { zip } from './zip.ts'

const OUT = 'dist/release'
/** Inside the checkout, whose node_modules are found from there. */
const STAGE = 'dist/stage'
const CHANGELOG = 'CHANGELOG.md'
/** What a release changes in the checkout. */
const VERSIONED = ['package.json', 'package-lock.json', 'openwhisk.yaml', CHANGELOG]
/** deploy/image/Containerfile and what it copies. */
const IMAGE = /^(deploy\/image|dist\/cli|dist\/server)\/|^(LICENSE|NOTICE|package\.json|package-lock\.json)$/

const TOOLS = { git: 'git-scm.com', npm: 'nodejs.org' }

async function release(version: string, isDryRun: boolean): Promise<number> {
  const tools = missingTools(TOOLS)
  for (const problem of tools) console.error(`missing: ${problem}`)
  if (tools.length > 0) return 1
  const notes = unreleased(await readFile(CHANGELOG, 'utf8'))
  const problems = [...(await unfit(version, notes)), ...(isDryRun ? [] : unready())]
  for (const problem of problems) console.error(`missing: ${problem}`)
  if (problems.length > 0) return 1
  const seconds = git('log', '-1', '--format=%ct')
  await stage(version, new Date(Number(seconds) * 1000))
  await mkdir(OUT, { recursive: true })
  inStage({ SOURCE_DATE_EPOCH: seconds }, 'npm', 'run', 'build', 'server', 'openwhisk', 'lambda')
  // It builds the command line itself.
  inStage({ SOURCE_DATE_EPOCH: seconds }, 'npm', 'pack', '--pack-destination', relative(STAGE, OUT))
  await collect(version, notes)
  await writeChecksums()
  return deploy({ tools: {}, problems: [], steps: publishing(version) }, isDryRun)
}

/** Why this commit cannot become that version. */
async function unfit(version: string, notes: string): Promise<string[]> {
  const last = lastReleased(await readFile(CHANGELOG, 'utf8'))
  const isNext = isVersion(version) && (!last || compareVersions(version, last) > 0)
  const dirty = git('status', '--porcelain')
  return [
    ...(isNext ? [] : [`--version X.Y.Z${last ? ` above ${last}` : ''}; this is ${version}`]),
    ...(notes ? [] : [`a line below [Unreleased] in ${CHANGELOG}`]),
    ...(dirty ? [`a clean checkout; not committed: ${dirty.replaceAll('\n', ', ')}`] : []),
    ...(git('tag', '--list', `v${version}`) ? [`a version that is new; there is a tag v${version}`] : []),
  ]
}

/** Why nothing could be published from here. */
function unready(): string[] {
  const branch = git('branch', '--show-current')
  const { status } = spawnSync('npm', ['whoami'], { stdio: 'ignore' })
  return [
    ...(branch === 'main' ? [] : [`the branch main; this is ${branch || 'a detached HEAD'}`]),
    ...(status === 0 ? [] : ['an account at the npm registry: npm login']),
  ]
}

async function stage(version: string, date: Date): Promise<void> {
  for (const folder of [STAGE, OUT]) await rm(folder, { recursive: true, force: true })
  git('checkout-index', '--all', `--prefix=${STAGE}/`)
  inStage({}, 'npm', 'version', version, '--no-git-tag-version', '--allow-same-version')
  await edit(CHANGELOG, text => released(text, version, date.toISOString().slice(0, 10)))
  await edit('openwhisk.yaml', text => text.replace(`version: ${manifest.version}`, `version: ${version}`))
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const path = join(STAGE, file)
  await writeFile(path, change(await readFile(path, 'utf8')))
}

/** Beside the package, which is there already. The command line holds whatever the other bundles hold: its lists are everyone's. */
async function collect(version: string, notes: string): Promise<void> {
  const copies = {
    'dist/openwhisk/goldsync.zip': `goldsync-${version}-openwhisk.zip`,
    'dist/lambda/goldsync-lambda.zip': `goldsync-${version}-lambda.zip`,
    'dist/cli/sbom.cdx.json': `goldsync-${version}.cdx.json`,
    'dist/cli/THIRD-PARTY.txt': 'THIRD-PARTY.txt',
    [CHANGELOG]: CHANGELOG,
  }
  for (const [from, to] of Object.entries(copies)) await copyFile(join(STAGE, from), join(OUT, to))
  await writeFile(join(OUT, 'NOTES.md'), `${notes}\n`)
  const names = (await filesBelow(STAGE)).filter(name => IMAGE.test(name))
  await writeFile(join(OUT, `goldsync-${version}-image.zip`), zip(await readEntries(STAGE, names)))
}

/** For `sha256sum -c`. */
async function writeChecksums(): Promise<void> {
  const lines = (await filesBelow(OUT)).map(async name => {
    const hash = createHash('sha256').update(await readFile(join(OUT, name)))
    return `${hash.digest('hex')}  ${name}\n`
  })
  const text = (await Promise.all(lines)).join('')
  await writeFile(join(OUT, 'SHA256SUMS'), text)
  console.error(`made in ${OUT}:\n${text}`)
}

/** The first is the one that is likely to fail, and then leaves nothing behind. */
const publishing = (version: string): Step[] => [
  ['npm', 'publish', `./${OUT}/goldsync-${version}.tgz`],
  ['cp', ...VERSIONED.map(file => join(STAGE, file)), '.'],
  ['git', 'commit', '-m', `Release ${version}`, '--', ...VERSIONED],
  ['git', 'tag', '-a', `v${version}`, '-m', `goldsync ${version}`],
]

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim()

function inStage(env: NodeJS.ProcessEnv, command: string, ...args: string[]): void {
  execFileSync(command, args, {
    cwd: STAGE,
    env: { ...process.env, npm_config_loglevel: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

const { values } = readArguments({
  options: {
    version: { type: 'string', default: manifest.version },
    'dry-run': { type: 'boolean', default: false },
  },
})
// `npm run release --dry-run`, without the lone `--`: npm keeps the option to itself and hands it to every npm below.
const isSwallowed = process.env.npm_config_dry_run === 'true'
delete process.env.npm_config_dry_run
process.exitCode = await done(() => release(values.version, values['dry-run'] || isSwallowed))
