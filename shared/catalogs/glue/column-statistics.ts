/** Known columns as Glue describes them, or undefined where it cannot: pure. */
import type * as sdk from '@aws-sdk/client-glue'
import type { KnownColumn } from '../../schema/known-column.ts'
import { printType } from '../../schema/type.ts'
import { decimalBytes } from '../decimal-bytes.ts'

export function columnStatistics(known: KnownColumn, AnalyzedTime: Date): sdk.ColumnStatistics | undefined {
  const StatisticsData = statisticsData(known)
  if (StatisticsData === undefined) return undefined
  return { ColumnName: known.column, ColumnType: printType(known.type), AnalyzedTime, StatisticsData }
}

function statisticsData(known: KnownColumn): sdk.ColumnStatisticsData | undefined {
  const NumberOfNulls = known.nulls
  if (known.kind === 'boolean') {
    const counts = { NumberOfNulls, NumberOfTrues: known.trues, NumberOfFalses: known.falses }
    return { Type: 'BOOLEAN', BooleanColumnStatisticsData: counts }
  }
  const counts = { NumberOfNulls, NumberOfDistinctValues: known.distinct }
  switch (known.kind) {
    case 'integer': {
      const range = bounds(known.range, safeNumber)
      return range && { Type: 'LONG', LongColumnStatisticsData: { ...counts, ...range } }
    }
    case 'float': {
      const range = bounds(known.range, value => value)
      return range && { Type: 'DOUBLE', DoubleColumnStatisticsData: { ...counts, ...range } }
    }
    case 'date': {
      if (known.range === undefined) return { Type: 'DATE', DateColumnStatisticsData: counts }
      const range = bounds(known.range, dateOf)
      return range && { Type: 'DATE', DateColumnStatisticsData: { ...counts, ...range } }
    }
    case 'decimal': {
      const { scale } = known
      const range = bounds(known.range, value => ({ UnscaledValue: decimalBytes(value), Scale: scale }))
      return { Type: 'DECIMAL', DecimalColumnStatisticsData: { ...counts, ...range } }
    }
    default:
      return known satisfies never
  }
}

/**
 * Undefined where there are none: Trino 476 fails on LONG and DOUBLE without both (its GlueConverter unboxes them). Or where one
 * is beyond what the SDK can send.
 */
function bounds<T, R>(
  range: { readonly min: T; readonly max: T } | undefined,
  as: (value: T) => R | undefined,
) {
  if (range === undefined) return undefined
  const [MinimumValue, MaximumValue] = [as(range.min), as(range.max)]
  return MinimumValue === undefined || MaximumValue === undefined ? undefined : { MinimumValue, MaximumValue }
}

const safeNumber = (value: bigint): number | undefined =>
  Number.isSafeInteger(Number(value)) ? Number(value) : undefined

/** The farthest day from 1970 that JavaScript's dates reach. */
const FARTHEST = 100_000_000n

const dateOf = (days: bigint): Date | undefined =>
  days > FARTHEST || days < -FARTHEST ? undefined : new Date(Number(days) * 86_400_000)
