/** What some of those who read a lake cannot read, where its owner accepts that: types.unreadable. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { printColumns } from '../../shared/evolution/merge.ts'
import { exitCode, type Report } from '../../shared/run/report.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { chunk, fileOf, group, leaf, metadata, rowGroup } from '../support/compact.ts'
import { cannot, type EngineDouble, openDouble } from '../support/engine-double.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const HIVE: Reader = { kind: 'hive', version: '4.0.1' }
const TRINO: Reader = { kind: 'trino', version: '476' }
const PRESTO: Reader = { kind: 'presto', version: '0.287' }

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}.parquet`, import.meta.url))

/** A FLOAT or a DOUBLE. */
const fraction = (physical: 4 | 5) =>
  fileOf(
    metadata({
      schema: [group('root', 1), leaf('n', physical)],
      groups: [rowGroup([chunk({ type: physical })])],
    }),
  )

/** `n` and `m` are INT64, by codecs of these numbers. */
const packed = (n: number, m = 0) =>
  fileOf(
    metadata({
      schema: [group('root', 2), leaf('n', 2), leaf('m', 2)],
      groups: [rowGroup([chunk({ path: 'n', codec: n }), chunk({ path: 'm', codec: m })])],
      orders: [1, 1],
    }),
  )
const [BROTLI, LZ4_RAW] = [4, 7]

const FILES = {
  /** Presto reads neither `fixed` nor `uuid`. */
  bytes: fixture('types/bytes'),
  /** Presto alone opens it. */
  geometries: fixture('types/geometries'),
  /** Presto takes nanoseconds for milliseconds. */
  nanoseconds: fixture('types/nanoseconds'),
  lz4: packed(LZ4_RAW),
  lz4Beside: packed(0, LZ4_RAW),
  brotli: packed(BROTLI),
  blank: fileOf(
    metadata({ schema: [group('root', 1), leaf('a b', 2)], groups: [rowGroup([chunk({ path: 'a b' })])] }),
  ),
  float: fraction(4),
  double: fraction(5),
} as const
type Kind = keyof typeof FILES

const engineOf = (reader: Reader): EngineDouble =>
  openDouble({ name: reader.kind, kind: reader.kind, reader: async () => reader })

function lakeOf(unreadable: 'hold' | 'warn', doubles: readonly EngineDouble[], readers: readonly Reader[]) {
  const usual = testLake().lake.typesOf('')
  return testLake({
    more: {
      engines: doubles.map(({ engine }) => engine),
      readers,
      typesOf: () => ({ ...usual, unreadable }),
    },
  })
}

/** The same lake and catalog, with the other choice. */
function switched(lake: TestLake, unreadable: 'hold' | 'warn'): TestLake {
  const usual = lake.lake.typesOf('')
  const again = testLake({
    catalog: lake.catalog,
    more: { ...lake.lake, typesOf: () => ({ ...usual, unreadable }) },
  })
  again.clock.now = lake.clock.now
  return { ...again, storage: lake.storage }
}

const put = ({ storage, clock }: TestLake, place: string, kind: Kind): void =>
  storage.put(`${ROOT}/orders/2019/09/01/${place}.parquet`, FILES[kind], clock.now)

async function run(lake: TestLake, files: Readonly<Record<string, Kind>> = {}): Promise<Report> {
  for (const [place, kind] of Object.entries(files)) put(lake, place, kind)
  const report = await lake.scan()
  lake.clock.now += 60_000
  return report
}

const columnsOf = async ({ catalog }: TestLake) =>
  printColumns((await catalog.inspect({ database: 'golden', name: 'orders' }))?.columns ?? [])
const told = (report: Report) =>
  report.tables.flatMap(({ diagnostics }) =>
    diagnostics
      .filter(({ severity }) => severity !== 'info')
      .map(({ code, column, severity, partition }) => `${severity} ${code} ${column} ${partition}`),
  )
const heldIn = (report: Report) => report.tables.flatMap(({ held }) => held)
const reads = ({ calls }: EngineDouble) => calls.filter(call => call.startsWith('read'))

describe('a column of a type that one of the readers fails on', () => {
  test('is left out by default, and comes to the table with a warning where that is accepted', async () => {
    const held = lakeOf('hold', [engineOf(PRESTO)], [HIVE])
    await run(held, { '10/a': 'bytes' })
    expect(await columnsOf(held)).toBe('text string, dictionary string, json string, raw binary')

    const presto = engineOf(PRESTO)
    const lake = lakeOf('warn', [presto], [HIVE])
    const report = await run(lake, { '10/a': 'bytes', '10/b': 'bytes' })
    expect(await columnsOf(lake)).toMatch(/, fixed binary, uuid binary$/)
    expect([told(report), exitCode(report)]).toEqual([
      ['warning FIXED_AS_BINARY fixed 2019/09/01/10', 'warning UUID_AS_BINARY uuid 2019/09/01/10'],
      0,
    ])
    expect(lake.table(report).diagnostics[0]).toMatchObject({
      accepted: true,
      engines: [{ engine: 'presto' }],
      message: expect.stringMatching(
        /Presto 0\.287 reads fixed-length bytes as decimals only, which types\.unreadable: warn accepts \(in a\.parquet, b\.parquet\)$/,
      ),
    })
  })

  test('is none that this reader is asked for, in any run', async () => {
    const presto = engineOf(PRESTO)
    presto.read = ({ columns }) =>
      columns.some(({ name }) => name === 'fixed' || name === 'uuid')
        ? cannot('PARQUET_UNSUPPORTED_COLUMN_TYPE')
        : { outcome: 'read', lost: [] }
    const lake = lakeOf('warn', [presto, engineOf(HIVE)], [])
    for (const hour of ['10', '11']) {
      const report = await run(lake, { [`${hour}/a`]: 'bytes' })
      expect(told(report)).toEqual([
        `warning FIXED_AS_BINARY fixed 2019/09/01/${hour}`,
        `warning UUID_AS_BINARY uuid 2019/09/01/${hour}`,
      ])
    }
    expect(reads(presto)).toEqual(['read orders/2019/09/01/10/a.parquet text,dictionary,json,raw'])
    expect(lake.table(await run(lake))).toMatchObject({ outcome: 'unchanged', engines: [], diagnostics: [] })
  })

  test('that was left out before is no reason to hold it back, and its files are told', async () => {
    const before = lakeOf('hold', [], [HIVE, PRESTO])
    await run(before, { '10/a': 'bytes' })
    const lake = switched(before, 'warn')
    const report = await run(lake, { '11/a': 'bytes' })
    expect([heldIn(report), await columnsOf(lake)]).toEqual([[], expect.stringMatching(/uuid binary$/)])
    expect(lake.table(report).diagnostics.map(({ message }) => message)).toContainEqual(
      expect.stringContaining(
        'column fixed is stored as not all who read the table read it in registered files (first seen in 2019/09/01/10), and is binary in the table; Presto',
      ),
    )
    const back = switched(lake, 'hold')
    expect([heldIn(await run(back, { '12/a': 'bytes' })), told(await run(back))]).toEqual([
      ['2019/09/01/12'],
      ['warning FIXED_AS_BINARY fixed 2019/09/01/12'],
    ])
    expect(heldIn(await run(switched(back, 'warn')))).toEqual([])
  })

  test('stays left out where it reads it wrong, or where nobody reads it', async () => {
    const wrong = lakeOf('warn', [], [HIVE, PRESTO])
    await run(wrong, { '10/a': 'nanoseconds' })
    expect(await columnsOf(wrong)).not.toContain('ns timestamp')
    const alone = lakeOf('warn', [], [PRESTO])
    await run(alone, { '10/a': 'bytes' })
    expect(await columnsOf(alone)).not.toContain('fixed')
  })
})

describe('a file that one of the readers cannot unpack', () => {
  test('is held back by default, and registered with a warning where that is accepted', async () => {
    const readers = [HIVE, TRINO, PRESTO]
    expect(heldIn(await run(lakeOf('hold', [], readers), { '10/a': 'lz4' }))).toEqual(['2019/09/01/10'])
    const trino = engineOf(TRINO)
    const lake = lakeOf('warn', [trino], [HIVE, PRESTO])
    const report = await run(lake, { '10/a': 'lz4' })
    expect([heldIn(report), told(report)]).toEqual([[], ['warning RARE_CODEC n 2019/09/01/10']])
    expect(lake.table(report).diagnostics[0]!.engines?.map(({ engine }) => engine)).toEqual([
      'trino',
      'presto',
    ])
    expect(reads(trino)).toEqual(['read orders/2019/09/01/10/a.parquet m'])
  })

  test('is no exposed file in a registered partition, whichever came first', async () => {
    const before = lakeOf('hold', [], [HIVE, TRINO])
    await run(before, { '10/a': 'lz4Beside' })
    const lake = switched(before, 'warn')
    expect(told(await run(lake))).toEqual(['warning RARE_CODEC m 2019/09/01/10'])
    expect(told(await run(lake, { '10/b': 'lz4' }))).toEqual([
      'warning RARE_CODEC m 2019/09/01/10',
      'warning RARE_CODEC n 2019/09/01/10',
    ])
    expect(lake.table(await run(lake))).toMatchObject({ outcome: 'unchanged', pending: [], diagnostics: [] })
    const exposed = switched(lake, 'hold')
    expect(told(await run(exposed, { '10/c': 'lz4' }))).toContainEqual('error EXPOSED_FILE n 2019/09/01/10')
  })

  test('is not asked for at all where this reader cannot open it', async () => {
    const [hive, presto] = [engineOf(HIVE), engineOf(PRESTO)]
    const lake = lakeOf('warn', [hive, presto], [])
    for (const hour of ['10', '11']) {
      const report = await run(lake, { [`${hour}/a`]: 'geometries' })
      expect([heldIn(report), exitCode(report)]).toEqual([[], 0])
      expect(told(report)).not.toEqual([])
    }
    expect([reads(hive).length, reads(presto).length]).toEqual([0, 1])
    const [state] = lake.catalog.state().tables.values()
    expect(Object.keys(state!.table.parameters)).not.toContain('goldsync.engine.hive')
  })

  test('stays held back where nobody reads it, or nobody is known to', async () => {
    for (const readers of [
      [HIVE, TRINO],
      [TRINO, { kind: 'spark', version: '4' } as const],
    ])
      expect(heldIn(await run(lakeOf('warn', [], readers), { '10/a': 'brotli' }))).toEqual(['2019/09/01/10'])
  })
})

test('an engine is asked for no condition with which types.widenFloat lets it fail', async () => {
  const trino = engineOf(TRINO)
  const conditions: unknown[] = []
  trino.read = probe => {
    conditions.push(probe.conditions)
    return { outcome: 'read', lost: [] }
  }
  const usual = testLake().lake.typesOf('')
  const lake = testLake({
    more: { engines: [trino.engine], readers: [HIVE], typesOf: () => ({ ...usual, widenFloat: true }) },
  })
  for (const [hour, kind] of [
    ['10', 'double'],
    ['11', 'float'],
  ] as const)
    await run(lake, { [`${hour}/a`]: kind })
  expect(conditions).toEqual([[], []])
})

test('a column that Hive could not read is told when it comes, where nobody has said whether Hive reads', async () => {
  const notes = async (readers: readonly Reader[] | undefined) => {
    const lake = testLake({ more: { engines: [engineOf(TRINO).engine], readers } })
    const told = []
    for (const hour of ['10', '11']) {
      const { tables } = await run(lake, { [`${hour}/a`]: 'blank' })
      told.push(
        tables.flatMap(({ diagnostics }) => diagnostics.map(({ code, severity }) => `${severity} ${code}`)),
      )
    }
    return [told, await columnsOf(lake)]
  }
  expect(await notes(undefined)).toEqual([[['info UNUSABLE_NAME'], []], 'a b bigint'])
  expect(await notes([])).toEqual([[[], []], 'a b bigint'])
})

test('every order of files gives the same table', async () => {
  const kinds = ['bytes', 'lz4', 'lz4Beside', 'geometries'] as const
  const tables = new Set<string>()
  for (let first = 0; first < kinds.length; first += 1) {
    const turned = [...kinds.slice(first), ...kinds.slice(0, first)]
    for (const order of [turned, turned.toReversed()]) {
      const lake = lakeOf('warn', [], [HIVE, PRESTO])
      for (const [at, kind] of order.entries())
        expect(heldIn(await run(lake, { [`1${at}/a`]: kind }))).toEqual([])
      tables.add((await columnsOf(lake)).split(', ').sort().join())
    }
  }
  expect(tables.size).toBe(1)
})
