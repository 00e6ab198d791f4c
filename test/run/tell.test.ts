import { describe, expect, test } from 'vitest'
import { fileClosed } from '../../functions/file-closed.ts'
import { plan } from '../../functions/plan.ts'
import { scan } from '../../functions/scan.ts'
import { status } from '../../functions/status.ts'
import { openCallCounter } from '../../shared/base/calls.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { ROOT, testLake } from '../support/lake.ts'
import { openRecords } from '../support/records.ts'

function openRun() {
  const lake = testLake()
  const records = openRecords()
  return { lake, ...records, context: { lakes: async () => [lake.lake], log: records.log } }
}
const HOUR = 'orders/2019/09/01/11'

describe('the log of a run', () => {
  test('has each finding once, at its level, with table, path and code', async () => {
    const { lake, context, told } = openRun()
    lake.put(`${HOUR}/a.parquet`, 'truncated')
    lake.storage.put(`${ROOT}/orders/notes/x.parquet`, new Uint8Array([1]))
    const outcome = await scan.invoke({ id: 'tick', params: {} }, context)
    expect(outcome.status).toBe('ok')
    const records = told()
    // The lake's may come before its tables'.
    expect(records.map(({ level, code }) => [level, code]).sort()).toEqual([
      ['warn', 'FOREIGN_FOLDER'],
      ['warn', 'INCOMPLETE_FILE'],
    ])
    expect(records.find(({ code }) => code === 'INCOMPLETE_FILE')).toMatchObject({
      runId: 'tick',
      trigger: 'scan',
      catalog: 'memory',
      table: 'golden.orders',
      path: `${ROOT}/${HOUR}/a.parquet`,
      fix: expect.any(String),
    })
  })

  test('has the exposed file as an error, and a run that is well as one line', async () => {
    const { lake, context, told } = openRun()
    lake.put(`${HOUR}/a.parquet`, 'v1')
    await scan.invoke({ id: 'first', params: {} }, context)
    expect(told()).toMatchObject([{ level: 'info', table: 'golden.orders', outcome: 'changed', added: 1 }])
    lake.put(`${HOUR}/b.parquet`, 'wrong')
    await scan.invoke({ id: 'second', params: { mode: 'full' } }, context)
    expect(told().filter(({ level }) => level === 'error')).toMatchObject([
      { code: 'EXPOSED_FILE', path: `${ROOT}/${HOUR}/b.parquet`, runId: 'second' },
    ])
  })

  test('of a file that was closed has its findings once, though several requests were done together', async () => {
    const { lake, context, told } = openRun()
    lake.put(`${HOUR}/a.parquet`, 'truncated')
    const path = `/golden/${HOUR}/a.parquet`
    const params = { path }
    const requests = ['1', '2', '3', '4'].map(id => fileClosed.invoke({ id, params }, context))
    await Promise.all(requests)
    // The first runs by itself, the others together.
    expect(told().filter(({ path: about }) => about === `${ROOT}/${HOUR}/a.parquet`)).toHaveLength(2)
  })

  test('says nothing of an idle run', async () => {
    const { lake, context, told } = openRun()
    lake.put(`${HOUR}/a.parquet`, 'v1')
    await scan.invoke({ id: 'first', params: {} }, context)
    told()
    await scan.invoke({ id: 'second', params: { mode: 'full' } }, context)
    expect(told()).toEqual([])
  })

  test('has an error of a catalog once, without a stack, in each function', async () => {
    const { lake, log, told } = openRun()
    lake.put(`${HOUR}/a.parquet`, 'v1')
    const away = async () => {
      throw new GoldsyncError('UNAVAILABLE', 'hive:9083 does not answer', { hint: 'start it' })
    }
    const down = { ...lake.lake, catalogs: [{ ...lake.catalog, inspect: away }] }
    const context = { lakes: async () => [down], log }
    const error = {
      level: 'error',
      code: 'UNAVAILABLE',
      message: 'hive:9083 does not answer',
      hint: 'start it',
      table: 'golden.orders',
    }
    for (const [each, params] of [
      [scan, {}],
      [plan, {}],
      [status, {}],
      [fileClosed, { path: `/golden/${HOUR}/a.parquet` }],
    ] as const) {
      await each.invoke({ id: 'x', params }, context)
      const records = told()
      expect(records).toMatchObject([error])
      expect(records[0]).not.toHaveProperty('err')
    }
  })

  test('has an error of a lake once, and what cannot be asked for as a warning', async () => {
    const { lake, log, told } = openRun()
    const list = async () => {
      throw new GoldsyncError('PERMISSION_DENIED', 'the root may not be listed')
    }
    const closed = { ...lake.lake, storage: { ...lake.storage, list } }
    await scan.invoke({ id: 'x', params: {} }, { lakes: async () => [closed], log })
    expect(told()).toMatchObject([{ level: 'error', code: 'PERMISSION_DENIED', lake: ROOT }])
    await scan.invoke({ id: 'x', params: { mode: 'all' } }, { lakes: async () => [], log })
    expect(told()).toMatchObject([{ level: 'warn', code: 'REQUEST_INVALID', function: 'scan', runId: 'x' }])
  })

  test('has the stack of a bug', async () => {
    const { log, told } = openRun()
    const lakes = async () => {
      throw new TypeError('x is undefined')
    }
    await scan.invoke({ id: 'x', params: {} }, { lakes, log })
    expect(told()).toMatchObject([{ level: 'error', code: 'INTERNAL', err: expect.any(TypeError) }])
  })

  test('says at debug what was walked, which partitions were read and why, and which were held', async () => {
    const { lake, context, all } = openRun()
    lake.put(`${HOUR}/a.parquet`, 'v1')
    await scan.invoke({ id: 'first', params: {} }, context)
    const first = all()
    expect(first).toContainEqual(
      expect.objectContaining({ level: 'debug', topic: 'orders', phases: ['full'] }),
    )
    expect(first).toContainEqual(
      expect.objectContaining({ level: 'debug', listed: 1, reads: { '2019/09/01/11': 'new' } }),
    )
    lake.put(`${HOUR}/b.parquet`, 'v1')
    lake.put('orders/2019/09/01/12/a.parquet', 'truncated')
    await scan.invoke({ id: 'second', params: { mode: 'full' } }, context)
    const second = all()
    expect(second).toContainEqual(
      expect.objectContaining({
        reads: { '2019/09/01/11': 'its files are others', '2019/09/01/12': 'new' },
      }),
    )
    expect(second).toContainEqual(expect.objectContaining({ accepted: 1, held: ['2019/09/01/12'] }))
  })
})

describe('a call of a backend', () => {
  test('is told when it has ended: who, what, about what, how long, how', async () => {
    const calls: object[] = []
    const counter = openCallCounter(call => calls.push(call))
    const lake = testLake()
    const storage = counter.counted(lake.storage, { backend: 'storage', name: ROOT }, ['list', 'read'])
    const catalog = counter.counted(lake.catalog, { backend: 'catalog', name: 'memory' }, ['inspect'])
    await storage.list(ROOT)
    await catalog.inspect({ database: 'golden', name: 'orders' })
    await expect(storage.read(`${ROOT}/none`, 0, 1)).rejects.toThrow()
    expect(calls).toMatchObject([
      {
        backend: 'storage',
        name: ROOT,
        operation: 'list',
        outcome: 'ok',
        about: ROOT,
        ms: expect.any(Number),
      },
      { backend: 'catalog', operation: 'inspect', outcome: 'ok', about: 'golden.orders' },
      { operation: 'read', outcome: 'NOT_FOUND', about: `${ROOT}/none` },
    ])
  })
})
