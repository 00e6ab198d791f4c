import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { Engine } from '../../shared/engines/engine.ts'
import { printValues } from '../../shared/schema/table.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

/** An engine that answers when it is let to. */
function openEngine(seesOf: (asked: readonly string[]) => number = asked => asked.length) {
  const questions: string[][] = []
  const gates: (() => void)[] = []
  const engine: Engine = {
    name: 'trino',
    kind: 'trino',
    catalogs: ['memory'],
    reader: async () => ({ kind: 'trino', version: '476' }),
    read: async () => ({ outcome: 'read', lost: [] }),
    refresh: async () => undefined,
    visible: async wanted => {
      const asked = wanted.map(({ table, partitions }) =>
        partitions.map(values => `${table.name}/${printValues(values)}`).sort(),
      )
      questions.push(asked.flat())
      await new Promise<void>(open => gates.push(open))
      return asked.map(seesOf)
    },
    close: async () => undefined,
  }
  /** Lets the engine answer the nth question, once it was asked. */
  const answer = async (nth: number) => {
    while (gates[nth] === undefined) await new Promise(setImmediate)
    gates[nth]()
  }
  return { engine, questions, answer }
}

const close = (lake: TestLake, hour: string, topic = 'orders') => {
  const path = `${topic}/2019/09/01/${hour}/a.parquet`
  lake.put(path, 'v1')
  return runFiles([lake.lake], [{ location: `${ROOT}/${path}` }], {
    runId: hour,
    dryRun: false,
    log: openLog('silent'),
    now: () => lake.clock.now,
  })
}
const registered = ({ catalog }: TestLake) =>
  [...catalog.state().tables.values()].flatMap(({ partitions }) => [...partitions.values()]).length

describe('an engine that takes its time', () => {
  test('does not hold up the next run of a table, and is asked for several runs and tables together', async () => {
    const { engine, questions, answer } = openEngine()
    const lake = testLake({ more: { engines: [engine] } })
    const first = close(lake, '09')
    while (questions.length === 0) await new Promise(setImmediate)
    const others = [close(lake, '10'), close(lake, '11'), close(lake, '09', 'clicks')]
    while (registered(lake) < 4) await new Promise(setImmediate)
    others.push(close(lake, '12'))
    while (registered(lake) < 5) await new Promise(setImmediate)
    await answer(0)
    expect((await first).tables[0]!.engines).toMatchObject([{ visible: 1, expected: 1 }])
    await answer(1)
    const reports = await Promise.all(others)
    expect(questions.map(asked => asked.sort())).toEqual([
      ['orders/2019/09/01/09'],
      ['clicks/2019/09/01/09', 'orders/2019/09/01/10', 'orders/2019/09/01/11', 'orders/2019/09/01/12'],
    ])
    for (const { tables } of reports)
      expect(tables[0]).toMatchObject({
        diagnostics: [],
        engines: [{ visible: tables[0]!.partitions.added }],
      })
  })

  test('that does not see all of a table is asked for each of its runs alone', async () => {
    const { engine, questions, answer } = openEngine(
      asked => asked.filter(values => !values.endsWith('10')).length,
    )
    const lake = testLake({ more: { engines: [engine] } })
    const reports = [close(lake, '09')]
    while (questions.length === 0) await new Promise(setImmediate)
    for (const hour of ['10', '11']) {
      reports.push(close(lake, hour))
      while (registered(lake) < reports.length) await new Promise(setImmediate)
    }
    reports.push(close(lake, '08', 'clicks'))
    while (registered(lake) < 4) await new Promise(setImmediate)
    for (const nth of [0, 1, 2, 3]) await answer(nth)
    const codes = (await Promise.all(reports)).map(({ tables }) =>
      tables[0]!.diagnostics.map(({ code }) => code),
    )
    expect(codes).toEqual([[], ['NOT_VISIBLE'], [], []])
    expect(questions).toHaveLength(4)
  })

  test('and then fails is a finding, and the catalog has the partition', async () => {
    const { engine, answer } = openEngine(() => {
      throw new GoldsyncError('UNAVAILABLE', 'Trino is away')
    })
    const lake = testLake({ more: { engines: [engine] } })
    const report = close(lake, '09')
    await answer(0)
    expect((await report).tables[0]).toMatchObject({
      outcome: 'changed',
      diagnostics: [{ code: 'ENGINE_FAILED', severity: 'error' }],
    })
    expect(registered(lake)).toBe(1)
  })

  test('and fails for one table only has the others told, each alone', async () => {
    const { engine, questions, answer } = openEngine(asked => {
      if (asked.some(values => values.startsWith('clicks')))
        throw new GoldsyncError('PERMISSION_DENIED', 'no')
      return asked.length
    })
    const lake = testLake({ more: { engines: [engine] } })
    const reports = [close(lake, '09')]
    while (questions.length === 0) await new Promise(setImmediate)
    reports.push(close(lake, '10'), close(lake, '10', 'clicks'))
    while (registered(lake) < 3) await new Promise(setImmediate)
    for (const nth of [0, 1, 2, 3]) await answer(nth)
    const codes = (await Promise.all(reports)).map(({ tables }) =>
      tables[0]!.diagnostics.map(({ code }) => code),
    )
    expect(codes).toEqual([[], [], ['ENGINE_FAILED']])
  })
})

test.each(['first', 'second'])(
  'of two catalogs’ tables of one name an engine does not see that of the %s, and only that is told so',
  async unseen => {
    const ofCatalog = (name: string) => ({ ...openMemoryCatalog(name), database: `${name}_own` })
    const catalogs = [ofCatalog('first'), ofCatalog('second')]
    let isAsked = false
    let answer = () => {}
    const answers = new Promise<void>(resolve => {
      answer = resolve
    })
    const visible: Engine['visible'] = async wanted => {
      isAsked = true
      await answers
      return wanted.map(({ table, partitions }) =>
        table.database === `${unseen}_own` ? 0 : partitions.length,
      )
    }
    const both = { ...openEngine().engine, catalogs: ['first', 'second'], visible }
    const lake = testLake({ more: { catalogs, engines: [both] } })
    // What is asked first has the others wait, and be asked together.
    const early = close(lake, '08', 'clicks')
    while (!isAsked) await new Promise(setImmediate)
    const late = close(lake, '09')
    const hasBoth = () => catalogs.every(one => [...one.state().tables.keys()].includes('golden.orders'))
    while (!hasBoth()) await new Promise(setImmediate)
    answer()
    const { tables } = await late
    expect(
      tables.map(({ catalog, diagnostics }) => [
        catalog,
        diagnostics.some(({ code }) => code === 'NOT_VISIBLE'),
      ]),
    ).toEqual(['first', 'second'].map(catalog => [catalog, catalog === unseen]))
    await early
  },
)

describe('views over a table', () => {
  const engineOf = (viewsOver: NonNullable<Engine['viewsOver']>): Engine => ({
    ...openEngine().engine,
    visible: async wanted => wanted.map(({ partitions }) => partitions.length),
    viewsOver,
  })
  const staleIn = async (lake: TestLake) =>
    lake.table(await lake.scan()).diagnostics.filter(({ severity }) => severity !== 'warning')

  test('are told of once where columns were added or changed, the first ten by name', async () => {
    const asked: string[] = []
    const views = Array.from({ length: 12 }, (_, at) => ({ name: `view${at}`, selectsAll: false }))
    const engine = engineOf(async ({ database, name }) => {
      asked.push(`${database}.${name}`)
      return views
    })
    const lake = testLake({ more: { engines: [engine] } })
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    expect([await staleIn(lake), asked]).toEqual([[], []])
    // `id` gets wider, `note` is new.
    lake.put('orders/2019/09/01/10/a.parquet', 'v2')
    expect((await staleIn(lake)).filter(({ code }) => code === 'VIEWS_STALE')).toEqual([
      expect.objectContaining({
        severity: 'info',
        table: 'golden.orders',
        message: expect.stringMatching(/trino refuses .*maybe view0, .*, view9 and 2 more$/),
      }),
    ])
    lake.put('orders/2019/09/01/11/a.parquet', 'v2')
    expect([await staleIn(lake), asked]).toEqual([[], ['golden.orders']])
  })

  test('are no matter where the engine does not tell them', async () => {
    const engine = engineOf(() => Promise.reject(new GoldsyncError('PERMISSION_DENIED', 'no')))
    const lake = testLake({ more: { engines: [engine] } })
    lake.put('orders/2019/09/01/09/a.parquet', 'v1')
    await lake.scan()
    lake.put('orders/2019/09/01/10/a.parquet', 'v2')
    expect((await staleIn(lake)).filter(({ code }) => /VIEWS|ENGINE/.test(code))).toEqual([])
  })
})

test.each([2, -1, 0.5, Number.NaN])('an engine that says it sees %d of one is not believed', async count => {
  const { engine, answer } = openEngine(() => count)
  const lake = testLake({ more: { engines: [engine] } })
  const run = close(lake, '09')
  await answer(0)
  const { tables } = await run
  expect(tables[0]).toMatchObject({
    engines: [{ visible: 0, error: { code: 'DATA_INVALID' } }],
    diagnostics: [
      { code: 'ENGINE_FAILED', message: expect.stringContaining('of 1 partitions of golden.orders') },
    ],
  })
})
