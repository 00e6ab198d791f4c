import { describe, expect, test } from 'vitest'
import type { Engine } from '../../shared/engines/engine.ts'
import { GoldsyncError } from '../../shared/errors.ts'
import { runFiles } from '../../shared/files.ts'
import { openLog } from '../../shared/log.ts'
import { printValues } from '../../shared/schema/table.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

/** An engine that answers when it is let to. */
function openEngine(seesOf: (asked: readonly string[]) => number = asked => asked.length) {
  const questions: string[][] = []
  const gates: (() => void)[] = []
  const engine: Engine = {
    name: 'trino',
    kind: 'trino',
    catalogs: ['memory'],
    refresh: async () => undefined,
    visible: async (_table, _keys, partitions) => {
      const asked = partitions.map(printValues).sort()
      questions.push(asked)
      await new Promise<void>(open => gates.push(open))
      return seesOf(asked)
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

const close = (lake: TestLake, hour: string) => {
  const path = `orders/2019/09/01/${hour}/a.parquet`
  lake.put(path, 'v1')
  return runFiles([lake.lake], [{ location: `${ROOT}/${path}` }], {
    runId: hour,
    dryRun: false,
    log: openLog('silent'),
    now: () => lake.clock.now,
  })
}
const registered = ({ catalog }: TestLake) =>
  [...(catalog.state().tables.get('golden.orders')?.partitions.values() ?? [])].map(({ values }) => values[3])

describe('an engine that takes its time', () => {
  test('does not hold up the next run of the table, and is asked for several runs together', async () => {
    const { engine, questions, answer } = openEngine()
    const lake = testLake({ more: { engines: [engine] } })
    const first = close(lake, '09')
    while (questions.length === 0) await new Promise(setImmediate)
    const others = ['10', '11'].map(hour => close(lake, hour))
    while (registered(lake).length < 3) await new Promise(setImmediate)
    const last = close(lake, '12')
    while (registered(lake).length < 4) await new Promise(setImmediate)
    await answer(0)
    expect((await first).tables[0]!.engines).toMatchObject([{ visible: 1, expected: 1 }])
    await answer(1)
    const reports = await Promise.all([...others, last])
    expect(questions).toEqual([['2019/09/01/09'], ['2019/09/01/10', '2019/09/01/11', '2019/09/01/12']])
    for (const { tables } of reports)
      expect(tables[0]).toMatchObject({
        diagnostics: [],
        engines: [{ visible: tables[0]!.partitions.added }],
      })
  })

  test('that does not see all of several runs is asked for each of them alone', async () => {
    const { engine, answer } = openEngine(asked => asked.filter(values => !values.endsWith('10')).length)
    const lake = testLake({ more: { engines: [engine] } })
    const first = close(lake, '09')
    while (registered(lake).length < 1) await new Promise(setImmediate)
    const second = close(lake, '10')
    while (registered(lake).length < 2) await new Promise(setImmediate)
    const third = close(lake, '11')
    while (registered(lake).length < 3) await new Promise(setImmediate)
    for (const nth of [0, 1, 2, 3]) await answer(nth)
    const codes = (await Promise.all([first, second, third])).map(({ tables }) =>
      tables[0]!.diagnostics.map(({ code }) => code),
    )
    expect(codes).toEqual([[], ['NOT_VISIBLE'], []])
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
    expect(registered(lake)).toEqual(['09'])
  })
})
