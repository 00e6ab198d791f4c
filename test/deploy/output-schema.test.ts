import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { outputSchemaText } from '../../deploy/output-schema.ts'
import { fileClosed } from '../../functions/file-closed.ts'
import { plan } from '../../functions/plan.ts'
import { scan } from '../../functions/scan.ts'
import { status } from '../../functions/status.ts'
import { sync } from '../../functions/sync.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { RequestProblem } from '../../shared/base/problem.ts'
import { reportOf } from '../../shared/function/outcome.ts'
import { answerOutcome, answerProblem, answerUnconfigured } from '../../shared/hosts/answer.ts'
import { boundReport } from '../../shared/hosts/bounded.ts'
import { versioned } from '../../shared/hosts/output.ts'
import { testLake } from '../support/lake.ts'
import { faultsOf } from '../support/output.ts'
import { openRecords } from '../support/records.ts'
import { runReport, tableReport } from '../support/report.ts'

const { log } = openRecords()
const HOUR = 'orders/2019/09/01/11'

function openFunctions(lake = testLake()) {
  const context = { lakes: async () => [lake.lake], log }
  return { lake, context }
}

test('goldsync.output.schema.json is what the types say (npm run schema)', () => {
  expect(readFileSync('goldsync.output.schema.json', 'utf8')).toBe(outputSchemaText())
})

describe('what functions answer is as the schema says', () => {
  test('after each kind of run, of a lake with all kinds of trouble', async () => {
    const { lake, context } = openFunctions()
    lake.put(`${HOUR}/a.parquet`, 'v1')
    lake.put('orders/2019/09/01/12/a.parquet', 'truncated')
    lake.put('orders/notes/a.parquet', 'text')
    const calls = [
      [plan, {}],
      [scan, { dryRun: true }],
      [scan, {}],
      [scan, { mode: 'full' }],
      [sync, { table: 'orders' }],
      [sync, { table: 'orders', partitions: '2019/09/01/11,2019/09/01/12,2019/09/01/13' }],
      [sync, { table: 'nobody' }],
      [sync, {}],
      [status, {}],
      [fileClosed, { path: `/golden/${HOUR}/a.parquet` }],
      [fileClosed, { path: '/elsewhere/a.parquet' }],
      [
        fileClosed,
        {
          files: [`/golden/${HOUR}/a.parquet`, '/golden/orders/x', '/golden/orders/2019/09/01/12/a.parquet'],
        },
      ],
    ] as const
    for (const [each, params] of calls) {
      const outcome = await each.invoke({ id: 'x', params }, context)
      const { body } = answerOutcome(outcome)
      expect([each.name, params, faultsOf('FunctionOutput', body)]).toEqual([each.name, params, []])
      expect(body).toMatchObject({ version: 1, status: outcome.status })
    }
    lake.put(`${HOUR}/b.parquet`, 'wrong')
    const exposed = await scan.invoke({ id: 'x', params: { mode: 'full' } }, context)
    expect(reportOf(exposed)).toMatchObject({ tables: [{ pending: ['2019/09/01/11', '2019/09/01/12'] }] })
    expect(faultsOf('RunOutput', versioned(reportOf(exposed)!))).toEqual([])
    const known = await status.invoke({ id: 'x', params: {} }, context)
    expect(faultsOf('StatusOutput', versioned(reportOf(known)!))).toEqual([])
  })

  test('where nothing works, nothing is configured, or the request is refused', async () => {
    const { lake } = openFunctions()
    lake.put(`${HOUR}/a.parquet`, 'v1')
    const away = async () => {
      throw new GoldsyncError('UNAVAILABLE', 'away', { hint: 'wait' })
    }
    const down = { ...lake.lake, catalogs: [{ ...lake.catalog, inspect: away }] }
    const closed = { ...lake.lake, storage: { ...lake.storage, list: away } }
    for (const each of [scan, plan, status])
      for (const broken of [down, closed]) {
        const outcome = await each.invoke({ id: 'x', params: {} }, { lakes: async () => [broken], log })
        expect(faultsOf('FunctionOutput', answerOutcome(outcome).body)).toEqual([])
      }
    for (const { body } of [
      answerProblem(new RequestProblem(401, 'not signed')),
      answerProblem(new Error('a bug')),
      answerUnconfigured('no secret'),
    ])
      expect(faultsOf('ErrorOutput', body)).toEqual([])
  })

  test('where a scan was handed on', async () => {
    const { lake, context } = openFunctions()
    lake.put(`${HOUR}/a.parquet`, 'v1')
    const delivery = { atOnce: 1, send: async () => 'taken' as const }
    const outcome = await scan.invoke({ id: 'x', params: {} }, { ...context, delivery })
    expect(outcome.status).toBe('accepted')
    expect(faultsOf('FunctionOutput', answerOutcome(outcome).body)).toEqual([])
  })

  test('with statistics and engines, and where it was cut to fit', async () => {
    const engine = {
      name: 'trino',
      kind: 'trino',
      catalogs: ['memory'],
      reader: async () => ({ kind: 'trino', version: '476' }) as const,
      read: async () => ({ outcome: 'cannot', message: 'no' }) as const,
      refresh: async () => undefined,
      visible: async () => [0],
      close: async () => undefined,
    }
    const { lake, context } = openFunctions(testLake({ more: { statistics: 'exact', engines: [engine] } }))
    lake.put(`${HOUR}/a.parquet`, 'v1')
    const outcome = await scan.invoke({ id: 'x', params: {} }, context)
    expect(faultsOf('FunctionOutput', answerOutcome(outcome).body)).toEqual([])
    expect(
      faultsOf('FunctionOutput', answerOutcome(await status.invoke({ id: 'x', params: {} }, context)).body),
    ).toEqual([])
    const many = Array.from({ length: 5_000 }, (_, at) => `2019/09/01/${at}`)
    const big = boundReport(runReport([tableReport({ pending: many, held: many })]), 20_000)
    expect(big.tables[0]).toHaveProperty('pendingOmitted')
    expect(faultsOf('RunOutput', versioned(big))).toEqual([])
  })
})

describe('the schema', () => {
  test('refuses a field that it does not know, one that is missing, and another version', () => {
    const good = versioned(runReport([tableReport()]))
    expect(faultsOf('RunOutput', good)).toEqual([])
    const [table] = good.tables
    const { runId: _, ...without } = good
    const wrong = [
      { ...good, news: 1 },
      without,
      { ...good, version: 2 },
      { ...good, tables: [{ ...table, more: 1 }] },
    ]
    for (const each of wrong) expect(faultsOf('RunOutput', each)).not.toEqual([])
  })
})
