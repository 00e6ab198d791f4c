/** `plan --out` and `apply` as somebody types them, on catalogs that keep what they are told. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { createProgram } from '../../shared/hosts/cli/program.ts'
import type { Terminal } from '../../shared/hosts/cli/terminal.ts'
import { showError } from '../../shared/hosts/cli/text/error.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { lay } from '../support/hosts.ts'
import { dropDatabases } from '../support/metastore.ts'
import { describeStack, stack } from '../support/stack.ts'

const DATABASE = `apply_${process.pid}`

interface Setting {
  readonly options: readonly string[]
  readonly plan: string
  put(fixture: string, path: string): Promise<void>
}

async function run(...args: readonly string[]): Promise<{ status: number; text: string }> {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const terminal: Terminal = { print: write, note: write, paint: (_, text) => text, redraw: undefined }
  const before = process.exitCode
  process.exitCode = 0
  try {
    await createProgram(terminal).parseAsync(['node', 'goldsync', ...args])
  } catch (error) {
    showError(terminal, error, false)
    process.exitCode = 1
  }
  const status = Number(process.exitCode)
  process.exitCode = before
  return { status, text: lines.join('\n') }
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'goldsync-apply-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

async function onDuckdb(): Promise<Setting> {
  const root = await folder()
  const lake = join(root, 'lake')
  return {
    options: ['--lake', lake, '--catalog', join(root, 'catalog.duckdb'), '--log-level', 'silent'],
    plan: join(root, 'plan.json'),
    put: (fixture, path) => lay(lake, fixture, path),
  }
}

let zones = 0
async function onMetastore(): Promise<Setting> {
  const root = await folder()
  zones += 1
  const path = `/tests/${DATABASE}_${zones}`
  const lakes = [
    {
      location: hdfs.location(path),
      database: `${DATABASE}_${zones}`,
      createDatabase: true,
      storage: hdfsStorage,
    },
  ]
  const config = join(root, 'goldsync.json')
  await writeFile(config, JSON.stringify({ lakes, catalogs: { hive: metastoreConfig('metastore') } }))
  return {
    options: ['--config', config, '--log-level', 'silent'],
    plan: join(root, 'plan.json'),
    put: async (fixture, name) => hdfs.put(`${path}/${name}`, await readFile(join('test/fixtures', fixture))),
  }
}

const HOUR = 'orders/2026/11/20'

function suite(open: () => Promise<Setting>): void {
  it('does what was planned and nothing else; then nothing is left to plan, and the same plan is refused', async () => {
    const { options, plan, put } = await open()
    await put('orders/v1.parquet', `${HOUR}/06/a.parquet`)
    await put('orders/v2.parquet', `${HOUR}/07/a.parquet`)
    expect(await run('plan', '--out', plan, ...options)).toMatchObject({ status: 2 })
    expect((await stat(plan)).mode & 0o777).toBe(0o600)
    const applied = await run('apply', plan, ...options)
    expect(applied.text).toContain('2 partitions added')
    expect(applied.status).toBe(0)
    expect(await run('plan', ...options)).toMatchObject({ status: 0 })
    const again = await run('apply', plan, ...options)
    expect(again).toMatchObject({
      status: 1,
      text: expect.stringContaining('has moved on since the plan was made'),
    })
  })

  it('does nothing where a planned partition has another file meanwhile', async () => {
    const { options, plan, put } = await open()
    await put('orders/v1.parquet', `${HOUR}/06/a.parquet`)
    await put('orders/v1.parquet', 'clicks/2026/11/20/06/a.parquet')
    await run('plan', '--out', plan, ...options)
    await put('orders/v1.parquet', `${HOUR}/06/b.parquet`)
    const refused = await run('apply', plan, ...options)
    expect(refused).toMatchObject({
      status: 1,
      text: expect.stringMatching(/orders in \w+: not as planned any more/),
    })
    expect((await run('plan', ...options)).text).toContain('2 tables to create')
  })

  it('goes on with a table that there is: new columns, then their partition', async () => {
    const { options, plan, put } = await open()
    await put('orders/v1.parquet', `${HOUR}/06/a.parquet`)
    expect(await run('scan', ...options)).toMatchObject({ status: 0 })
    await put('orders/v2.parquet', `${HOUR}/07/a.parquet`)
    expect(await run('plan', '--mode', 'full', '--out', plan, ...options)).toMatchObject({ status: 2 })
    expect(await run('apply', plan, ...options)).toMatchObject({
      status: 0,
      text: expect.stringContaining('1 partition added'),
    })
  })
}

describe('a plan on DuckDB', () => {
  suite(onDuckdb)

  it('is refused with another config, and where it is no plan', async () => {
    const { options, plan, put } = await onDuckdb()
    await put('orders/v1.parquet', `${HOUR}/06/a.parquet`)
    await run('plan', '--out', plan, ...options)
    const other = await run('apply', plan, ...options, '--layout', '{topic}/{yyyy}-{MM}-{dd}')
    expect(other).toMatchObject({
      status: 1,
      text: expect.stringContaining('other lakes, layouts or catalogs'),
    })
    for (const text of ['{}', 'no JSON', JSON.stringify({ kind: 'goldsync-plan', version: 2 })]) {
      await writeFile(plan, text)
      expect(await run('apply', plan, ...options)).toMatchObject({
        status: 1,
        text: expect.stringContaining('REQUEST_INVALID'),
      })
    }
  })

  it('is told as Markdown', async () => {
    const { options, put } = await onDuckdb()
    await put('orders/v1.parquet', `${HOUR}/06/a.parquet`)
    const { status, text } = await run('plan', '--format', 'markdown', ...options)
    expect(status).toBe(2)
    expect(text).toMatch(/^## goldsync plan\n\n\| table \| catalog/)
    expect(text).toContain('<details>')
  })
})

describeStack(['hdfs', 'metastore'], 'a plan on a metastore', () => {
  afterAll(() =>
    dropDatabases(stack.metastore, ...Array.from({ length: zones }, (_, at) => `${DATABASE}_${at + 1}`)),
  )
  suite(onMetastore)
})
