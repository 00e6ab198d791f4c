import { describe, expect, it } from 'vitest'
import { compileLayout } from '../../shared/layout/compile.ts'
import { newPartitionsOf } from '../../shared/run/new-partitions.ts'
import type { TableReport } from '../../shared/run/report.ts'
import { keyOf, printDay, printMinute } from '../../shared/schedulers/key.ts'

const print = (time: Parameters<typeof printDay>[0]) => `${printDay(time)}T${printMinute(time)}`

/** What schedulers are told of partitions that were added, the oldest first. */
function told(template: string, added: readonly string[], partitionKeys?: object) {
  const layout = compileLayout({
    template,
    ...(partitionKeys ? { partitionKeys: partitionKeys as never } : {}),
  })
  const report = { table: 'golden.orders', topic: 'orders', catalog: 'hive', addedPartitions: added }
  return newPartitionsOf(report as unknown as TableReport, { layout, runId: 'run-1', first: true })
}

describe('the key of a partition', () => {
  it.each([
    ['{topic}/{yyyy}/{MM}/{dd}/{HH}', '2026/11/20/07', '2026-11-20T07:00'],
    ['{topic}/{yyyy}/{MM}/{dd}', '2026/11/20', '2026-11-20T00:00'],
    ['{topic}/{yyyy}-{MM}', '2026/11', '2026-11-01T00:00'],
    ['{topic}/{yyyy}/{MM}/{dd}/{HH}/{mm}', '2026/11/20/07/15', '2026-11-20T07:15'],
    ['{topic}/{region}/{yyyy}/{MM}/{dd}/{HH}', 'eu/2026/11/20/07', 'eu|2026-11-20T07:00'],
    ['{topic}/{yyyy}/{MM}/{dd}/{region}/{kind}', '2026/11/20/eu/a', 'eu|a|2026-11-20T00:00'],
    ['{topic}/{region}', 'eu', 'eu'],
  ])('of %s, %s, is %s: what is no time, and the time', (template, partition, key) => {
    const [one] = told(template, [partition]).told
    expect(keyOf(one!, print)).toBe(key)
  })

  it('does not depend on the types of the partition keys', () => {
    const keys = { dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' }, hr: { type: 'int', value: '{HH}' } }
    const [one] = told('{topic}/{yyyy}/{MM}/{dd}/{HH}', ['2026-11-20/7'], keys).told
    expect([one!.partition, keyOf(one!, print)]).toEqual(['2026-11-20/7', '2026-11-20T07:00'])
  })

  it('is the partition itself where its values are not what the layout says', () => {
    const [one] = told('{topic}/{yyyy}/{MM}/{dd}', ['__HIVE_DEFAULT_PARTITION__/11/20']).told
    expect(keyOf(one!, print)).toBe('__HIVE_DEFAULT_PARTITION__/11/20')
  })
})

describe('what a run has added', () => {
  it('is told in the order of its time', () => {
    const hours = ['2026/11/20/10', '2026/11/20/09', '2026/11/19/23']
    const { told: all, left } = told('{topic}/{yyyy}/{MM}/{dd}/{HH}', hours)
    expect([all.map(({ partition }) => partition), left]).toEqual([hours.toReversed(), 0])
    expect(all[0]).toMatchObject({
      runId: 'run-1',
      catalog: 'hive',
      first: true,
      database: 'golden',
      table: 'orders',
      topic: 'orders',
    })
  })

  it('is told of the newest hundred alone, and how many there are besides', () => {
    const days = Array.from({ length: 130 }, (_, at) =>
      new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10).replaceAll('-', '/'),
    )
    const { told: all, left } = told('{topic}/{yyyy}/{MM}/{dd}', days)
    expect([all.length, all[0]!.partition, left]).toEqual([100, days[30], 30])
  })
})
