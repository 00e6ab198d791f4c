import { expect, test } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import type { Engine } from '../../shared/engines/engine.ts'
import type { TableJob } from '../../shared/run/run.ts'
import { NO_PROOFS } from '../../shared/state/proofs.ts'
import { openReaders, readerOf } from '../../shared/table/readers.ts'

const run = {
  runId: 'test',
  mode: 'recent',
  trigger: 'test',
  dryRun: false,
  log: openLog('silent'),
  startedAt: 0,
} as const

const engineWith = (name: 'trino' | 'hive', reader: Engine['reader']): Engine => ({
  name,
  kind: name,
  catalogs: ['metastore'],
  reader,
  refresh: async () => undefined,
  visible: async () => [],
  read: async () => ({ outcome: 'read', lost: [] }),
  close: async () => undefined,
})

test('an engine that is down is what it was when it last read the table', async () => {
  const engine = engineWith('hive', async () => {
    throw new GoldsyncError('UNAVAILABLE', 'no answer')
  })
  const job = {
    lake: { engines: [engine], readers: undefined },
    catalog: { name: 'metastore', capabilities: { readBy: 'hive' } },
    proofs: new Map([['hive', { ...NO_PROOFS, version: '4.0.1' }]]),
  } as unknown as TableJob
  expect(await openReaders(job, { ...run, now: () => 0 })()).toEqual([{ kind: 'hive', version: '4.0.1' }])
})

test('an engine that is down is not asked anew for each table, and once more later', async () => {
  const clock = { now: 0 }
  let asked = 0
  const engine = engineWith('trino', async () => {
    asked += 1
    if (asked === 1) throw new GoldsyncError('TIMEOUT', 'no answer')
    return { kind: 'trino', version: '476' }
  })
  const versions = async () => (await readerOf(engine, { ...run, now: () => clock.now })).version
  expect([await versions(), await versions(), asked]).toEqual([undefined, undefined, 1])
  clock.now += 60_000
  expect([await versions(), await versions(), asked]).toEqual(['476', '476', 2])
})
