import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COLUMN_FACTS } from '../../shared/evolution/engines.ts'
import type { Diagnostic, Engine } from '../../shared/schema/diagnostic.ts'
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
import { kindBytes, kindNames, kindOf, type Value } from '../support/kinds.ts'
import { dropDatabases } from '../support/metastore.ts'
import { describeStack, stack } from '../support/stack.ts'
import { warningsOf } from '../support/warnings.ts'

const SERVERS = [
  { server: 'metastore', judges: [hiveJudge, trinoJudge(stack.trino.catalog)] },
  { server: 'metastore3', judges: [trinoJudge(stack.trino.hive3Catalog), prestoJudge] },
] as const

const tableOf = (kind: string): string => kind.replaceAll('-', '_')

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
        await pMap(kindNames, put, { concurrency: 8 })
        const tables = await runScanOf(zoneConfig(zone, database, metastoreConfig(server)))
        expect(tables.map(({ topic, outcome }) => [topic, outcome])).toEqual(
          kindNames.map(kind => [kind, 'changed']),
        )
        told = new Map(tables.map(({ topic, diagnostics }) => [topic, diagnostics]))
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

    test('each refusal and misreading that goldsync tells of these engines was seen', () => {
      const told = Object.entries(COLUMN_FACTS).flatMap(([code, facts]) =>
        facts
          .filter(({ engine, by }) => by === 'seen' && JUDGED.includes(engine))
          .map(({ engine, effect }) => `${engine} ${effect} ${code}`),
      )
      expect(told.filter(fact => !confirmed.has(fact))).toEqual([])
    })
  },
)

const JUDGED: readonly Engine[] = ['hive4', 'trino', 'presto']

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
    if ('values' in reading && JSON.stringify(reading.values) === JSON.stringify(values)) return []
    const warnings = warningsOf(told, name, engine)
    for (const { code, effect } of warnings)
      if ('error' in reading === (effect !== 'misreads')) confirmed.add(`${engine} ${effect} ${code}`)
    return warnings.length > 0 ? [] : [`${kind}.${name}: ${JSON.stringify(reading)}`]
  })
}
