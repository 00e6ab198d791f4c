/** `npm run build [cli] [lambda] [openwhisk] [server] [-- --out DIR]`: what is shipped, in dist/. Without a name, all of it. */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { bundle } from './bundle.ts'
import { bundledPackages } from './bundled.ts'
import { filesBelow, readEntries } from './files.ts'
import { thirdPartyText } from './licences.ts'
import { manText } from './man.ts'
import { sbomText } from './sbom.ts'
import { misused, readArguments } from './script.ts'
import { zip } from './zip.ts'

/** OpenWhisk's own limit is 48 MB, Lambda's 50 MB; a cold start pays for every byte. */
const MAX_ZIP = 1_000_000
/** What its runtimes have; elsewhere package.json says what is needed. */
const OPENWHISK_NODE = '>=20.17'

const TARGETS = {
  cli: buildCli,
  lambda: buildLambda,
  openwhisk: buildOpenWhisk,
  server: buildServer,
} as const

async function buildCli(out: string): Promise<string> {
  await ship({ goldsync: 'shared/hosts/cli/main.ts' }, out)
  await chmod(join(out, 'goldsync.mjs'), 0o755)
  await writeFile(join(out, 'goldsync.1'), manText(manifest.version))
  return join(out, 'goldsync.mjs')
}

async function buildServer(out: string): Promise<string> {
  await ship({ main: 'shared/hosts/knative.ts' }, out)
  return join(out, 'main.mjs')
}

/** A bundle, and what it holds of others: for people and lawyers, and for programs. */
async function ship(entries: Readonly<Record<string, string>>, out: string): Promise<void> {
  const packages = bundledPackages(await bundle(entries, out))
  await writeFile(join(out, 'THIRD-PARTY.txt'), thirdPartyText(packages))
  await writeFile(join(out, 'sbom.cdx.json'), await sbomText(manifest, packages, sourceDate()))
}

/** https://reproducible-builds.org/specs/source-date-epoch: the release sets it. */
function sourceDate(): Date | undefined {
  const seconds = process.env.SOURCE_DATE_EPOCH
  return seconds ? new Date(Number(seconds) * 1000) : undefined
}

/** OpenWhisk loads an action by `require`, and installs what package.json names: so a CommonJS shim, and no dependencies. */
async function buildOpenWhisk(out: string): Promise<string> {
  const parts = join(out, 'action')
  await ship({ main: 'shared/hosts/openwhisk.ts' }, parts)
  const { name, version, license } = manifest
  const described = { name, version, license, main: 'index.js', engines: { node: OPENWHISK_NODE } }
  await writeFile(join(parts, 'package.json'), `${JSON.stringify(described)}\n`)
  await writeFile(join(parts, 'index.js'), SHIM)
  return pack(parts, join(out, 'goldsync.zip'))
}

/** Lambda imports what the handler's name says: `index.handler`. */
async function buildLambda(out: string): Promise<string> {
  const parts = join(out, 'function')
  await ship({ index: 'shared/hosts/lambda.ts' }, parts)
  return pack(parts, join(out, 'goldsync-lambda.zip'))
}

/** Turns a folder into an archive of what is in it. */
async function pack(parts: string, file: string): Promise<string> {
  const archive = zip(await readEntries(parts, await filesBelow(parts)))
  if (archive.length > MAX_ZIP)
    throw new Error(`${basename(file)} has ${archive.length} bytes, more than ${MAX_ZIP}`)
  await rm(parts, { recursive: true })
  await writeFile(file, archive)
  return `${file} (${archive.length} bytes)`
}

const SHIM = `'use strict'
let loaded
const action = name => async params => (await (loaded ??= import('./main.mjs')))[name](params)
exports.scan = action('scan')
exports.sync = action('sync')
exports.fileClosed = action('fileClosed')
exports.plan = action('plan')
exports.status = action('status')
`

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: { out: { type: 'string', default: 'dist' } },
  })
  for (const name of positionals.length > 0 ? positionals : Object.keys(TARGETS)) {
    const target = TARGETS[name as keyof typeof TARGETS]
    if (!target) misused(`no target ${name}; there are: ${Object.keys(TARGETS).join(', ')}`)
    const out = join(values.out, name)
    await rm(out, { recursive: true, force: true })
    await mkdir(out, { recursive: true })
    console.log(`built ${await target(out)}`)
  }
}

await main(process.argv.slice(2))
