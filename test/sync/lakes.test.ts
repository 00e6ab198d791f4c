import { describe, expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { exitCode } from '../../shared/run/report.ts'
import type { Lake, RunOptions } from '../../shared/run/run.ts'
import type { Storage } from '../../shared/storages/storage.ts'
import { runScan } from '../../shared/sync/sync-lakes.ts'
import { type TestLake, testLake } from '../support/lake.ts'
import { eventually } from '../support/waiting.ts'

/** Answers nothing until the caller gives up. */
const hang: Storage['list'] = (_, call) =>
  new Promise((_, reject) =>
    call?.signal?.addEventListener('abort', () => reject(new GoldsyncError('ABORTED', 'given up'))),
  )

function lakes(list: Storage['list']): { broken: Lake; sound: TestLake } {
  const { lake } = testLake()
  const sound = testLake()
  sound.put('orders/2019/09/01/11/a.parquet', 'v1')
  return { broken: { ...lake, location: 'memory://broken', storage: { ...lake.storage, list } }, sound }
}

const scan = ({ broken, sound }: ReturnType<typeof lakes>, options: Partial<RunOptions> = {}) =>
  runScan([broken, sound.lake], {
    runId: 'test',
    mode: 'recent',
    dryRun: false,
    log: openLog('silent'),
    now: () => sound.clock.now,
    ...options,
  })

describe('of two lakes', () => {
  test('one that cannot be read leaves the other complete, and the exit status says so', async () => {
    const report = await scan(lakes(async () => Promise.reject(new GoldsyncError('UNAVAILABLE', 'gone'))))
    expect(report.failures).toMatchObject([{ location: 'memory://broken', error: { code: 'UNAVAILABLE' } }])
    expect(report.tables).toMatchObject([{ outcome: 'changed', partitions: { added: 1 } }])
    expect(exitCode(report)).toBe(1)
  })

  test('one whose server does not answer takes no time of the other', async () => {
    const both = lakes(hang)
    const controller = new AbortController()
    const run = scan(both, { signal: controller.signal })
    const mark = () =>
      both.sound.catalog.state().tables.get('golden.orders')?.table.parameters['goldsync.mark']
    await eventually(() => expect(mark()).toBeDefined())
    controller.abort()
    expect((await run).tables).toMatchObject([{ outcome: 'changed' }])
  })
})
