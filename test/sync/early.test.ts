/** What is told of closed files once the catalogs have them, before the engines are asked. */
import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import type { FilesReport } from '../../shared/run/report.ts'
import type { RunOptions } from '../../shared/run/run.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { cannot, openDouble } from '../support/engine-double.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'
import { eventually, gate } from '../support/waiting.ts'

const at = (hour: string, topic = 'orders', name = 'a') => `${topic}/2019/09/01/${hour}/${name}.parquet`

const close = (
  lake: TestLake,
  paths: readonly string[],
  onRegistered?: (report: FilesReport) => void,
  more: Partial<RunOptions> = {},
) =>
  runFiles(
    [lake.lake],
    paths.map(path => ({ location: `${ROOT}/${path}` })),
    {
      runId: 'event',
      dryRun: false,
      log: openLog('silent'),
      now: () => lake.clock.now,
      ...more,
      onRegistered,
    },
  )

/** A lake whose engine answers when it is let, and again where it is to wait, and what was told early and in the end. */
function slowLake() {
  const answering = gate()
  let current = answering
  const wait = () => {
    current = gate()
    return current
  }
  const double = openDouble()
  const { visible } = double.engine
  const engine = {
    ...double.engine,
    visible: async (...given: Parameters<typeof visible>) => {
      await current.opened
      return visible(...given)
    },
  }
  return { lake: testLake({ more: { engines: [engine] } }), double, answering, wait }
}

const words = ({ files }: FilesReport) => files.map(({ outcome, code }) => [outcome, code].join(' ').trim())

describe('what is told early', () => {
  test('comes while an engine has not answered, says registered, and that engines are asked later', async () => {
    const { lake, answering } = slowLake()
    lake.put(at('09'), 'v1')
    const early: FilesReport[] = []
    const end = close(lake, [at('09')], report => early.push(report))
    await eventually(() => expect(early).toHaveLength(1))
    const said = JSON.stringify(early[0])
    expect(early[0]).toMatchObject({
      engines: 'later',
      partial: false,
      files: [{ outcome: 'registered' }],
      tables: [{ outcome: 'changed', engines: [], addedPartitions: ['2019/09/01/09'] }],
    })
    expect(lake.catalog.state().tables.size).toBe(1)
    answering.open()
    const report = await end
    expect(words(report)).toEqual(['read'])
    expect(report.tables[0]!.engines).toMatchObject([{ visible: 1, read: 1 }])
    expect(report).not.toHaveProperty('engines')
    // What came after it has changed nothing of it.
    expect(JSON.stringify(early[0])).toBe(said)
  })

  test('is told each of those whose files become one run, of its own files', async () => {
    const { lake, answering } = slowLake()
    const early = new Map<string, string[]>()
    const ends = ['09', '10', '11'].map(hour => {
      lake.put(at(hour), 'v1')
      return close(lake, [at(hour)], report => void early.set(hour, words(report)))
    })
    await eventually(() => expect(early.size).toBe(3))
    expect([...early.values()]).toEqual([['registered'], ['registered'], ['registered']])
    answering.open()
    expect((await Promise.all(ends)).flatMap(words)).toEqual(['read', 'read', 'read'])
  })

  test('says nothing of engines where there are none, or none that is asked', async () => {
    for (const engines of [[], [openDouble({ verify: 'off' }).engine]]) {
      const lake = testLake({ more: { engines } })
      lake.put(at('09'), 'v1')
      const early: FilesReport[] = []
      await close(lake, [at('09')], report => early.push(report))
      expect(early).toMatchObject([{ files: [{ outcome: 'registered' }] }])
      expect(early[0]).not.toHaveProperty('engines')
    }
  })

  test('is what is true of files that are not registered, and of one of a known kind that it is read', async () => {
    const double = openDouble()
    const lake = testLake({ more: { engines: [double.engine] } })
    lake.put(at('09'), 'v1')
    await lake.scan()
    lake.clock.now += 60_000
    lake.put(at('09', 'orders', 'b'), 'v1')
    lake.put(at('10'), 'text')
    const paths = [
      at('09', 'orders', 'b'),
      at('10'),
      at('11'),
      'nowhere/2019/09/01/09/a.parquet',
      'orders/_x',
    ]
    let early: FilesReport | undefined
    const end = await close(lake, paths, report => {
      early = report
    })
    expect(words(early!)).toEqual([
      'read',
      'held NOT_PARQUET',
      'absent FILE_ABSENT',
      'ignored UNKNOWN_TOPIC',
      expect.stringMatching(/^ignored/),
    ])
    expect(words(end)).toEqual(words(early!))
  })

  test('is no more than registered for a file of a partition that the engine is still being asked for', async () => {
    const { lake, answering, wait } = slowLake()
    const early = async (hour: string, name: string) => {
      lake.clock.now += 60_000
      lake.put(at(hour, 'orders', name), 'v1')
      let said: string[] = []
      const end = close(lake, [at(hour, 'orders', name)], report => {
        said = words(report)
      })
      await eventually(() => expect(said).toHaveLength(1))
      return { said, end }
    }
    answering.open()
    await (await early('08', 'a')).end
    const next = wait()
    const first = await early('09', 'a')
    const second = await early('09', 'b')
    const known = await early('08', 'b')
    expect([first.said, second.said, known.said]).toEqual([['registered'], ['registered'], ['read']])
    next.open()
    expect(words(await first.end)).toEqual(['read'])
    await Promise.all([second.end, known.end])
    expect((await early('09', 'c')).said).toEqual(['read'])
  })

  test.each([
    ['a day of 25 hours', 25, true],
    ['folders of more partitions, which hold more than the message did,', 26, false],
  ])('comes for %s: %i, %s', async (_, count, isEarly) => {
    const double = openDouble()
    const lake = testLake({ layout: '{topic}/{region}/{shard}', more: { engines: [double.engine] } })
    for (let shard = 0; shard < count; shard += 1) lake.put(`orders/r1/s${shard}/a.parquet`, 'v1')
    const early: FilesReport[] = []
    const end = await runFiles([lake.lake], [{ location: `${ROOT}/orders/r1`, folder: 'is' }], {
      runId: 'event',
      dryRun: false,
      log: openLog('silent'),
      now: () => lake.clock.now,
      onRegistered: report => early.push(report),
    })
    expect(early.map(words)).toEqual(isEarly ? [['registered']] : [])
    expect(words(end)[0]).toMatch(/^(read|visible)$/)
  })

  test.each([
    ['is not there', at('11'), undefined],
    ['lies outside the lakes', '../elsewhere', undefined],
    ['is there already', at('09'), undefined],
    ['is of a known kind in a known partition', at('09', 'orders', 'b'), undefined],
    ['is new', at('10'), 'later'],
  ])('says of engines what is to come: of a file that %s', async (_, path, engines) => {
    const lake = testLake({ more: { engines: [openDouble().engine] } })
    lake.put(at('09'), 'v1')
    await lake.scan()
    lake.clock.now += 60_000
    lake.put(at('09', 'orders', 'b'), 'v1')
    lake.put(at('10'), 'v1')
    let early: FilesReport | undefined
    const end = await close(lake, [path], report => {
      early = report
    })
    expect(early?.engines).toBe(engines)
    expect(end.tables.flatMap(table => table.engines)).toHaveLength(engines ? 1 : 0)
  })

  test('says that they are asked later where a run before has left it to this one', async () => {
    const { lake, answering } = slowLake()
    lake.put(at('09'), 'v1')
    const stop = new AbortController()
    await close(lake, [at('09')], () => stop.abort(), { signal: stop.signal })
    const early: FilesReport[] = []
    const end = close(lake, [at('09')], report => early.push(report))
    await eventually(() => expect(early).toMatchObject([{ engines: 'later' }]))
    answering.open()
    await end
  })

  test('is a failure where the catalog fails', async () => {
    const { lake, answering } = slowLake()
    answering.open()
    lake.put(at('09'), 'v1')
    const apply = () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'the metastore is away'))
    const broken = { ...lake, lake: { ...lake.lake, catalogs: [{ ...lake.catalog, apply }] } }
    let early: FilesReport | undefined
    await close(broken, [at('09')], report => {
      early = report
    })
    expect(early).toMatchObject({ files: [{ outcome: 'failed', code: 'UNAVAILABLE' }] })
  })
})

describe('what comes after it', () => {
  test('is told to others once, in the end: news, lineage and log have what the engine said', async () => {
    const { lake, double, answering } = slowLake()
    double.read = () => cannot()
    lake.put(at('09'), 'v1')
    const news: string[] = []
    const outcomes: string[] = []
    const options: Partial<RunOptions> = {
      announce: async all => void news.push(...all.map(({ kind }) => kind)),
      tellLineage: async runs => void outcomes.push(...runs.map(({ report }) => report.outcome)),
    }
    let early: FilesReport | undefined
    const end = close(lake, [at('09')], report => (early = report), options)
    await eventually(() => expect(early).toBeDefined())
    expect([news, outcomes]).toEqual([[], []])
    answering.open()
    expect(words(await end)).toEqual(['exposed ENGINE_CANNOT_READ'])
    expect(news).toEqual(['table.changed', 'partitions.added', 'partition.unreadable'])
    expect(outcomes).toEqual(['changed'])
  })

  test('is left on the table where the run is stopped, and the next one does it', async () => {
    const { lake, double, answering } = slowLake()
    lake.put(at('09'), 'v1')
    const stop = new AbortController()
    const end = await close(lake, [at('09')], () => stop.abort(), { signal: stop.signal })
    expect(words(end)).toEqual(['registered'])
    expect(double.calls).toEqual([])
    answering.open()
    await lake.scan()
    expect(double.calls.slice(-2)).toEqual(['visible orders', `read ${at('09')} id,amount`])
  })

  test.each([1, 2, 3])('leaves the same as a run that nobody hears early (%i)', async seed => {
    const left = async (isEarly: boolean) => {
      const double = openDouble()
      const lake = testLake({ more: { engines: [double.engine] } })
      let number = seed * 7919
      const dice = (sides: number) => {
        number = (number * 48_271) % 2_147_483_647
        return number % sides
      }
      for (let event = 0; event < 20; event += 1) {
        const topic = ['orders', 'clicks'][dice(2)]!
        const path = at(`0${dice(8)}`, topic, `f${dice(3)}`)
        lake.clock.now += 60_000
        if (dice(6) > 0) lake.put(path, (['v1', 'v2', 'text'] as const)[dice(3)]!)
        const closed = close(lake, [path], isEarly ? () => undefined : undefined)
        if (dice(2) === 0) await closed
        else await Promise.all([closed, lake.scan()])
      }
      await lake.scan()
      const tables = [...lake.catalog.state().tables.values()]
      return JSON.stringify(tables, (_, value) => (value instanceof Map ? [...value] : value))
    }
    expect(await left(true)).toBe(await left(false))
  })
})
