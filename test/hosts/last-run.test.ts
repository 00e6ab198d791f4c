import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Config } from '../../shared/config/config.ts'
import { configOf } from '../../shared/config/config.ts'
import type { Outcome } from '../../shared/function/outcome.ts'
import { leaveMetrics } from '../../shared/hosts/cli/leave-metrics.ts'
import { closedPort } from '../support/net.ts'
import { openRecorder, type Recorder } from '../support/recorder.ts'
import { runReport, tableReport } from '../support/report.ts'

let folder: string
let recorder: Recorder | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldsync-textfile-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  await recorder?.close()
  recorder = undefined
})

const configFor = (metrics: object, location = '/datalake-vol/golden'): Config =>
  configOf(
    {
      lakes: [{ location }],
      catalogs: { duckdb: { kind: 'duckdb', file: 'catalog.duckdb' } },
      metrics,
    },
    'the test',
    {},
  )

const table = tableReport({
  partitions: { listed: 3, added: 2, altered: 0, moved: 0, dropped: 0, unchanged: 0, held: 1 },
  waiting: 1,
  lagMs: 1_500,
  diagnostics: [{ code: 'INCOMPLETE_FILE', severity: 'warning', message: '…', count: 3 }],
})
const done: Outcome = { status: 'ok', report: runReport([table, { ...table, lagMs: 500 }]) }
const failed: Outcome = {
  status: 'unavailable',
  error: { code: 'UNAVAILABLE', message: '…', retryable: true },
}
const STARTED = Date.UTC(2026, 10, 28, 4)

const leave = (outcome: Outcome, params: object = { mode: 'recent' }, command = 'scan', more: object = {}) =>
  leaveMetrics(command, params, outcome, configFor({ textfile: folder, ...more }), STARTED)
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8')
const RECENT = 'goldsync_datalake-vol-golden_scan_recent.prom'

describe('a run of the command line', () => {
  it('leaves gauges for node_exporter in a file of its own', async () => {
    expect(await leave(done)).toBeUndefined()
    expect(readdirSync(folder)).toEqual([RECENT])
    const text = textOf(RECENT)
    const labels = 'config="datalake-vol-golden",command="scan",mode="recent"'
    expect(text).toContain(`goldsync_last_run_partitions{catalog="hive",change="added",${labels}} 4\n`)
    expect(text).toContain(`goldsync_last_run_pending_partitions{catalog="hive",${labels}} 2\n`)
    expect(text).toContain(`goldsync_last_run_lag_seconds{catalog="hive",${labels}} 1.5\n`)
    expect(text).toContain(
      `goldsync_last_run_findings{code="INCOMPLETE_FILE",severity="warning",${labels}} 6\n`,
    )
    expect(text).toContain(`goldsync_last_run_status{status="ok",${labels}} 1\n`)
    expect(text).toContain(`goldsync_last_scan_timestamp_seconds{${labels}} ${STARTED / 1000}\n`)
    expect(text).toContain('goldsync_build_info{version=')
    expect(text.match(/^# TYPE .*/gm)?.every(line => line.endsWith(' gauge'))).toBe(true)
  })

  it('overwrites none of another command, mode, or config', async () => {
    await leave(done)
    await leave(done, { mode: 'full' })
    await leave(done, { table: 'orders', mode: 'full' }, 'sync')
    await leave(done, { mode: 'recent' }, 'scan', { name: 'hourly' })
    expect(readdirSync(folder).sort()).toEqual(
      [
        RECENT,
        'goldsync_datalake-vol-golden_scan_full.prom',
        'goldsync_datalake-vol-golden_sync_full.prom',
        'goldsync_hourly_scan_recent.prom',
      ].sort(),
    )
  })

  it('that scans named tables keeps when the last scan of all began', async () => {
    const scan = /^goldsync_last_scan_timestamp_seconds.*$/m
    const named = { mode: 'recent', tables: ['orders'] }
    await leave(done, named)
    expect(scan.exec(textOf(RECENT))).toBeNull()
    await leave(done)
    await leaveMetrics('scan', named, done, configFor({ textfile: folder }), STARTED + 60_000)
    expect(scan.exec(textOf(RECENT))?.[0]).toMatch(new RegExp(` ${STARTED / 1000}$`))
  })

  it('that fails keeps when the last one succeeded', async () => {
    await leave(done)
    const success = /^goldsync_last_success_timestamp_seconds.*$/m
    const [before] = success.exec(textOf(RECENT)) ?? []
    expect(before).toBeDefined()
    await leave(failed)
    expect(textOf(RECENT)).toContain('status="unavailable"')
    expect(success.exec(textOf(RECENT))?.[0]).toBe(before)
    expect(textOf(RECENT)).not.toContain('last_run_partitions')
  })

  it.each([
    ['scan', { mode: 'recent', dryRun: true }],
    ['plan', { mode: 'recent' }],
    ['status', {}],
  ])('leaves none that only looks: %s %j', async (command, params) => {
    await leave(done, params, command)
    expect(readdirSync(folder)).toEqual([])
  })

  it('says what could not be written, and where to', async () => {
    writeFileSync(join(folder, 'taken'), '')
    const lost = await leave(done, {}, 'scan', { textfile: join(folder, 'taken') })
    expect(lost).toMatch(/^metrics\.textfile: cannot write .*taken\/goldsync_.*prom: /)
  })
})

describe('a receiver of OTLP', () => {
  it('is sent the same gauges, with the headers of the config', async () => {
    recorder = await openRecorder(() => [200])
    writeFileSync(join(folder, 'token'), 'Bearer t0ken\n')
    const otlp = { url: `${recorder.url}/otlp`, headers: { authorization: { file: join(folder, 'token') } } }
    expect(await leave(done, { mode: 'recent' }, 'scan', { textfile: undefined, otlp })).toBeUndefined()
    const [request] = recorder.requests
    expect([request?.path, request?.headers.authorization]).toEqual(['/otlp/v1/metrics', 'Bearer t0ken'])
    const { resourceMetrics } = JSON.parse(request?.body ?? '{}') as {
      resourceMetrics: {
        resource: { attributes: { key: string; value: object }[] }
        scopeMetrics: { metrics: { name: string; gauge?: { dataPoints: object[] } }[] }[]
      }[]
    }
    expect(resourceMetrics[0]?.resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'goldsync' },
    })
    const metrics = resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? []
    const partitions = metrics.find(({ name }) => name === 'goldsync_last_run_partitions')
    expect(partitions?.gauge?.dataPoints).toContainEqual(
      expect.objectContaining({
        asDouble: 4,
        attributes: expect.arrayContaining([{ key: 'change', value: { stringValue: 'added' } }]),
      }),
    )
  })

  it('that is not there fails no run: the command says so', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`
    const lost = await leave(done, {}, 'scan', { textfile: undefined, otlp: { url } })
    expect(lost).toContain(`${new URL(url).host} did not take the metrics`)
  })
})

describe('a config', () => {
  it.each([
    [{ otlp: { url: 'collector:4318' } }, 'metrics.otlp.url: expected http://host:port'],
    [{ otlp: { url: 'http://me:secret@collector:4318' } }, 'holds no user, password'],
    [
      { otlp: { url: 'http://collector:4318', headers: { 'a b': 'x' } } },
      'metrics.otlp.headers: expected names of headers',
    ],
    [{ name: '../etc' }, 'metrics.name: expected up to 100 letters'],
    [{ tables: -1 }, 'metrics.tables'],
  ])('with %j is refused', (metrics, message) => {
    expect(() => configFor(metrics)).toThrow(message)
    expect(() => configFor(metrics)).not.toThrow('secret@')
  })
})
