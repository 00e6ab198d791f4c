/** What files hold besides their schemas, from run to run: files by pyarrow and DuckDB (test/fixtures/undeclared/write.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import { printColumns } from '../../shared/evolution/merge.ts'
import { readStatus } from '../../shared/function/status.ts'
import { exitCode, type Report } from '../../shared/run/report.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Diagnostic } from '../../shared/schema/diagnostic.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import type { Table } from '../../shared/schema/table.ts'
import { REMEMBERED } from '../../shared/state/remembered.ts'
import { chunk, fileOf, group, leaf, metadata, rowGroup, struct } from '../support/compact.ts'
import { cannot, openDouble } from '../support/engine-double.ts'
import { FILES, ROOT, type TestLake, testLake } from '../support/lake.ts'

const READERS: readonly Reader[] = [
  { kind: 'hive', version: '4.0.1' },
  { kind: 'trino', version: '476' },
]

const lakeReadBy = (readers = READERS, more = {}) => testLake({ more: { readers, ...more } })

const put = (lake: TestLake, place: string, kind: string): void =>
  putAt(lake, `${ROOT}/orders/2019/09/01/${place}.parquet`, kind)

const putAt = ({ storage, clock }: TestLake, path: string, kind: string): void =>
  storage.put(
    path,
    readFileSync(new URL(`../fixtures/undeclared/${kind}.parquet`, import.meta.url)),
    clock.now,
  )

const inspect = ({ catalog }: TestLake) => catalog.inspect({ database: 'golden', name: 'orders' })
const columnsOf = async (lake: TestLake) => printColumns((await inspect(lake))?.columns ?? [])
const memoryOf = async (lake: TestLake) => (await inspect(lake))?.parameters[REMEMBERED]

/** An hour each, a run after each. */
async function sync(lake: TestLake, ...kinds: readonly string[]) {
  const reports = []
  for (const [at, kind] of kinds.entries()) {
    put(lake, `1${at}/a`, kind)
    reports.push(lake.table(await lake.scan()))
    lake.clock.now += 60_000
  }
  return reports
}

const heldIn = (reports: Awaited<ReturnType<typeof sync>>) => reports.map(({ partitions }) => partitions.held)
const codesOf = (report: Awaited<ReturnType<typeof sync>>[number]) =>
  report.diagnostics.map(({ code, column }) => `${code} ${column}`)

describe('what was left out comes back', () => {
  test.each([
    ['overflow', 'proven', 'UNSIGNED_OVERFLOW u', 'TYPE_HELD u'],
    ['null', 'list', 'NULL_COLUMN u', 'TYPE_HELD u'],
    ['list-of-null', 'list', 'NULL_COLUMN u.element', 'TYPE_HELD u.element'],
    ['struct-of-null', 'struct-of-list', 'NULL_COLUMN u.n', 'TYPE_HELD u.n'],
    ['duckdb-empty-list', 'list', 'NULL_COLUMN u.element', 'TYPE_HELD u.element'],
  ])('%s and %s: one is held back in either order, in runs of their own', async (bad, good, left, held) => {
    const first = await sync(lakeReadBy(), bad, good)
    expect([heldIn(first), codesOf(first[0]!), codesOf(first[1]!)]).toEqual([[0, 1], [left], [held]])
    const second = await sync(lakeReadBy(), good, bad)
    expect([heldIn(second), codesOf(second[1]!)]).toEqual([[0, 1], [left]])
  })

  test('one folder with both is held back, whatever their names', async () => {
    for (const [a, b] of [
      ['overflow', 'proven'],
      ['proven', 'overflow'],
    ] as const) {
      const lake = lakeReadBy()
      put(lake, '01/a', a)
      put(lake, '01/b', b)
      expect(lake.table(await lake.scan()).partitions).toMatchObject({ added: 0, held: 1 })
    }
  })

  test('nulls agree with text, and those of DuckDB fix no type', async () => {
    for (const kind of ['null', 'duckdb-null'])
      for (const kinds of [
        [kind, 'text'],
        ['text', kind],
      ] as const) {
        const lake = lakeReadBy()
        expect(heldIn(await sync(lake, ...kinds))).toEqual([0, 0])
        expect(await columnsOf(lake)).toBe('id int, u string')
      }
  })

  test('what no reader fails on is not held back', async () => {
    const lake = lakeReadBy([{ kind: 'hive', version: '4.0.1' }])
    expect(heldIn(await sync(lake, 'null', 'list'))).toEqual([0, 0])
    expect(await columnsOf(lake)).toBe('id int, u array<string>')
  })

  test('of partitions that come together, those with types win', async () => {
    const lake = lakeReadBy()
    put(lake, '01/a', 'null')
    put(lake, '02/a', 'list')
    const { held } = lake.table(await lake.scan())
    expect([held, await columnsOf(lake)]).toEqual([['2019/09/01/01'], 'id int, u array<string>'])
  })

  test('in a registered partition the file is read without its new column', async () => {
    const lake = lakeReadBy()
    await sync(lake, 'null')
    put(lake, '10/b', 'list')
    const { diagnostics, partitions } = lake.table(await lake.scan())
    expect([partitions.held, await columnsOf(lake)]).toEqual([0, 'id int'])
    expect(diagnostics.filter(({ code }) => code === 'TYPE_HELD')).toMatchObject([
      {
        severity: 'warning',
        partition: '2019/09/01/10',
        message: expect.stringContaining('first seen in 2019/09/01/10'),
        fix: expect.stringContaining('types.nullColumns'),
      },
    ])
    expect(diagnostics.some(({ code }) => code === 'EXPOSED_FILE')).toBe(false)
  })
})

describe('types.nullColumns: declare', () => {
  const usual = testLake().lake.typesOf('')
  const declaring = (more = {}) =>
    lakeReadBy(READERS, { typesOf: () => ({ ...usual, nullColumns: 'declare' as const }), ...more })
  const told = ({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }) =>
    diagnostics.map(({ code, severity, column, partition }) => `${severity} ${code} ${column} ${partition}`)

  test.each([
    [['null', 'list', 'null']],
    [['list', 'null', 'null']],
    [['null', 'null', 'list']],
    [['duckdb-empty-list', 'list', 'list-of-null']],
    [['struct-of-list', 'struct-of-null', 'null']],
  ])('gives the type, and takes files with nulls under it, in the order %s', async files => {
    const lake = declaring()
    const reports = await sync(lake, ...files)
    expect(heldIn(reports)).toEqual(files.map(() => 0))
    expect(await columnsOf(lake)).toBe(
      files.includes('struct-of-list') ? 'id int, u struct<a:int,n:array<int>>' : 'id int, u array<string>',
    )
    expect(reports.flatMap(({ pending }) => pending)).toEqual([])
  })

  test('names the files that a reader then fails on, whichever came first', async () => {
    const [, given] = await sync(declaring(), 'null', 'list')
    expect(given!.diagnostics).toMatchObject([
      {
        code: 'NULL_COLUMN',
        severity: 'warning',
        accepted: true,
        column: 'u',
        engines: [{ engine: 'trino' }],
        message: expect.stringMatching(
          /^column u holds only nulls and has no type in registered files \(first seen in 2019\/09\/01\/10\), and is array<string> in the table; Trino 476 fails on it, which types\.nullColumns: declare accepts$/,
        ),
      },
    ])
    const lake = declaring()
    await sync(lake, 'list')
    for (const name of ['a', 'b', 'c']) put(lake, `12/${name}`, 'null')
    const { diagnostics, held } = lake.table(await lake.scan())
    expect([held, told({ diagnostics })]).toEqual([[], ['warning NULL_COLUMN u 2019/09/01/12']])
    expect(diagnostics[0]!.message).toMatch(/ accepts \(in a\.parquet, b\.parquet, c\.parquet\)$/)
  })

  test('says nothing where no reader fails on them', async () => {
    const lake = declaring({ readers: [{ kind: 'hive', version: '4.0.1' }] })
    const [, second] = await sync(lake, 'list', 'null')
    expect(told(second!)).toEqual(['info NULL_COLUMN u 2019/09/01/11'])
  })

  test('takes them in registered partitions, and in one folder with the type', async () => {
    const lake = declaring()
    put(lake, '10/a', 'null')
    put(lake, '10/b', 'list')
    expect(lake.table(await lake.scan()).partitions).toMatchObject({ added: 1, held: 0 })
    lake.clock.now += 60_000
    put(lake, '10/c', 'null')
    const { diagnostics, pending } = lake.table(await lake.scan())
    expect([pending, diagnostics.map(({ code }) => code)]).toEqual([[], ['NULL_COLUMN']])
  })

  test('does not let an engine that is known to fail on them fail', async () => {
    const trino = openDouble()
    trino.read = ({ partition, columns }) =>
      partition.at(-1) !== '10' && columns.some(({ name }) => name === 'u')
        ? cannot('HIVE_BAD_DATA: u')
        : { outcome: 'read', lost: [] }
    const lake = declaring({ engines: [trino.engine], readers: [READERS[0]!] })
    const reports = await sync(lake, 'list', 'null', 'null')
    expect(reports.slice(1).flatMap(told)).toEqual([
      'warning NULL_COLUMN u 2019/09/01/11',
      'warning NULL_COLUMN u 2019/09/01/12',
    ])
    expect(trino.calls.filter(call => call.startsWith('read'))).toEqual([
      'read orders/2019/09/01/10/a.parquet id,u',
      'read orders/2019/09/01/11/a.parquet id',
    ])
  })
})

describe('the memory', () => {
  test('is written once for each name and kind, with the table or before the partition', async () => {
    const lake = lakeReadBy()
    const [, second, third] = await sync(lake, 'text', 'null', 'null')
    expect(second!.steps.map(({ kind }) => kind).slice(0, 2)).toEqual(['setParameters', 'addPartitions'])
    expect(third!.steps.map(({ kind }) => kind)[0]).toBe('addPartitions')
    expect(await memoryOf(lake)).toBe('["all",["null","2019/09/01/11","","u"]]')
  })

  test('that has no more room says so once, and each time when a name gets a type', async () => {
    const lake = lakeReadBy()
    const names = Array.from({ length: 300 }, (_, at) => `a_column_that_is_null_${at}`)
    const nulls = names.map(name => leaf(name, 1, { 10: struct({ 11: struct({}) }) }))
    const chunks = names.map(path => chunk({ path, type: 1 }))
    const orders = [1, ...names.map(() => 1)]
    const bytes = fileOf(
      metadata({
        schema: [group('root', 301), leaf('n', 2), ...nulls],
        groups: [rowGroup([chunk(), ...chunks])],
        orders,
      }),
    )
    const severe = (report: Report) =>
      lake
        .table(report)
        .diagnostics.filter(({ severity }) => severity !== 'info')
        .map(({ code }) => code)
    const scan = async (hour: string, file = bytes) => {
      lake.storage.put(`${ROOT}/orders/2019/09/01/${hour}/a.parquet`, file, lake.clock.now)
      const report = await lake.scan()
      lake.clock.now += 60_000
      return severe(report)
    }
    const more = fileOf(
      metadata({
        schema: [group('root', 2), leaf('n', 2), leaf('late', 2)],
        groups: [rowGroup([chunk(), chunk({ path: 'late' })])],
        orders: [1, 1],
      }),
    )
    expect(await scan('10')).toEqual(['MEMORY_OVERFLOW'])
    expect(await memoryOf(lake)).toMatch(/^\["overflow",/)
    expect([await scan('11'), await scan('12', more)]).toEqual([[], ['OLDER_FILES_UNKNOWN']])
    const { tables } = await readStatus([lake.lake], {})
    expect(tables[0]!.leftOut).toBe('overflow')
  })

  /** A lake with a table that a version without memories has left, of one partition. */
  async function upgraded(kind: string): Promise<TestLake> {
    const lake = lakeReadBy(READERS, { recallOlder: false })
    await sync(lake, kind)
    const older = lake.catalog.state()
    const forget = (text: string) => text.replace(/,?"goldsync.undeclared":"(\\.|[^"\\])*"/, '')
    const state = new Map(
      [...older.tables].map(([key, of]) => [
        key,
        { ...of, table: JSON.parse(forget(JSON.stringify(of.table))) },
      ]),
    )
    const again = testLake({
      catalog: openMemoryCatalog('memory', {}, { ...older, tables: state }),
      more: { readers: READERS, storage: lake.storage },
    })
    again.clock.now = lake.clock.now
    const copy = { ...again, storage: lake.storage }
    expect(await memoryOf(copy)).toBeUndefined()
    return copy
  }

  /** Somebody gives the partition another location. */
  async function registerElsewhere(lake: TestLake, hour: string, to: string): Promise<void> {
    const table = (await inspect(lake)) as Table
    const from = `${ROOT}/orders/2019/09/01/${hour}`
    const partitions = [{ values: ['2019', '09', '01', hour], from, to }]
    const { name, partitionKeys } = table
    const changes: Change[] = [{ kind: 'movePartitions', table: name, partitionKeys, partitions }]
    await lake.catalog.apply(lake.catalog.plan(name, changes))
  }

  test('of a table without one is filled from the footers, after a new name was added with a note', async () => {
    const lake = await upgraded('overflow')
    const filling = lake.table(await lake.scan())
    expect(filling.steps.map(({ kind }) => kind)).toEqual(['setParameters'])
    expect(await memoryOf(lake)).toBe('["all",["uint32-overflow","2019/09/01/10","","u"]]')
    put(lake, '11/a', 'proven')
    expect(codesOf(lake.table(await lake.scan()))).toEqual(['TYPE_HELD u'])
  })

  test('is not complete as long as there is a file that could not be read', async () => {
    const lake = await upgraded('overflow')
    const { storage } = lake
    const { read } = storage
    storage.read = async () => {
      throw new GoldsyncError('UNAVAILABLE', 'the DataNode is away')
    }
    expect(lake.table(await lake.scan())).toMatchObject({ outcome: 'unchanged', steps: [] })
    expect(await memoryOf(lake)).toBeUndefined()
    storage.read = read
    await lake.scan()
    expect(await memoryOf(lake)).toMatch(/^\["all",/)
  })

  test('of a table that cannot be filled says so in each run, once, and the exit status is as before', async () => {
    const lake = await upgraded('overflow')
    const { storage } = lake
    const path = `${ROOT}/orders/2019/09/01/10`
    const { read, list } = storage
    storage.read = async (file, ...range) => {
      if (file.startsWith(path)) throw new GoldsyncError('UNAVAILABLE', 'the DataNode is away')
      return read(file, ...range)
    }
    const unread = { code: 'FILE_UNREADABLE', severity: 'warning', path: `${path}/a.parquet` }
    for (const mode of ['recent', 'full'] as const) {
      const { diagnostics } = lake.table(await lake.scan({ mode }))
      expect(diagnostics).toMatchObject([{ ...unread, message: expect.stringContaining('older partitions') }])
    }
    lake.clock.now += 48 * 3_600_000
    putAt(lake, `${ROOT}/orders/2019/09/03/10/a.parquet`, 'text')
    await lake.scan()
    storage.read = read
    storage.list = async (location, call) => {
      if (location === path) throw new GoldsyncError('PERMISSION_DENIED', 'not yours')
      return list(location, call)
    }
    const report = await lake.scan()
    const unlisted = { code: 'LISTING_FAILED', severity: 'warning', path }
    expect([lake.table(report).diagnostics, exitCode(report)]).toMatchObject([[unlisted], 0])
  })

  test('is filled from where partitions are registered, not from where the layout would have them', async () => {
    const lake = await upgraded('text')
    putAt(lake, `${ROOT}/old/a.parquet`, 'null')
    await registerElsewhere(lake, '10', `${ROOT}/old`)
    await lake.scan()
    expect(await memoryOf(lake)).toBe('["all",["null","2019/09/01/10","","u"]]')
  })

  test('is of what lies inside the lake only where partitions lie outside', async () => {
    const lake = await upgraded('text')
    await registerElsewhere(lake, '10', 'memory://other/orders/10')
    const { diagnostics } = lake.table(await lake.scan())
    expect(diagnostics.filter(({ code }) => code === 'OLDER_FILES_UNKNOWN')).toMatchObject([
      { severity: 'info', message: expect.stringContaining('outside the lake') },
    ])
    expect(await memoryOf(lake)).toBe('["1 outside"]')
    const { tables } = await readStatus([lake.lake], {})
    expect(tables[0]).toMatchObject({ leftOut: 'inside' })
    lake.clock.now += 60_000
    expect(lake.table(await lake.scan()).steps).toEqual([])
    lake.storage.put(`${ROOT}/orders/2019/09/01/11/a.parquet`, FILES.v2, lake.clock.now)
    const added = lake.table(await lake.scan())
    expect(codesOf(added).some(code => code.startsWith('OLDER_FILES_UNKNOWN'))).toBe(true)
  })
})
