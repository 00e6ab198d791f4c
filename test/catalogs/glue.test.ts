import type { ColumnStatisticsData, DecimalNumber } from '@aws-sdk/client-glue'
import { openGlue } from '../../shared/catalogs/glue/glue.ts'
import { glueOptions } from '../../shared/catalogs/glue/options.ts'
import { printValue } from '../../shared/schema/value.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import type { CatalogHarness, ToldStatistics } from '../conformance/catalog-support.ts'
import { fakeGlue } from '../support/fake-glue.ts'
import { closedPort } from '../support/net.ts'
import { ENDLESS } from '../support/waiting.ts'

const options = (endpoint: string, more: object = {}) =>
  glueOptions.parse({
    kind: 'glue',
    timeout: ENDLESS,
    endpoint,
    accessKeyId: 'test',
    secretAccessKey: 'test',
    ...more,
  })

/** The fake checks what moto does not: the limits of batches, versions, segments and pages. */
describeCatalog('glue, on a strict fake', async (): Promise<CatalogHarness> => {
  const glue = await fakeGlue()
  return {
    catalog: async () => openGlue('cloud', options(glue.endpoint)),
    database: 'golden',
    location: path => `s3://lake/${path}`,
    unreachable: async () =>
      openGlue('gone', options(`http://127.0.0.1:${await closedPort()}`, { attempts: 2 })),
    statistics: async ({ database, name }, values) =>
      new Map(
        Object.entries(glue.statistics(database, name, values)).map(([column, data]) => [column, told(data)]),
      ),
    cleanup: () => glue.close(),
  }
})

const DAY = 86_400

/** As it came by JSON: times in seconds, bytes as base64. */
function told(data: ColumnStatisticsData): ToldStatistics {
  const { BooleanColumnStatisticsData: boolean, DecimalColumnStatisticsData: decimal } = data
  const nulls = (counts: { NumberOfNulls: number | undefined }) => String(counts.NumberOfNulls)
  if (boolean)
    return { nulls: nulls(boolean), trues: `${boolean.NumberOfTrues}`, falses: `${boolean.NumberOfFalses}` }
  const day = (time: unknown) => (time === undefined ? undefined : Number(time) / DAY)
  const date = data.DateColumnStatisticsData
  const other = decimal ?? date ?? data.LongColumnStatisticsData ?? data.DoubleColumnStatisticsData
  if (other === undefined) throw new Error(`statistics of type ${data.Type} without any`)
  const [min, max] = decimal
    ? [unscaled(decimal.MinimumValue), unscaled(decimal.MaximumValue)]
    : date
      ? [day(date.MinimumValue), day(date.MaximumValue)]
      : [other.MinimumValue, other.MaximumValue]
  const bounds = min === undefined ? {} : { min: String(min), max: String(max) }
  return { nulls: nulls(other), distinct: String(other.NumberOfDistinctValues), ...bounds }
}

function unscaled(number: DecimalNumber | undefined): string | undefined {
  if (number === undefined) return undefined
  const hex = Buffer.from(String(number.UnscaledValue), 'base64').toString('hex')
  const value = BigInt.asIntN(hex.length * 4, BigInt(`0x${hex}`))
  return printValue({ kind: 'decimal', value, scale: number.Scale ?? 0 })
}
