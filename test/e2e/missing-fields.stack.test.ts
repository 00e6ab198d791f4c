/** Structs of which files lack fields: what `FIELD_NOT_IN_FILES` tells of Hive is so, and where it tells nothing Hive reads. */
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

type Version = readonly [type: ArrowType, value: unknown]

interface Case {
  readonly hours: Readonly<Record<'01' | '02', Version>>
  /** A field, as an expression, and the hour whose file lacks it. */
  readonly lacks: readonly (readonly [field: string, hour: '01' | '02'])[]
}

const of = (fields: Readonly<Record<string, ArrowType>>, values: Readonly<Record<string, unknown>>) =>
  [{ struct: fields }, values] as const
const A = of({ a: 'int32' }, { a: 1 })
const AB = of({ a: 'int32', b: 'string' }, { a: 1, b: 'x' })

/** The cells of docs/evolution.md that are told, by their names there. */
const TOLD: Readonly<Record<string, Case>> = {
  field_last: { hours: { '01': A, '02': AB }, lacks: [['v.b', '01']] },
  field_middle: {
    hours: { '01': AB, '02': of({ a: 'int32', c: 'int32', b: 'string' }, { a: 1, c: 3, b: 'x' }) },
    lacks: [['v.c', '01']],
  },
  field_removed_last: { hours: { '01': AB, '02': A }, lacks: [['v.b', '02']] },
  field_removed_first: { hours: { '01': AB, '02': of({ b: 'string' }, { b: 'x' }) }, lacks: [['v.a', '02']] },
  field_renamed: {
    hours: { '01': AB, '02': of({ a: 'int32', c: 'string' }, { a: 1, c: 'x' }) },
    lacks: [
      ['v.c', '01'],
      ['v.b', '02'],
    ],
  },
  field_wider_and_more: {
    hours: { '01': AB, '02': of({ a: 'int64', b: 'string', c: 'int32' }, { a: 1, b: 'x', c: 3 }) },
    lacks: [['v.c', '01']],
  },
  nested_field_last: {
    hours: {
      '01': of({ s: { struct: { a: 'int32' } }, b: 'string' }, { s: { a: 1 }, b: 'x' }),
      '02': of({ s: { struct: { a: 'int32', b: 'string' } }, b: 'string' }, { s: { a: 1, b: 'x' }, b: 'x' }),
    },
    lacks: [['v.s.b', '01']],
  },
}
const SILENT: Readonly<Record<string, Case>> = {
  fields_change_places: {
    hours: { '01': AB, '02': of({ b: 'string', a: 'int32' }, { b: 'x', a: 1 }) },
    lacks: [],
  },
  element_field_last: {
    hours: { '01': [{ list: A[0] }, [A[1]]], '02': [{ list: AB[0] }, [AB[1]]] },
    lacks: [['v[0].b', '01']],
  },
  value_field_last: {
    hours: {
      '01': [{ map: ['string', A[0]] }, { k: A[1] }],
      '02': [{ map: ['string', AB[0]] }, { k: AB[1] }],
    },
    lacks: [["v['k'].b", '01']],
  },
}
const CASES = { ...TOLD, ...SILENT }
const NAME = `missing_${process.pid}`

describeStack(
  ['hdfs', 'metastore', 'hiveserver2', 'trino', 'python'],
  'structs of which files lack fields',
  () => {
    let zone: GoldenZone
    const reports = new Map<string, TableReport>()

    beforeAll(async () => {
      zone = await hdfsZone(`/golden/${NAME}`)
      const contents = ([type, value]: Version): Columns => [
        ['id', 'int32', [1]],
        ['v', type, [value]],
        ['x', 'int32', [5]],
      ]
      for (const hour of ['01', '02'] as const) {
        const files = Object.entries(CASES).map(
          ([topic, { hours }]) => [`${topic}/2019/09/01/${hour}/a.parquet`, contents(hours[hour])] as const,
        )
        await zone.lay(Object.fromEntries(files))
        const config = zoneConfig(zone, NAME, metastoreConfig('metastore'), {}, ['hive 4.0.1', 'trino 476'])
        for (const report of await runScanOf(config, { mode: 'full' })) reports.set(report.topic, report)
      }
    })
    afterAll(async () => {
      await closeEngines()
      await dropDatabases(stack.metastore, NAME)
      await zone?.remove()
    })

    const ask = (fields: string, topic: string, hour: string) =>
      `select ${fields} from ${NAME}.${topic} where hour = '${hour}'`

    test.each(Object.entries(TOLD))(
      '%s: Hive fails on such a field beside a column behind the struct, as is told',
      async (topic, { lacks }) => {
        expect(reports.get(topic)?.diagnostics.map(({ code }) => code)).toContain('FIELD_NOT_IN_FILES')
        for (const [field, hour] of lacks) {
          await expect(hiveRows(ask(`${field}, x`, topic, hour))).rejects.toThrow()
          expect(await hiveRows(ask(`id, ${field}, x`, topic, hour))).toEqual([['1', null, '5']])
          expect(await trinoRows(ask(`${field}, x`, topic, hour))).toEqual([[null, '5']])
        }
      },
    )

    test.each(Object.entries(SILENT))('%s: Hive reads, and nothing is told', async (topic, { lacks }) => {
      expect(reports.get(topic)?.diagnostics.map(({ code }) => code)).not.toContain('FIELD_NOT_IN_FILES')
      expect(reports.get(topic)?.held).toEqual([])
      for (const [field, hour] of lacks)
        expect(await hiveRows(ask(`${field}, x`, topic, hour))).toEqual([[null, '5']])
    })
  },
)
