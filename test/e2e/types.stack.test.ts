import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COLUMN_FACTS } from '../../shared/evolution/engines.ts'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import type { Diagnostic, Engine } from '../../shared/schema/diagnostic.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { parseType } from '../../shared/schema/type.ts'
import {
  closeHive,
  expectedValues,
  hiveJudge,
  type Judge,
  prestoJudge,
  type Reading,
  trinoJudge,
} from '../support/engine-values.ts'
import { type GoldenZone, hdfsZone, metastoreConfig, runScanOf, zoneConfig } from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { acceptedKind, kindBytes, kindNames, kindOf, type Value } from '../support/kinds.ts'
import { dropDatabases } from '../support/metastore.ts'
import { describeStack, stack } from '../support/stack.ts'
import { warningsOf } from '../support/warnings.ts'

const SERVERS = [
  { server: 'metastore', judges: [hiveJudge, trinoJudge(stack.trino.catalog)] },
  { server: 'metastore3', judges: [trinoJudge(stack.trino.hive3Catalog), prestoJudge] },
] as const

const tableOf = (kind: string): string => kind.replaceAll('-', '_')

/** `engine kind.column` of all that was read, and of what was not read as pyarrow does. */
const asked = new Set<string>()
const wrong = new Set<string>()

/** `engine code` of what was seen to be as COLUMN_FACTS says. */
const confirmed = new Set<string>()

afterAll(closeHive)

describeStack(
  ['hdfs', 'metastore', 'metastore3', 'hiveserver2', 'trino', 'presto'],
  'tables that goldsync makes of files of every type',
  () => {
    describe.each(SERVERS)('in the $server', ({ server, judges }) => {
      const database = `types_${server}_${process.pid}`
      const root = `/golden/${database}`
      let zone: GoldenZone
      let told: ReadonlyMap<string, readonly Diagnostic[]>

      beforeAll(async () => {
        zone = await hdfsZone(root)
        const put = (kind: string) => hdfs.put(`${root}/${kind}/2026/11/21/12/a.parquet`, kindBytes(kind))
        // Names in it would break the table for all, were it not for somebody.
        await put('structs')
        await runScanOf(zoneConfig(zone, database, metastoreConfig(server)))
        await pMap(
          kindNames.filter(kind => kind !== 'structs'),
          put,
          { concurrency: 8 },
        )
        // Nobody counts as a reader, so that what engines refuse is registered, and they are seen to refuse it.
        const tables = await runScanOf(zoneConfig(zone, database, metastoreConfig(server), {}, []))
        expect(tables.map(({ topic, outcome }) => [topic, outcome])).toEqual(
          kindNames.map(kind => [kind, kind === 'structs' ? 'unchanged' : 'changed']),
        )
        const files = await Promise.all(kindNames.map(acceptedKind))
        told = new Map(kindNames.map((kind, at) => [kind, files[at]?.diagnostics ?? []]))
      })
      afterAll(async () => {
        await dropDatabases(stack[server], database)
        await zone.remove()
      })

      test.each(judges)(
        '$engine returns what pyarrow reads, or the report has said that it does not',
        async judge => {
          const surprises = await pMap(
            kindNames,
            kind => unexpected(judge, `${database}.${tableOf(kind)}`, kind, told.get(kind) ?? []),
            { concurrency: 2 },
          )
          expect(surprises.flat()).toEqual([])
        },
      )
    })

    test.each(READERS)(
      'where %s reads them, tables have what it reads right, and nothing else',
      async (engine, reader) => {
        const found = await Promise.all(kindNames.map(kind => misjudged(engine, reader, kind)))
        expect(found.flat()).toEqual([])
      },
    )

    test('each refusal and misreading that goldsync tells of these engines was seen', () => {
      const told = Object.entries(COLUMN_FACTS).flatMap(([code, facts]) =>
        (SEEN_ELSEWHERE.includes(code) ? [] : facts)
          .filter(({ engine, by }) => by === 'seen' && JUDGED.includes(engine))
          .map(({ engine, effect }) => `${engine} ${effect} ${code}`),
      )
      // Of old days, by field.stack.test.ts.
      confirmed.add('hive4 mayMisread TIMESTAMP_INT96')
      expect(told.filter(fact => !confirmed.has(fact))).toEqual([])
    })
  },
)

/** By names.stack.test.ts, nested-fields.stack.test.ts and field.stack.test.ts. */
const SEEN_ELSEWHERE: readonly string[] = [
  'NAME_WITHIN',
  'FIELDS_BY_POSITION',
  'DICTIONARY_OF_NULLS',
  'OLD_DATES',
  'JULIAN_DATES',
  'JULIAN_TIMESTAMPS',
  'EXTREME_TIMESTAMP',
  'INFINITE_TIMESTAMP',
  'INFINITE_DATE',
  'DUPLICATE_WITHIN',
]

const JUDGED: readonly Engine[] = ['hive4', 'trino', 'presto']

const READERS: readonly (readonly [Engine, Reader])[] = [
  ['hive4', { kind: 'hive', version: '4.0.1' }],
  ['trino', { kind: 'trino', version: '476' }],
  ['presto', { kind: 'presto', version: '0.287' }],
]

/** Columns that the table has, or lacks, for such a reader, against what the engine was seen to make of them. */
async function misjudged(engine: Engine, reader: Reader, kind: string): Promise<string[]> {
  const whole = await acceptedKind(kind)
  const { file, refused } = asReadBy(whole, [reader])
  const columns = kindOf(kind)
    .columns.map(({ name }) => name)
    .filter(name => asked.has(`${engine} ${kind}.${name}`))
  const isWrong = (name: string): boolean => wrong.has(`${engine} ${kind}.${name}`)
  if (refused) return columns.some(isWrong) ? [] : [`${kind} is refused`]
  const kept = new Set(file.columns.map(({ name }) => name))
  // What is cut short, or may be wrong, is told and stays.
  const told = new Set(
    file.diagnostics
      .filter(({ engines = [] }) => engines.length > 0)
      .map(({ column = '' }) => topLevel(column)),
  )
  return columns.flatMap(name => {
    if (kept.has(name)) return isWrong(name) && !told.has(name) ? [`${kind}.${name} is in the table`] : []
    return isWrong(name) ? [] : [`${kind}.${name} is not in the table`]
  })
}

const topLevel = (column: string): string => (column.split('.')[0] as string).toLowerCase()

/**
 * Rows as the file has them: SQL promises no order, and Presto was seen to return a first row last. Each of the file's rows is
 * the one that was read with the most of its values.
 */
function inFileOrder(
  readings: readonly Reading[],
  columns: readonly { readonly values: readonly Value[] }[],
): readonly Reading[] {
  const read = readings.map(reading => ('values' in reading ? reading.values.map(asText) : undefined))
  const left = (read.find(values => values !== undefined) ?? []).map((_, row) => row)
  const rows = columns[0]?.values ?? []
  if (left.length !== rows.length) return readings
  const order = rows.map((_, row) => {
    const alike = (other: number) =>
      columns.filter(({ values }, at) => read[at]?.[other] === asText(values[row] as Value)).length
    const most = left.reduce((best, other) => (alike(other) > alike(best) ? other : best))
    left.splice(left.indexOf(most), 1)
    return most
  })
  return readings.map(reading =>
    'values' in reading ? { values: order.map(row => reading.values[row] as Value) } : reading,
  )
}

const asText = (value: Value): string => JSON.stringify(value)

/** What of a kind's columns the engine reads otherwise than pyarrow, and no diagnostic has said so. */
async function unexpected(
  { engine, read }: Judge,
  table: string,
  kind: string,
  told: readonly Diagnostic[],
): Promise<string[]> {
  const columns = kindOf(kind).columns.map(({ name, type, values }) => ({
    name,
    type: parseType(type),
    values: expectedValues(parseType(type), values),
  }))
  const readings = inFileOrder(await read(table, columns), columns)
  return columns.flatMap(({ name, values }, at) => {
    const reading = readings[at] as Reading
    asked.add(`${engine} ${kind}.${name}`)
    if ('values' in reading && JSON.stringify(reading.values) === JSON.stringify(values)) return []
    wrong.add(`${engine} ${kind}.${name}`)
    const warnings = warningsOf(told, name, engine)
    for (const { code, effect } of warnings)
      if ('error' in reading === effect.startsWith('refuses')) confirmed.add(`${engine} ${effect} ${code}`)
    return warnings.length > 0 ? [] : [`${kind}.${name}: ${JSON.stringify(reading)}`]
  })
}
