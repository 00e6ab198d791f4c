/** `plan --out` and `apply` as somebody types them. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Config, configOf } from '../../shared/config/config.ts'
import { fingerprintOf } from '../../shared/hosts/cli/plan-file.ts'
import { createProgram } from '../../shared/hosts/cli/program.ts'
import * as planned from '../../shared/run/planned.ts'
import { lay, makeLake } from '../support/hosts.ts'

let location: string
beforeEach(async () => {
  location = await makeLake()
})
afterEach(async () => {
  process.exitCode = undefined
  await rm(location, { recursive: true })
})

async function goldsync(...args: readonly string[]) {
  const printed: string[] = []
  const noted: string[] = []
  const lakes = [{ location, createDatabase: true }]
  vi.stubEnv('GOLDSYNC_CONFIG', JSON.stringify({ lakes, catalogs: { memory: { kind: 'memory' } } }))
  const program = createProgram({
    print: line => void printed.push(line),
    note: line => void noted.push(line),
    paint: (_, text) => text,
    redraw: undefined,
  })
  process.exitCode = undefined
  await program.parseAsync(['node', 'goldsync', ...args, '--log-level', 'silent'])
  return { status: Number(process.exitCode ?? 0), printed, noted }
}

const file = () => join(location, '.plan.json')
const written = async () => JSON.parse(await readFile(file(), 'utf8'))

describe('plan --out', () => {
  it('writes a plan that was made to its end, whatever it has found, and apply does it', async () => {
    for (const topic of ['a-b', 'a_b'])
      await lay(location, 'orders/v1.parquet', `${topic}/2026/11/20/06/a.parquet`)
    const { status, noted } = await goldsync('plan', '--out', file(), '--json')
    expect({ status, noted }).toEqual({ status: 1, noted: [] })
    expect((await written()).tables).toMatchObject([{ table: 'golden.orders' }])
    const { printed } = await goldsync('apply', file(), '--json')
    expect(JSON.parse(printed.join('\n')).tables).toMatchObject([{ outcome: 'changed' }])
  })

  it('writes none of a plan that has failed', async () => {
    const { noted } = await goldsync('plan', 'no_such_table', '--out', file(), '--quiet')
    expect(noted).toContain(`${file()} is not written: the plan has failed`)
    await expect(written()).rejects.toThrow('ENOENT')
  })

  it('that cannot be written says where one can be, not what apply takes', async () => {
    const failed = goldsync('plan', '--out', join(location, 'nowhere', 'plan.json'))
    await expect(failed).rejects.toMatchObject({
      message: expect.stringContaining('plan.json cannot be written'),
      hint: expect.stringContaining('a folder that is there'),
    })
  })

  it('alone keeps the steps', async () => {
    const collect = vi.spyOn(planned, 'collectPlan')
    await goldsync('plan')
    expect(collect).not.toHaveBeenCalled()
    await goldsync('plan', '--out', file())
    expect(collect).toHaveBeenCalledOnce()
  })
})

describe('an empty plan', () => {
  beforeEach(() => rm(join(location, 'orders'), { recursive: true }))

  it('is answered with a report where that is asked for', async () => {
    await goldsync('plan', '--mode', 'full', '--out', file(), '--quiet')
    const { status, printed, noted } = await goldsync('apply', file(), '--json')
    expect(JSON.parse(printed.join('\n'))).toEqual({
      version: 1,
      runId: expect.any(String),
      mode: 'full',
      dryRun: false,
      startedAt: expect.any(String),
      ms: expect.any(Number),
      partial: false,
      tables: [],
      diagnostics: [],
      failures: [],
    })
    expect({ status, noted }).toEqual({ status: 0, noted: [] })
  })

  it('is told to people in a line', async () => {
    await goldsync('plan', '--out', file(), '--quiet')
    expect(await goldsync('apply', file())).toEqual({
      status: 0,
      printed: [],
      noted: ['the plan has nothing to do'],
    })
  })
})

describe('what a plan is made with', () => {
  const configWith = (catalog: object): Config =>
    configOf({ lakes: [{ location: '/lake' }], catalogs: { hive: catalog } }, 'the test', {})
  const same = (one: object, other: object) =>
    fingerprintOf(configWith(one)) === fingerprintOf(configWith(other))

  it.each([
    ['kind: metastore', 'uris', { kind: 'metastore', uris: 'thrift://a:9083' }, { uris: 'thrift://b:9083' }],
    ['kind: metastore', 'catalog', { kind: 'metastore', uris: 'thrift://a:9083' }, { catalog: 'other' }],
    ['kind: hiveserver2', 'host', { kind: 'hiveserver2', host: 'a' }, { host: 'b' }],
    ['kind: hiveserver2', 'port', { kind: 'hiveserver2', host: 'a' }, { port: 10_001 }],
    ['kind: glue', 'region', { kind: 'glue', region: 'eu-west-1' }, { region: 'eu-west-2' }],
    ['kind: glue', 'endpoint', { kind: 'glue' }, { endpoint: 'http://localhost:5000' }],
    ['kind: glue', 'catalogId', { kind: 'glue' }, { catalogId: '123456789012' }],
    ['kind: duckdb', 'file', { kind: 'duckdb' }, { file: 'other.duckdb' }],
  ])('of %s is other with another %s', (_kind, _key, one, other) => {
    expect(same(one, { ...one, ...other })).toBe(false)
    expect(same(one, { ...one })).toBe(true)
  })

  it.each([
    ['a secret', { kind: 'glue', accessKeyId: 'a', secretAccessKey: 'b' }, { secretAccessKey: 'c' }],
    ['a password', { kind: 'hiveserver2', host: 'a', password: 'b' }, { password: 'c' }],
    ['a time limit', { kind: 'metastore', uris: 'thrift://a:9083' }, { timeout: 1_000 }],
  ])('is the same with another of %s', (_, one, other) => {
    expect(same(one, { ...one, ...other })).toBe(true)
  })
})
