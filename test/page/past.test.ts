import { describe, expect, test } from 'vitest'
import type { HistoryEntry, RunEntry, TableEntry } from '../../shared/history/history.ts'
import { bucketsOf } from '../../shared/page/buckets.ts'
import { markupOf } from '../../shared/page/html.ts'
import { readPast, tableKey } from '../../shared/page/past.ts'
import { runsSection } from '../../shared/page/runs.ts'
import { NOW, samplePast } from './sample.ts'

const MINUTE = 60_000
const DAY = 86_400_000

async function* newestFirst(entries: readonly HistoryEntry[]): AsyncIterable<HistoryEntry> {
  yield* [...entries].sort((one, other) => other.time.localeCompare(one.time))
}

const past = (entries: readonly HistoryEntry[], limit = 1_000) =>
  readPast('here', newestFirst(entries), { from: NOW - DAY, to: NOW, limit })

const head = (runId: string, minutes: number, trigger = 'scan') =>
  ({ version: 1, time: new Date(NOW - minutes * MINUTE).toISOString(), runId, trigger, host: 'cli' }) as const

const table = (runId: string, minutes: number, more: Partial<TableEntry> = {}): TableEntry => ({
  ...head(runId, minutes, more.trigger),
  kind: 'table',
  id: `${runId}/${more.table ?? 1}`,
  table: 'golden.orders',
  topic: 'orders',
  catalog: 'hive',
  outcome: 'changed',
  ms: 10,
  listed: 1,
  added: 1,
  altered: 0,
  moved: 0,
  dropped: 0,
  held: 0,
  files: 1,
  rows: 1,
  findings: {},
  ...more,
})

const run = (runId: string, minutes: number, more: Partial<RunEntry> = {}): RunEntry => ({
  ...head(runId, minutes),
  kind: 'run',
  id: `${runId}/run`,
  lakes: [],
  mode: 'recent',
  ms: 20,
  partial: false,
  tables: 1,
  outcomes: {},
  findings: {},
  ...more,
})

describe('the past', () => {
  test('has calm runs of an hour as one, apart from what is amiss', async () => {
    const { runs } = await past([
      run('a', 1),
      run('b', 6),
      table('b', 6),
      run('c', 11, { code: 'UNAVAILABLE', reason: 'no answer' }),
      run('d', 16),
      table('d', 16, { table: 'golden.clicks', added: 2 }),
    ])
    expect(runs.map(({ runs, added, reason, changed }) => [runs, added, reason, [...changed]])).toEqual([
      [3, 3, undefined, ['golden.orders', 'golden.clicks']],
      [1, 0, 'no answer', []],
    ])
  })

  test('has failures of one cause in one hour as one, beside those of another', async () => {
    const down = { code: 'UNAVAILABLE', reason: 'no answer' }
    const { runs } = await past([
      run('a', 1, down),
      run('b', 6, down),
      run('c', 11, { ...down, reason: 'no rights' }),
      run('d', 120, down),
    ])
    expect(runs.map(({ runs, reason }) => [runs, reason])).toEqual([
      [2, 'no answer'],
      [1, 'no rights'],
      [1, 'no answer'],
    ])
  })

  test('tells a refused table from one that failed, and why of each', async () => {
    const known = await past([
      table('a', 1, { outcome: 'refused', reason: 'not ours' }),
      table('a', 1, { table: 'golden.clicks', outcome: 'failed', code: 'UNAVAILABLE' }),
      table('a', 1, { table: 'golden.views', outcome: 'refused' }),
    ])
    expect([...(known.runs[0]?.amiss ?? [])]).toEqual([
      ['golden.orders', { outcome: 'refused', why: 'not ours' }],
      ['golden.clicks', { outcome: 'failed', why: 'UNAVAILABLE' }],
      ['golden.views', { outcome: 'refused' }],
    ])
    const text = markupOf(runsSection(known)).replace(/<[^>]*>/g, '')
    expect(text).toContain('refused golden.orders: not ours')
    expect(text).toContain('failed golden.clicks: UNAVAILABLE')
  })

  test.each([
    ['refused', 'and 2 more tables refused'],
    ['failed', 'and 2 more tables failed or refused'],
  ] as const)('says of those that are not named whether they are refused: %s', async (outcome, said) => {
    const names = ['e', 'd', 'c', 'b', 'a'].map((name, at) =>
      table('a', 1, { table: name, outcome: at === 4 ? outcome : 'refused' }),
    )
    expect(markupOf(runsSection(await past(names)))).toContain(said)
  })

  test('counts an entry that was written twice once', async () => {
    const { points, runs } = await past([table('a', 1), table('a', 1)])
    expect([points.length, runs[0]?.added]).toEqual([1, 1])
  })

  test('knows the last run of a table, and its last lag, which may be of an earlier one', async () => {
    const { tables } = await past([table('new', 1, { outcome: 'failed' }), table('old', 9, { lagMs: 500 })])
    expect(tables.get(tableKey('golden.orders', 'hive'))).toEqual({
      time: new Date(NOW - MINUTE).toISOString(),
      outcome: 'failed',
      lagMs: 500,
    })
  })

  test.each([
    [1_000, NOW - DAY],
    [2, NOW - 9 * MINUTE],
  ])('of at most %i entries begins where it was read from', async (limit, from) => {
    expect((await past([table('a', 1), table('b', 9)], limit)).from).toBe(from)
  })

  test('is cut into at most some 60 parts without a gap, and nothing is lost', async () => {
    for (const days of [0.01, 1, 3, 7]) {
      const known = await samplePast(days)
      const buckets = bucketsOf(known)
      expect(buckets.length).toBeLessThanOrEqual(61)
      for (const [at, { from }] of buckets.entries()) if (at > 0) expect(from).toBe(buckets[at - 1]?.to)
      const added = known.points.reduce((sum, { added }) => sum + added, 0)
      expect(buckets.reduce((sum, bucket) => sum + bucket.added, 0)).toBe(added)
    }
  })

  test('that takes too long to read begins where it was read to', async () => {
    const stop = new AbortController()
    async function* slowly() {
      yield run('a', 1)
      yield run('b', 9)
      stop.abort()
      stop.signal.throwIfAborted()
    }
    const window = { from: NOW - DAY, to: NOW, limit: 1_000 }
    const { from, runs } = await readPast('here', slowly(), { ...window, signal: stop.signal })
    expect([from, runs]).toMatchObject([NOW - 9 * MINUTE, [{ runs: 2 }]])
    await expect(readPast('here', slowly(), window)).rejects.toThrow(/abort/)
  })
})
