import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import type { Outcome } from '../../shared/function/outcome.ts'
import { isRun, reportOf } from '../../shared/function/outcome.ts'
import type { Connected } from '../../shared/hosts/frozen/connection.ts'
import { invokeFunction } from '../../shared/hosts/openwhisk/activation.ts'
import { testLake } from '../support/lake.ts'
import { openRecorder, type Recorder } from '../support/recorder.ts'

/** Takes what it is sent, and never answers. */
let sink: Recorder
beforeEach(async () => {
  sink = await openRecorder(() => new Promise<never>(() => {}))
})
afterEach(async () => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  await sink.close()
})

/**
 * A scan that adds a partition, of which all sinks are told; its catalog takes the time away.
 * @param left milliseconds of the activation once the catalog is written @param written when the history is
 */
async function activation(left: number, written: Promise<undefined> = Promise.resolve(undefined)) {
  const end = Date.now() + 60_000
  vi.stubEnv('__OW_DEADLINE', String(end))
  const limits: number[] = []
  const lake = testLake()
  lake.put('orders/2019/09/01/10/a.parquet', 'v1')
  const apply = lake.catalog.apply.bind(lake.catalog)
  Object.assign(lake.catalog, {
    apply: async (...args: Parameters<typeof apply>) => {
      await apply(...args)
      vi.useFakeTimers({ toFake: ['Date'], now: end - left })
    },
  })
  const config = configOf(
    {
      lakes: [{ location: '/golden' }],
      catalogs: { memory: { kind: 'memory' } },
      events: { sink: sink.url },
      lineage: { url: sink.url },
      schedulers: { dagster: { kind: 'dagster', url: sink.url } },
      log: { level: 'silent' },
    },
    'the test',
    {},
  )
  const telemetry: Connected['telemetry'] = {
    counter: undefined,
    tracer: undefined,
    tell: async (_, __, { limit }) => void limits.push(limit),
  }
  const recorder: Connected['recorder'] = {
    note: () => {},
    written: () => written,
    close: async () => {},
  }
  const connection = { ...connect(config), lakes: async () => [lake.lake] }
  const outcome = await invokeFunction(
    { id: 'a-1', function: 'scan', params: {} },
    { config, connection, recorder, telemetry },
    {},
  )
  return { outcome, limits }
}

const codesOf = (outcome: Outcome): readonly string[] => {
  const report = reportOf(outcome)
  return isRun(report) ? report.diagnostics.map(({ code, message }) => `${code}: ${message}`) : []
}

it('sinks that hang cost no activation: with three seconds left nobody waits for them any more', async () => {
  const { outcome } = await activation(3_000)
  expect(codesOf(outcome)).toEqual([
    expect.stringMatching(/^EVENTS_NOT_TAKEN: .*no time was left/),
    expect.stringMatching(/^LINEAGE_NOT_TAKEN: .*no time was left/),
    expect.stringMatching(/^SCHEDULER_NOT_TOLD: .*no time was left/),
  ])
  expect(sink.requests).toEqual([])
})

it('receivers and the history have what is left until a second before the end', async () => {
  const { limits } = await activation(1_000, new Promise(() => {}))
  expect(limits).toEqual([0])
})
