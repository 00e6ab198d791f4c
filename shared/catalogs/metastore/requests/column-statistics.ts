/** Known columns as the metastore describes them: pure. */
import type { KnownColumn } from '../../../schema/known-column.ts'
import { printType } from '../../../schema/type.ts'
import { decimalBytes } from '../../decimal-bytes.ts'
import type { Struct } from '../protocol/views.ts'

export const columnStatistics = (known: KnownColumn): Struct<'ColumnStatisticsObj'> => ({
  colName: known.column,
  colType: printType(known.type),
  statsData: statisticsData(known),
})

function statisticsData(known: KnownColumn): Struct<'ColumnStatisticsData'> {
  const numNulls = known.nulls
  if (known.kind === 'boolean')
    return { booleanStats: { numNulls, numTrues: known.trues, numFalses: known.falses } }
  const counts = { numNulls, numDVs: known.distinct }
  switch (known.kind) {
    case 'integer':
      return { longStats: { ...counts, ...bounds(known.range, value => value) } }
    case 'float':
      return { doubleStats: { ...counts, ...bounds(known.range, value => value) } }
    case 'date':
      return { dateStats: { ...counts, ...bounds(known.range, daysSinceEpoch => ({ daysSinceEpoch })) } }
    case 'decimal': {
      const { scale } = known
      const range = bounds(known.range, value => ({ scale, unscaled: decimalBytes(value) }))
      return { decimalStats: { ...counts, ...range } }
    }
    default:
      return known satisfies never
  }
}

const bounds = <T, R>(range: { readonly min: T; readonly max: T } | undefined, as: (value: T) => R) =>
  range === undefined ? {} : { lowValue: as(range.min), highValue: as(range.max) }
