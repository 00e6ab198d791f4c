import { expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import type { Engine } from '../../shared/engines/engine.ts'
import { readerOf } from '../../shared/table/readers.ts'

test('an engine that is down is not asked anew for each table, and once more later', async () => {
  const clock = { now: 0 }
  let asked = 0
  const engine: Engine = {
    name: 'trino',
    kind: 'trino',
    catalogs: [],
    reader: async () => {
      asked += 1
      if (asked === 1) throw new GoldsyncError('TIMEOUT', 'no answer')
      return { kind: 'trino', version: '476' }
    },
    refresh: async () => undefined,
    visible: async () => [],
    read: async () => ({ outcome: 'read', lost: [] }),
    close: async () => undefined,
  }
  const run = {
    runId: 'test',
    mode: 'recent',
    trigger: 'test',
    dryRun: false,
    log: openLog('silent'),
    startedAt: 0,
    now: () => clock.now,
  } as const
  const versions = async () => (await readerOf(engine, run)).version
  expect([await versions(), await versions(), asked]).toEqual([undefined, undefined, 1])
  clock.now += 60_000
  expect([await versions(), await versions(), asked]).toEqual(['476', '476', 2])
})
