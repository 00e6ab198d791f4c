/**
 * Makes a fresh clone ready: `node deploy/prepare.mjs [--install]`. Plain JavaScript, since it runs before anything is installed.
 * `--install` (npm test, npm run demo) installs what package-lock.json names when it is missing; then the command line is bundled
 * when a source is newer than the bundle. npm runs it too, as the step `dependencies`, when it has changed node_modules: here
 * only, whereas of a package that has a step `prepare` npm 11 warns wherever it is installed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BUNDLE = 'dist/cli/goldsync.mjs'
const SOURCES = ['shared', 'functions', 'deploy', 'package.json', 'package-lock.json']
const TSX = 'node_modules/tsx/dist/cli.mjs'

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'))
refuseOldNode()
if (process.argv.includes('--install') && !isInstalled()) install()
// `npm ci --omit=dev` leaves no bundler: what was installed that way came with its bundle, or does without.
if (existsSync(TSX) && isStale())
  run('bundling the command line', process.execPath, [TSX, 'deploy/build.ts', 'cli'])

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const needs = JSON.parse(readFileSync('package.json', 'utf8')).engines.node.replace('>=', '')
  const [leastMajor, leastMinor] = needs.split('.').map(Number)
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return
  console.error(`goldsync needs Node.js ${needs} or later; this is ${process.versions.node}.`)
  process.exit(1)
}

/** node_modules holds what package-lock.json names; an optional package may be missing (another platform's binary). */
function isInstalled() {
  const installed = lockedPackages('node_modules/.package-lock.json')
  const wanted = lockedPackages('package-lock.json')
  if (!installed || !wanted) return false
  const isWhole = Object.entries(wanted).every(([path, { version, optional }]) =>
    installed[path] ? installed[path].version === version : path === '' || optional,
  )
  return isWhole && Object.keys(installed).every(path => wanted[path])
}

function lockedPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined
}

function install() {
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund']
  const what = 'installing what package-lock.json names (npm ci)'
  if (npm) run(what, process.execPath, [npm, ...args])
  else run(what, process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
}

function isStale() {
  if (!existsSync(BUNDLE)) return true
  const built = statSync(BUNDLE).mtimeMs
  return SOURCES.flatMap(tree).some(path => statSync(path).mtimeMs > built)
}

/** A path and all below it; the folders too, since their times tell of files that were removed. */
function tree(path) {
  if (!statSync(path).isDirectory()) return [path]
  return [path, ...readdirSync(path, { recursive: true }).map(name => join(path, name))]
}

function run(what, command, args) {
  console.error(`goldsync: ${what}`)
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (status === 0) return
  console.error(`goldsync: ${what} failed${error ? `: ${error.message}` : ''}`)
  process.exit(1)
}
