/**
 * Structs within maps and within lists of lists or maps, whose fields files have in one order or another: what is registered for
 * Hive it reads right, and for Trino alone all of it is registered.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableReport } from '../../shared/run/report.ts'
import {
  type Columns,
  type GoldenZone,
  hdfsZone,
  metastoreConfig,
  runScanOf,
  zoneConfig,
} from '../support/golden-zone.ts'
import { dropDatabases } from '../support/metastore.ts'
import type { ArrowType } from '../support/pyarrow.ts'
import { closeEngines, hiveRows, trinoRows } from '../support/sql.ts'
import { describeStack, stack } from '../support/stack.ts'

type Fields = Readonly<Record<string, ArrowType>>
type Outer = readonly [type: (inner: ArrowType) => ArrowType, value: (inner: object) => unknown]

const list = (element: ArrowType): ArrowType => ({ list: element })
const map = (value: ArrowType): ArrowType => ({ map: ['string', value] })

const BY_POSITION: Readonly<Record<string, Outer>> = {
  map: [map, value => ({ k: value })],
  lists: [type => list(list(type)), value => [[value]]],
  list_of_maps: [type => list(map(type)), value => [{ k: value }]],
  struct_of_maps: [type => ({ struct: { m: map(type) } }), value => ({ m: { k: value } })],
}
const BY_NAME: Readonly<Record<string, Outer>> = {
  list: [list, value => [value]],
  deep: [type => list({ struct: { l: list(type) } }), value => [{ l: [value] }]],
}
/** What the first hour has, and the second. */
const SECOND: Readonly<Record<string, Fields>> = {
  order: { b: 'int32', a: 'int32' },
  fewer: { b: 'int32' },
  between: { a: 'int32', c: 'int32', b: 'int32' },
  left_out: { x: 'time32[ms]', a: 'int32', b: 'int32' },
}
const LAST: Fields = { a: 'int32', b: 'int32', c: 'int32' }
const FIRST: Fields = { a: 'int32', b: 'int32' }
const VALUES: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3, x: 4000 }

const TOPICS = Object.entries({ ...BY_POSITION, ...BY_NAME }).flatMap(([outer, [type, value]]) =>
  Object.entries({ ...SECOND, last: LAST }).map(([second, fields]) => {
    const contents = (of: Fields): Columns => {
      const inner = Object.fromEntries(Object.keys(of).map(name => [name, VALUES[name]]))
      return [
        ['id', 'int32', [1]],
        ['v', type({ struct: of }), [value(inner)]],
      ]
    }
    return { topic: `${outer}_${second}`, outer, second, files: [contents(FIRST), contents(fields)] as const }
  }),
)

const NAME = `nested_${process.pid}`
/** As JSON has it, without what is null and in one order. */
const plain = (text: string | null): unknown =>
  JSON.parse(text ?? 'null', (_, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, one]) => one !== null)
            .sort(([a], [b]) => a.localeCompare(b)),
        )
      : value,
  )

describeStack(
  ['hdfs', 'metastore', 'hiveserver2', 'trino', 'python'],
  'fields of structs within others',
  () => {
    let zone: GoldenZone
    const reports = new Map<string, TableReport>()
    const databaseOf = (reader: string) => `${NAME}_${reader}`

    const scan = async (reader: string, version: string) => {
      const config = zoneConfig(zone, databaseOf(reader), metastoreConfig('metastore'), {}, [
        `${reader} ${version}`,
      ])
      for (const report of await runScanOf(config)) reports.set(`${reader} ${report.topic}`, report)
    }

    beforeAll(async () => {
      zone = await hdfsZone(`/golden/${NAME}`)
      const hours = TOPICS.flatMap(({ topic, files }) =>
        files.map((file, hour) => [`${topic}/2019/09/01/0${hour}/a.parquet`, file] as const),
      )
      await zone.lay(Object.fromEntries(hours))
      await scan('hive', '4.0.1')
      await scan('trino', '476')
    }, 120_000)

    afterAll(async () => {
      await closeEngines()
      await dropDatabases(stack.metastore, NAME)
      await zone.remove()
    })

    test.each(TOPICS)(
      '$topic: the hours that are registered read right',
      async ({ topic, outer, second, files }) => {
        const isHeld = outer in BY_POSITION && second !== 'last'
        const registered = isHeld ? ['00'] : ['00', '01']
        const found = reports.get(`hive ${topic}`)!
        expect(found.held).toEqual(isHeld ? ['2019/09/01/01'] : [])
        if (isHeld) expect(found.diagnostics.map(({ code }) => code)).toContain('FIELDS_BY_POSITION')

        const wanted = (hours: readonly string[]) =>
          hours.map(hour => {
            const value = (files[Number(hour)]![1] as Columns[number])[2][0]
            return [hour, plain(JSON.stringify(value, (name, one) => (name === 'x' ? undefined : one)))]
          })
        const hive = await hiveRows(`select hour, v from ${databaseOf('hive')}.${topic}`)
        expect(hive.map(([hour, v]) => [hour, plain(v!)]).sort()).toEqual(wanted(registered))

        expect(reports.get(`trino ${topic}`)?.held).toEqual([])
        const trino = await trinoRows(
          `select hour, json_format(cast(v as json)) from ${databaseOf('trino')}.${topic} order by 1`,
        )
        expect(trino.map(([hour, v]) => [hour, plain(v!)])).toEqual(wanted(['00', '01']))
      },
    )
  },
)
