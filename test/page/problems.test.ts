import { describe, expect, test } from 'vitest'
import type { StatusReport, TableStatus } from '../../shared/function/status.ts'
import { problemsOf } from '../../shared/page/problems.ts'
import { NOW, sampleStatus } from './sample.ts'

const HOUR = 3_600_000
const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString()

const EMPTY: StatusReport = { lakes: [], tables: [], failures: [], diagnostics: [] }

const table = (name: string, more: Partial<TableStatus> = {}): TableStatus => ({
  table: `golden.${name}`,
  topic: name,
  catalog: 'hive',
  state: 'synced',
  pending: [],
  descriptorsPending: false,
  ...more,
})

const failed = (name: string): TableStatus =>
  table(name, {
    state: 'failed',
    error: {
      code: 'UNAVAILABLE',
      message: `cannot read golden.${name}: metastore:9083 refused the connection`,
      retryable: true,
    },
  })

const waiting = (name: string, code: string, since: number): TableStatus =>
  table(name, {
    pending: ['2026/11/28/07'],
    waits: [{ partition: '2026/11/28/07', code, file: 'a.parquet', since: ago(since), remedy: `mend it` }],
  })

const problems = (status: Partial<StatusReport>) => problemsOf({ ...EMPTY, ...status }, NOW)

describe('problems', () => {
  test('of a healthy lake are none', () => {
    expect(problems({ tables: [table('orders')], lakes: sampleStatus(1).lakes })).toEqual([])
  })

  test('of one cause are one, however many tables have it', () => {
    const found = problems({ tables: Array.from({ length: 2_000 }, (_, at) => failed(`t${at}`)) })
    expect(found).toMatchObject([
      {
        urgency: 'act',
        code: 'UNAVAILABLE',
        title: 'A server cannot be reached',
        said: 'cannot read TABLE: metastore:9083 refused the connection',
      },
    ])
    expect(found[0]?.places).toHaveLength(2_000)
    expect(found[0]?.places[0]).toEqual({ table: 'golden.t0', catalog: 'hive' })
  })

  test('keep what is said of each where it differs', () => {
    const other = { ...failed('b'), error: { ...failed('b').error!, message: 'the answer is too short' } }
    const [found] = problems({ tables: [failed('a'), other] })
    expect(found?.said).toBeUndefined()
    expect(found?.places.map(({ said }) => said)).toEqual([
      expect.stringContaining('golden.a'),
      'the answer is too short',
    ])
  })

  test('come by what they cost: lakes, failing queries, tables, what is held back, what passes; the longest first within', () => {
    const found = problems({
      failures: [
        { location: 'hdfs://lake', error: { code: 'TIMEOUT', message: 'no answer', retryable: true } },
      ],
      tables: [
        waiting('young', 'TEMPORARY_FILE', 1),
        waiting('held', 'TYPE_HELD', 2),
        waiting('held_longer', 'TYPE_HELD', 30),
        failed('broken'),
        waiting('exposed', 'EXPOSED_FILE', 1),
      ],
    })
    expect(found.map(({ urgency, code }) => [urgency, code])).toEqual([
      ['act', 'TIMEOUT'],
      ['act', 'EXPOSED_FILE'],
      ['act', 'UNAVAILABLE'],
      ['act', 'TYPE_HELD'],
      ['wait', 'TEMPORARY_FILE'],
    ])
    expect(found[3]?.places.map(({ table }) => table)).toEqual(['golden.held_longer', 'golden.held'])
  })

  test.each([
    [1, 'wait'],
    [30, 'act'],
  ])(
    'wait for a writer, but not for ever: after %i h an unfinished file is for somebody to %s',
    (since, urgency) => {
      expect(problems({ tables: [waiting('orders', 'INCOMPLETE_FILE', since)] })).toMatchObject([{ urgency }])
    },
  )

  test.each([
    [1.9, 0],
    [2.1, 1],
    [50, 1],
  ])('a last scan %f h ago: %i', (hours, number) => {
    const lake = { location: 'hdfs://lake', lastScan: { startedAt: ago(hours), handedOn: false } }
    const found = problems({ lakes: [lake] })
    expect(found).toHaveLength(number)
    if (number > 0)
      expect(found[0]).toMatchObject({ urgency: 'act', remedy: expect.stringContaining('cron') })
  })

  test('a lake of which it is not kept when scans ran has none for that', () => {
    expect(problems({ lakes: [{ location: 'hdfs://lake', notKept: 'no table yet' }] })).toEqual([])
  })

  test('name the engine that fails, and what it says', () => {
    const engines = [
      {
        engine: 'trino',
        unproven: ['2026/11/28/08'],
        unseen: true,
        failed: [{ partition: '2026/11/28/07', column: 'amount', said: 'bad codec', holdsBack: true }],
      },
    ]
    expect(problems({ tables: [table('orders', { engines })] })).toMatchObject([
      { urgency: 'act', title: 'trino cannot read files', places: [{ said: 'column amount: bad codec' }] },
      { urgency: 'wait', title: expect.stringContaining('asked') },
      { urgency: 'wait', title: expect.stringContaining('new kind') },
    ])
  })
})
