/** Metrics of prom-client's registry as those of OpenTelemetry: the same names, labels and values, whoever asks. */
import { ValueType } from '@opentelemetry/api'
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
} from '@opentelemetry/sdk-metrics'
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client'

type Family = MetricObjectWithValues<MetricValue<string>>
type Time = DataPoint<number>['startTime']

/** @param since when counting began @param at when it was asked; both epoch milliseconds */
export async function otlpData(registry: Registry, since: number, at: number): Promise<MetricData[]> {
  const families = (await registry.getMetricsAsJSON()) as Family[]
  const span = { startTime: timeOf(since), endTime: timeOf(at) }
  return families.filter(({ values }) => values.length > 0).map(family => metricOf(family, span))
}

type Span = Pick<DataPoint<number>, 'startTime' | 'endTime'>

function metricOf(family: Family, span: Span): MetricData {
  const { name, help, values } = family
  const descriptor = { name, description: help, unit: '', valueType: ValueType.DOUBLE }
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE }
  const points = values.map(({ labels, value }) => ({ ...span, attributes: { ...labels }, value }))
  // What the types call an enumeration is text at run time.
  switch (String(family.type)) {
    case 'histogram':
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms(family, span) }
    case 'counter':
      return { ...common, dataPointType: DataPointType.SUM, dataPoints: points, isMonotonic: true }
    default:
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: points }
  }
}

interface Buckets {
  readonly attributes: Record<string, string | number>
  readonly boundaries: number[]
  /** How many were at most so large: they grow from one to the next. */
  readonly upTo: number[]
  sum: number
  count: number
}

/** The three series of each: the bounds of buckets are labels (`le`), the last of which is without end. */
function histograms({ name, values }: Family, span: Span) {
  const found = new Map<string, Buckets>()
  for (const { labels: all, value, metricName } of values as readonly (MetricValue<string> & {
    readonly metricName?: string
  })[]) {
    const { le, ...labels } = all as Record<string, string | number>
    const key = JSON.stringify(labels)
    const one = found.get(key) ?? { attributes: labels, boundaries: [], upTo: [], sum: 0, count: 0 }
    found.set(key, one)
    if (metricName === `${name}_sum`) one.sum = value
    else if (metricName === `${name}_count`) one.count = value
    else if (le !== undefined && le !== '+Inf') {
      one.boundaries.push(Number(le))
      one.upTo.push(value)
    }
  }
  return [...found.values()].map(({ attributes, boundaries, upTo, sum, count }) => ({
    ...span,
    attributes,
    value: {
      buckets: { boundaries, counts: [...upTo, count].map((each, at) => each - (upTo[at - 1] ?? 0)) },
      sum,
      count,
    },
  }))
}

const timeOf = (ms: number): Time => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)]
