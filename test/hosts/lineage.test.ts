import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { isRun, reportOf } from '../../shared/function/outcome.ts'
import { lineageTo } from '../../shared/hosts/lineage.ts'
import { folderDataset } from '../../shared/outbound/lineage-event.ts'
import { testLake } from '../support/lake.ts'
import { openRecorder, type Recorder, type Reply } from '../support/recorder.ts'
import { ENDLESS } from '../support/waiting.ts'

/** The folder `spec` of OpenLineage's repository, where it is at hand: then each event is put to its schemas. */
const SPEC = process.env.OPENLINEAGE_SPEC

interface Event {
  readonly eventType: string
  readonly eventTime: string
  readonly run: { readonly runId: string; readonly facets: Record<string, Record<string, unknown>> }
  readonly job: { readonly namespace: string; readonly name: string }
  readonly inputs: readonly { readonly namespace: string; readonly name: string }[]
  readonly outputs: readonly {
    readonly namespace: string
    readonly name: string
    readonly facets: Record<string, Record<string, unknown>>
    readonly outputFacets: Record<string, Record<string, unknown>>
  }[]
}

let recorder: Recorder
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldsync-lineage-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  await recorder?.close()
})

const configFor = (lineage: object, catalog: object = { kind: 'memory' }, engines: object = {}) =>
  configOf(
    { lakes: [{ location: '/golden' }], catalogs: { memory: catalog }, engines, lineage },
    'the test',
    {},
  )

async function told(
  options: { catalog?: object; engines?: object; reply?: () => Reply; lineage?: object } = {},
) {
  recorder = await openRecorder(options.reply ?? (() => [201]))
  const lake = testLake()
  const lineage = { url: recorder.url, headers: { authorization: 'Bearer k3y' }, ...options.lineage }
  const config = configFor(lineage, options.catalog, options.engines)
  const tellLineage = lineageTo(config, { pauses: [], limit: ENDLESS })
  const run = async (params: object = {}) => {
    const context = { lakes: async () => [lake.lake], log: openLog('silent'), tellLineage }
    const report = reportOf(await scan.invoke({ id: 'tick-1', params }, context))
    if (!isRun(report)) throw new Error('no report')
    return report
  }
  const events = () => recorder.requests.map(({ body }) => JSON.parse(body) as Event)
  return { lake, run, events }
}

function conform(events: readonly object[]): void {
  if (!SPEC) return
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  const read = (path: string) => JSON.parse(readFileSync(join(SPEC, path), 'utf8')) as object
  ajv.addSchema(read('OpenLineage.json'))
  const facets = existsSync(join(SPEC, 'facets')) ? readdirSync(join(SPEC, 'facets')) : []
  for (const file of facets.filter(name => name.endsWith('.json'))) ajv.addSchema(read(`facets/${file}`))
  const check = ajv.getSchema('https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent')
  for (const event of events) {
    check?.(event)
    expect([check === undefined, check?.errors]).toEqual([false, null])
    for (const one of facetsOf(event)) {
      const { _schemaURL: url } = one as { _schemaURL: string }
      const valid = ajv.getSchema(url)
      valid?.(one)
      expect([url, valid === undefined, valid?.errors]).toEqual([url, false, null])
    }
  }
}

const facetsOf = (value: unknown): object[] =>
  typeof value !== 'object' || value === null
    ? []
    : '_schemaURL' in value
      ? [value]
      : Object.values(value).flatMap(facetsOf)

describe('a run that changed a table', () => {
  it('is told as START and COMPLETE, from the topic’s folder to the table', async () => {
    const engines = { trino: { kind: 'trino', url: 'http://trino.example:8080' } }
    const catalog = { kind: 'metastore', uris: 'thrift://ms1.example:9083' }
    const { lake, run, events } = await told({ catalog, engines })
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    expect((await run()).diagnostics).toEqual([])
    const [start, end, ...more] = events()
    expect(more).toEqual([])
    expect([start?.eventType, end?.eventType]).toEqual(['START', 'COMPLETE'])
    expect(end?.run.runId).toBe(start?.run.runId)
    expect(end?.run.runId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(Date.parse(String(end?.eventTime))).toBeGreaterThanOrEqual(Date.parse(String(start?.eventTime)))
    expect(end?.job).toMatchObject({ namespace: 'goldsync', name: 'memory.golden.orders' })
    expect(end?.inputs).toEqual([{ namespace: 'memory://lake', name: '/golden/orders' }])
    const [output] = end?.outputs ?? []
    expect(output).toMatchObject({ namespace: 'hive://ms1.example:9083', name: 'golden.orders' })
    expect(output?.facets.schema?.fields).toEqual(
      expect.arrayContaining([
        { name: 'id', type: 'int' },
        { name: 'year', type: 'string' },
      ]),
    )
    expect(output?.facets.symlinks?.identifiers).toEqual([
      { namespace: 'trino://trino.example:8080', name: 'hive.golden.orders', type: 'TABLE' },
    ])
    expect(output?.facets.catalog).toMatchObject({ type: 'metastore', name: 'memory' })
    expect(output?.outputFacets.outputStatistics).toMatchObject({ fileCount: 1 })
    expect(end?.run.facets.goldsync).toMatchObject({ runId: 'tick-1', trigger: 'scan', outcome: 'changed' })
    const [request] = recorder.requests
    expect([request?.path, request?.headers.authorization]).toEqual(['/api/v1/lineage', 'Bearer k3y'])
    conform(events())
  })

  it('is told of once: one that changes nothing, and a plan, tell nothing', async () => {
    const { lake, run } = await told()
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    await run({ dryRun: true })
    expect(recorder.requests).toEqual([])
    await run()
    await run()
    expect(recorder.requests.length).toBe(2)
  })
})

it('a run that failed is told as FAIL, with why', async () => {
  const { lake, run, events } = await told()
  lake.put('orders/2019/09/01/10/a.parquet', 'v1')
  Object.assign(lake.catalog, {
    inspect: async () => {
      throw new GoldsyncError('UNAVAILABLE', 'the metastore is away')
    },
  })
  await run()
  const [start, end] = events()
  expect([start?.eventType, end?.eventType]).toEqual(['START', 'FAIL'])
  expect(end?.run.facets.errorMessage).toMatchObject({ message: 'UNAVAILABLE: the metastore is away' })
  conform(events())
})

describe('a receiver that refuses', () => {
  it('fails no run: the report says so', async () => {
    const { lake, run } = await told({ reply: () => [403] })
    lake.put('orders/2019/09/01/10/a.parquet', 'v1')
    const report = await run()
    expect(report.tables).toMatchObject([{ outcome: 'changed' }])
    expect(report.diagnostics).toMatchObject([
      { code: 'LINEAGE_NOT_TAKEN', severity: 'warning', message: expect.stringContaining('403') },
    ])
  })
})

it('a file gets a line for each event', async () => {
  const file = join(folder, 'log/lineage.jsonl')
  const { lake, run, events } = await told({ lineage: { file } })
  lake.put('orders/2019/09/01/10/a.parquet', 'v1')
  await run()
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line))).toEqual(events())
})

it('a file that hangs holds no run longer than the limit', async () => {
  const file = join(folder, 'lineage.jsonl')
  // To be opened for writing it waits for a reader.
  execFileSync('mkfifo', [file])
  const tellLineage = lineageTo(configFor({ file }), { limit: 20 })
  expect(await tellLineage?.([])).toBe('no answer within 20 ms')
  closeSync(openSync(file, constants.O_RDONLY | constants.O_NONBLOCK))
})

it('nothing is told once the platform does not wait any more', async () => {
  const file = join(folder, 'lineage.jsonl')
  const tellLineage = lineageTo(configFor({ file }), { until: Date.now() })
  expect(await tellLineage?.([])).toBe('no time was left')
  expect(existsSync(file)).toBe(false)
})

it.each([
  ['hdfs://datalake-vol/golden/orders', 'hdfs://datalake-vol', '/golden/orders'],
  ['hdfs://nn1:8020/golden/orders', 'hdfs://nn1:8020', '/golden/orders'],
  ['s3://bucket/golden/orders', 's3://bucket', 'golden/orders'],
  ['/data/golden/orders', 'file', '/data/golden/orders'],
  ['file:///data/golden/orders', 'file', '/data/golden/orders'],
])('the folder %s is %s and %s', (location, namespace, name) => {
  expect(folderDataset(location)).toEqual({ namespace, name })
})

it.each([
  [{}, 'lineage: url or file is wanted'],
  [{ url: 'http://me:pw@marquez:5000' }, 'holds no user, password'],
])('the config %j is refused', (lineage, message) => {
  expect(() => configFor(lineage)).toThrow(message)
})
