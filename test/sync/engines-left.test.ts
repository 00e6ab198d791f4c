/** What an engine was not asked, or failed at, is on the table until a run does it: whichever step, whatever kept it. */
import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import type { Engine } from '../../shared/engines/engine.ts'
import { exitCode, type Report } from '../../shared/run/report.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { openDouble } from '../support/engine-double.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const PATH = 'orders/2019/09/01/09/a.parquet'
const away = () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'Trino is away'))
const closed = (lake: TestLake, more: { deadline?: number } = {}) =>
  runFiles([lake.lake], [{ location: `${ROOT}/${PATH}` }], {
    runId: 'event',
    dryRun: false,
    log: openLog('silent'),
    now: () => lake.clock.now,
    ...more,
  })
const codes = ({ tables }: Report) => tables.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))

/** A lake with a file that nobody has seen yet, and an engine that fails at one step until it is mended. */
function lakeWith(step: Partial<Pick<Engine, 'refresh' | 'visible' | 'read'>>) {
  const double = openDouble()
  const calls: string[] = []
  const engine: Engine = { ...double.engine, refresh: async () => void calls.push('refresh'), ...step }
  const engines = [engine]
  const lake = testLake({ more: { engines } })
  lake.put(PATH, 'v1')
  const mend = () => {
    engines[0] = { ...double.engine, refresh: async () => void calls.push('refresh') }
    double.calls.length = 0
  }
  return { lake, mend, calls: () => [...calls, ...double.calls] }
}

describe('a step that an engine fails at is done by the next run', () => {
  test.each([
    ['flush', { refresh: away }, 'ENGINE_FAILED'],
    ['question what it sees', { visible: away }, 'ENGINE_FAILED'],
    ['read', { read: away }, 'ENGINE_NOT_ASKED'],
  ] as const)('the %s, after a scan and after an event', async (_, step, code) => {
    for (const first of ['scan', 'event'] as const) {
      const { lake, mend, calls } = lakeWith(step)
      const failed = first === 'scan' ? await lake.scan() : await closed(lake)
      expect(codes(failed)).toEqual([code])
      mend()
      const before = calls().length
      expect(codes(await lake.scan())).toEqual([])
      const read = 'read orders/2019/09/01/09/a.parquet id,amount'
      const asked = code === 'ENGINE_FAILED' ? ['refresh', 'visible orders'] : []
      expect(calls().slice(before)).toEqual(expect.arrayContaining([...asked, read]))
      const after = calls().length
      await lake.scan()
      expect(calls()).toHaveLength(after)
    }
  })

  test('by any kind of run', async () => {
    for (const mode of ['recent', 'full'] as const) {
      const { lake, mend, calls } = lakeWith({ refresh: away })
      await lake.scan()
      mend()
      await lake.scan({ mode, tables: ['orders'] })
      expect(calls()).toContain('refresh')
    }
    const { lake, mend, calls } = lakeWith({ refresh: away })
    await lake.scan()
    mend()
    await closed(lake)
    expect(calls()).toContain('refresh')
  })
})

describe('an engine that has not answered at the deadline', () => {
  /** Heeds no signal, as a server that hangs; meanwhile the time is up. */
  const hangs = (isAsked: () => void) => (): Promise<never> => {
    isAsked()
    return new Promise(() => {})
  }
  const MS = 50

  test.each(['refresh', 'visible'] as const)('to %s is not waited for: the next run asks', async step => {
    const { lake, mend, calls } = lakeWith({ [step]: hangs(() => (lake.clock.now += MS)) })
    const report = await lake.scan({ deadline: lake.clock.now + MS, now: () => lake.clock.now })
    expect(codes(report)).toEqual(['ENGINE_NOT_ASKED'])
    expect(report).toMatchObject({
      partial: true,
      tables: [{ outcome: 'changed', engines: [{ left: true }] }],
    })
    expect(exitCode(report)).toBe(3)
    mend()
    const before = calls().length
    await lake.scan()
    expect(calls().slice(before, before + 2)).toEqual(['refresh', 'visible orders'])
  })

  test('to read a file is stopped there', async () => {
    const { lake, mend, calls } = lakeWith({
      read: (_, { signal } = {}) =>
        new Promise((_, reject) => {
          lake.clock.now += MS
          signal?.addEventListener('abort', () => reject(new GoldsyncError('ABORTED', 'stopped')))
        }),
    })
    const report = await closed(lake, { deadline: lake.clock.now + MS })
    expect([codes(report), report.files]).toMatchObject([['ENGINE_NOT_ASKED'], [{ outcome: 'visible' }]])
    mend()
    await lake.scan()
    expect(calls()).toContain('read orders/2019/09/01/09/a.parquet id,amount')
  })

  test('fails no event: its file is registered', async () => {
    const { lake, mend, calls } = lakeWith({ refresh: hangs(() => (lake.clock.now += MS)) })
    const report = await closed(lake, { deadline: lake.clock.now + MS })
    expect(report.files).toMatchObject([{ outcome: 'registered' }])
    mend()
    await lake.scan()
    expect(calls()).toContain('visible orders')
  })

  test('is not asked at all once the time is up', async () => {
    const { lake, calls } = lakeWith({})
    const end = lake.clock.now + 100
    const { apply } = lake.catalog
    const slow = {
      ...lake.catalog,
      apply: async (...given: Parameters<typeof apply>) => {
        lake.clock.now = end
        return apply(...given)
      },
    }
    const report = await runFiles([{ ...lake.lake, catalogs: [slow] }], [{ location: `${ROOT}/${PATH}` }], {
      runId: 'event',
      dryRun: false,
      log: openLog('silent'),
      now: () => lake.clock.now,
      deadline: end,
    })
    expect([report.files[0]?.outcome, calls(), codes(report)]).toEqual([
      'registered',
      [],
      ['ENGINE_NOT_ASKED'],
    ])
    await lake.scan()
    expect(calls()).toContain('visible orders')
  })

  test('is left to the next run by one that is interrupted, too', async () => {
    const stop = new AbortController()
    const { lake, mend, calls } = lakeWith({ visible: hangs(() => stop.abort()) })
    await lake.scan({ signal: stop.signal })
    mend()
    await lake.scan()
    expect(calls()).toContain('visible orders')
  })
})
