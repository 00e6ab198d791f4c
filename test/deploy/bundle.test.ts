import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../deploy/bundle.ts'
import { bundledPackages } from '../../deploy/bundled.ts'

const ENTRIES = {
  goldsync: 'shared/hosts/cli/main.ts',
  knative: 'shared/hosts/knative.ts',
  openwhisk: 'shared/hosts/openwhisk.ts',
  lambda: 'shared/hosts/lambda.ts',
}
/** The modules of ours that may load the AWS SDK; each is imported by its driver's first call. */
const LOADERS = ['shared/catalogs/glue/sdk.ts', 'shared/storages/s3/sdk.ts', 'shared/hosts/lambda/sdk.ts']
/** What the function's zip alone holds: its own SBOM names it. */
const OF_LAMBDA = ['@aws-sdk/client-sqs', '@aws-sdk/middleware-sdk-sqs']
/** Packages that a host loads whatever it is asked: the config's, the log's, and what judges requests. */
const OF_A_START = [
  '@pinojs/redact',
  '@stablelib/base64',
  'atomic-sleep',
  'fast-sha256',
  'on-exit-leak-free',
  'picomatch',
  'pino',
  'pino-std-serializers',
  'quick-format-unescaped',
  'safe-stable-stringify',
  'sonic-boom',
  'standardwebhooks',
  'zod',
]
const MOST_OF_A_START = 450_000
const AWS = /node_modules\/@(aws-sdk|smithy)\//

describe('the bundles', () => {
  let folder: string
  let outputs: Metafile['outputs']

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-bundle-'))
    outputs = (await bundle(ENTRIES, folder)).outputs
  })

  afterAll(() => rm(folder, { recursive: true }))

  /** What a file holds and what it imports when it is loaded, not what it imports later. */
  function loadedWith(output: string, seen = new Set<string>()): Set<string> {
    if (seen.has(output)) return seen
    seen.add(output)
    const imported = outputs[output]?.imports.filter(
      ({ kind, external }) => kind === 'import-statement' && !external,
    )
    for (const { path } of imported ?? []) loadedWith(path, seen)
    return seen
  }

  const modulesOf = (output: string): string[] =>
    [...loadedWith(output)].flatMap(each => Object.keys(outputs[each]?.inputs ?? {}))

  const outputOf = (entryPoint: string): string =>
    Object.keys(outputs).find(output => outputs[output]?.entryPoint === entryPoint) ?? ''

  it.each(Object.values(ENTRIES))('start %s without the AWS SDK', entry => {
    const modules = modulesOf(outputOf(entry))
    expect(modules).toContain(entry)
    expect(modules.filter(module => AWS.test(module))).toEqual([])
  })

  it.each(Object.values(ENTRIES))('start %s without what only some configs ask for', entry => {
    const modules = modulesOf(outputOf(entry))
    expect(modules.filter(module => /node_modules\/@opentelemetry\//.test(module))).toEqual([])
    expect(packagesOf(entry)).toContain('@opentelemetry/exporter-metrics-otlp-http')
  })

  it('start the command line without what only plan --out and apply need', () => {
    const needless = /^shared\/(run\/planned|hosts\/cli\/(apply-plan|plan-file|text\/markdown))\.ts$/
    expect(modulesOf(outputOf(ENTRIES.goldsync)).filter(module => needless.test(module))).toEqual([])
  })

  it.each([ENTRIES.knative, ENTRIES.openwhisk, ENTRIES.lambda])(
    'start %s without what only its work needs',
    entry => {
      const needless =
        /prom-client|trino-client|hive-driver|node_modules\/(yaml|jose)\/|^shared\/(parquet|table|evolution)\/|^shared\/sync/
      expect(modulesOf(outputOf(entry)).filter(module => needless.test(module))).toEqual([])
    },
  )

  // What is loaded is compiled and run before the first answer: 24 ms a megabyte.
  it.each([ENTRIES.knative, ENTRIES.openwhisk, ENTRIES.lambda])(
    'start %s with few packages, and of these with what is used',
    entry => {
      const loaded = [...loadedWith(outputOf(entry))].map(output => outputs[output]!)
      const names = bundledPackages({ outputs: Object.fromEntries(loaded.entries()) }).map(({ name }) => name)
      expect(names.filter(name => !OF_A_START.includes(name))).toEqual([])
      expect(loaded.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MOST_OF_A_START)
    },
  )

  it('answer status without what only runs need', () => {
    const modules = modulesOf(outputOf('functions/status.ts'))
    expect(modules).toContain('shared/function/status.ts')
    expect(modules.filter(module => /^shared\/(parquet|table\/sync|sync\/sync)/.test(module))).toEqual([])
  })

  it.each(LOADERS)('load it with %s', loader => {
    expect(modulesOf(outputOf(loader)).some(module => AWS.test(module))).toBe(true)
  })

  it('hold of a client of AWS what is called, not the other hundreds of commands', () => {
    const modules = Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
    )
    const commands = modules.filter(module => /client-[a-z0-9]+\/.*\/commands\//.test(module))
    expect(commands).toContain('node_modules/@aws-sdk/client-glue/dist-es/commands/GetTablesCommand.js')
    expect(commands.length).toBeLessThan(20)
    expect(modules.filter(module => /client-[a-z0-9]+\/dist-cjs\//.test(module))).toEqual([])
  })

  /** Of what it loads at any time. */
  function packagesOf(entry: string): string[] {
    const files = new Set([outputOf(entry)])
    for (const file of files)
      for (const { path, external } of outputs[file]?.imports ?? []) if (!external) files.add(path)
    const parts = Object.fromEntries([...files].map(file => [file, outputs[file]!]))
    return bundledPackages({ outputs: parts }).map(({ name }) => name)
  }

  // So the release has one SBOM, the command line's, but for what sends to a queue.
  it.each([ENTRIES.knative, ENTRIES.openwhisk, ENTRIES.lambda])(
    'hold no package for %s that the command line lacks',
    entry => {
      const held = packagesOf(ENTRIES.goldsync)
      expect(packagesOf(entry)).toContain('thrift')
      expect(packagesOf(entry).filter(name => !held.includes(name) && !OF_LAMBDA.includes(name))).toEqual([])
    },
  )

  it('check tokens of providers in the server, and hold nothing for it elsewhere', () => {
    const holding = Object.values(ENTRIES).filter(entry => packagesOf(entry).includes('jose'))
    expect(holding).toEqual([ENTRIES.goldsync, ENTRIES.knative])
  })

  it('are refused with a package that would have to be installed', async () => {
    const entry = join(folder, 'stranger.ts')
    await writeFile(entry, "import '@duckdb/node-api'")
    const bundled = bundle({ stranger: entry }, join(folder, 'out'))
    await expect(bundled).rejects.toThrow('the bundle would need @duckdb/node-api at run time')
  })

  it('load it with nothing else of ours', () => {
    const ours = Object.values(outputs).flatMap(({ entryPoint = '' }) =>
      entryPoint.startsWith('shared/') && !LOADERS.includes(entryPoint) ? [entryPoint] : [],
    )
    expect(ours).toContain('shared/storages/s3/storage.ts')
    expect(ours.filter(entry => modulesOf(outputOf(entry)).some(module => AWS.test(module)))).toEqual([])
  })
})
