import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { openMetrics } from '../../shared/hosts/metrics/metrics.ts'
import { otlpData } from '../../shared/hosts/metrics/otlp-data.ts'
import { runReport, tableReport } from '../support/report.ts'

describe('metrics as OpenTelemetry has them', () => {
  it('are the same counts, by the same labels, since the process began', async () => {
    const metrics = openMetrics({ calls: () => [], tables: 5 })
    const table = tableReport({ lagMs: 700 })
    metrics.observe('scan', { status: 'ok', report: runReport([table]) }, 0.2)
    metrics.observe(
      'scan',
      { status: 'ok', report: runReport([{ ...table, steps: [], lagMs: 90_000_000 }]) },
      45,
    )
    const data = await otlpData(metrics.registry, 1_500, 3_000)
    const named = (name: string) => data.find(({ descriptor }) => descriptor.name === `goldsync_${name}`)
    expect(named('runs_total')).toMatchObject({
      isMonotonic: true,
      dataPoints: expect.arrayContaining([
        {
          startTime: [1, 500_000_000],
          endTime: [3, 0],
          attributes: { function: 'scan', status: 'ok' },
          value: 2,
        },
      ]),
    })
    const lag = named('lag_seconds')?.dataPoints[0]
    expect(lag?.attributes).toEqual({ catalog: 'hive' })
    const { buckets, count, sum } = lag!.value as {
      buckets: { boundaries: number[]; counts: number[] }
      count: number
      sum: number
    }
    // The last of the buckets has no end.
    expect(buckets.counts.length).toBe(buckets.boundaries.length + 1)
    expect([buckets.counts[buckets.boundaries.indexOf(1)], buckets.counts.at(-1), count, sum]).toEqual([
      1, 1, 2, 90_000.7,
    ])
    expect(buckets.counts.reduce((all, one) => all + one)).toBe(2)
  })

  it('are none where nothing was counted', async () => {
    expect(await otlpData(new Registry(), 0, 1)).toEqual([])
  })
})
