import { afterAll, beforeAll, expect, test } from 'vitest'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { parseType } from '../../shared/schema/type.ts'
import { expectedValues, type Reading, trinoJudge } from '../support/engine-values.ts'
import { type GoldenZone, hdfsZone, metastoreConfig, runScanOf, zoneConfig } from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { acceptedKind, kindBytes, kindOf } from '../support/kinds.ts'
import { dropDatabases } from '../support/metastore.ts'
import { describeStack, stack } from '../support/stack.ts'

const DB = `types_next_${process.pid}`
/** Those that Trino 476 cannot open, and some of each other kind. */
const KINDS = ['geometries', 'geographies', 'variants', 'later-types', 'unsigned', 'integers']
const readers: readonly Reader[] = [
  { kind: 'trino', version: '483' },
  { kind: 'trino', version: '476' },
]

describeStack(['hdfs', 'metastore', 'trino_next'], 'a newer Trino', () => {
  let zone: GoldenZone
  beforeAll(async () => {
    zone = await hdfsZone(`/golden/${DB}`)
    for (const kind of KINDS) await hdfs.put(`/golden/${DB}/${kind}/2026/11/21/12/a.parquet`, kindBytes(kind))
    await runScanOf(zoneConfig(zone, DB, metastoreConfig('metastore'), {}, []))
  })
  afterAll(async () => {
    await dropDatabases(stack.metastore, DB)
    await zone?.remove()
  })

  const { read } = trinoJudge(stack.trino.catalog, stack.trinoNext.url)

  test.each(KINDS)('reads what is accepted of %s, and fails on what is refused', async kind => {
    const columns = kindOf(kind).columns.map(({ name, type }) => ({ name, type: parseType(type) }))
    const readings = await read(`${DB}.${kind.replaceAll('-', '_')}`, columns)
    const right = columns.filter(({ type }, at) => {
      const reading = readings[at] as Reading
      const values = kindOf(kind).columns[at]?.values ?? []
      return (
        'values' in reading && JSON.stringify(reading.values) === JSON.stringify(expectedValues(type, values))
      )
    })
    const [now, before] = await Promise.all(
      readers.map(async reader => {
        const { file, refused } = asReadBy(await acceptedKind(kind), [reader])
        return refused ? undefined : file
      }),
    )
    const told = new Set(
      (now?.diagnostics ?? []).flatMap(({ column = '', engines }) => (engines ? column : [])),
    )
    expect(now !== undefined).toBe(right.length > 0)
    expect(
      (now?.columns ?? []).filter(({ name }) => !right.some(is => is.name === name) && !told.has(name)),
    ).toEqual([])
    if (before !== undefined) expect(now).toEqual(before)
  })
})
