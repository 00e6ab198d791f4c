/** Metastores that are not what they say: proxies, and versions that tell nothing. */
import { afterEach, describe, expect, it } from 'vitest'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import type { Change } from '../../shared/schema/change.ts'
import {
  applicationException,
  type FakeCall,
  FOLLOWS,
  fakeMetastore,
  IGNORES,
  isProbe,
} from '../support/fake-metastore.ts'
import { relay } from '../support/net.ts'
import { columns } from '../support/types.ts'
import { NO_LIMITS } from '../support/waiting.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const table = { database: 'golden', name: 'orders' }
const stored = {
  tableName: 'orders',
  dbName: 'golden',
  tableType: 'EXTERNAL_TABLE',
  sd: { cols: [{ name: 'id', type: 'bigint' }] },
  partitionKeys: [{ name: 'day', type: 'string' }],
  parameters: { transient_lastDdlTime: '7' },
}
const marking = (mark: string): Change => ({ kind: 'setParameters', table, parameters: { mark } })

/** A server with one table; `says` answers what is not about reading it. */
async function server(says: (call: FakeCall) => object | undefined, version?: string, more: object = {}) {
  const calls: FakeCall[] = []
  const fake = await fakeMetastore(call => {
    calls.push(call)
    return call.method === 'get_table_req' ? { success: { table: { ...stored, ...more } } } : says(call)
  }, version)
  closing.unshift(fake.close)
  const methods = () =>
    calls
      .splice(0)
      .map(call => (isProbe(call) ? 'probe' : call.method.replace('_with_environment_context', '')))
  return { port: fake.port, calls, methods }
}

function open(port: number) {
  const uris = `thrift://127.0.0.1:${port}`
  const catalog = openMetastore('hive', metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS }))
  closing.unshift(() => catalog.close())
  return (...changes: Change[]) => catalog.apply(catalog.plan(table, changes))
}

/** Answers as a metastore whose locks are given at once, unless `locks` stand before them. */
const locking =
  (probe: object, locks: () => readonly object[] = () => []) =>
  (call: FakeCall): object | undefined => {
    if (isProbe(call)) return probe
    if (call.method === 'show_locks') return { success: { locks: locks() } }
    return { success: { lockid: 5, state: 1 } }
  }

describe('whether a server follows conditions', () => {
  it.each(['3.0', '2.3.7-vendor', 'unknown', ''])(
    'is asked, whatever version it tells: %j',
    async version => {
      const { port, methods } = await server(call => (isProbe(call) ? FOLLOWS : {}), version)
      await open(port)(marking('a'))
      expect(methods()).toEqual(['get_table_req', 'probe', 'get_table_req', 'alter_table'])
    },
  )

  it.each(['4.0.1', 'NaN', '3.1.3'])(
    'is not believed of version %s: what ignores them is locked',
    async version => {
      const { port, methods } = await server(locking(IGNORES), version)
      await open(port)(marking('a'))
      expect(methods()).toEqual([
        'get_table_req',
        'probe',
        'lock',
        'show_locks',
        'get_table_req',
        'alter_table',
        'unlock',
      ])
    },
  )

  it('is asked once by a process, and again after a new connection, which may lead to another server', async () => {
    const { port, methods } = await server(call => (isProbe(call) ? FOLLOWS : {}))
    const between = await relay({ host: '127.0.0.1', port })
    closing.unshift(() => between.close())
    const apply = open(between.port)
    await apply(marking('a'))
    await apply(marking('b'), marking('c'))
    expect(methods().filter(method => method === 'probe')).toHaveLength(1)
    between.cut()
    await apply(marking('d'))
    await apply(marking('e'))
    expect(methods().filter(method => method === 'probe')).toHaveLength(1)
  })

  it('is asked by nothing that reads or only adds partitions', async () => {
    const { port, methods } = await server(() => ({ success: {} }))
    const partitions = [
      { values: ['1'], location: '/1', columns: columns('id bigint'), parameters: {}, files: [] },
    ]
    await open(port)({ kind: 'addPartitions', table, partitionKeys: columns('day string'), partitions })
    expect(methods()).toEqual(['get_table_req', 'add_partitions_req'])
  })

  it('is asked of no view, whose keys Hive would change', async () => {
    const { port, methods } = await server(locking(FOLLOWS), '4.0.1', { tableType: 'VIRTUAL_VIEW' })
    await open(port)(marking('a'))
    expect(methods()).not.toContain('probe')
  })

  it('gives back what a server took that refuses nothing, and locks', async () => {
    const { port, calls } = await server(locking({}))
    await open(port)(marking('a'))
    const written = calls
      .filter(({ method }) => method === 'alter_table_with_environment_context')
      .map(({ args }) =>
        (args.new_tbl as { partitionKeys: { name: string }[] }).partitionKeys.map(key => key.name),
      )
    expect(written).toEqual([['day', 'goldsync_probe'], ['day'], ['day']])
    expect(calls.map(({ method }) => method)).toContain('lock')
  })
})

describe('a server that is no Hive, and takes the probe', () => {
  it('keeps what somebody has changed before it and meanwhile', async () => {
    let now: object = stored
    const change = (parameters: object) => {
      now = { ...now, parameters: { ...stored.parameters, ...parameters } }
    }
    const fake = await fakeMetastore(call => {
      if (call.method === 'get_table_req') return { success: { table: now } }
      if (call.method === 'alter_table_with_environment_context') {
        now = call.args.new_tbl as object
        if (isProbe(call)) change({ before: '1', meanwhile: '1' })
      }
      return locking({})(call)
    })
    closing.unshift(fake.close)
    const uris = `thrift://127.0.0.1:${fake.port}`
    const catalog = openMetastore('hive', metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS }))
    closing.unshift(() => catalog.close())
    await catalog.inspect(table)
    change({ before: '1' })
    await catalog.apply(catalog.plan(table, [marking('a')]))
    expect(now).toMatchObject({
      parameters: { before: '1', meanwhile: '1', mark: 'a' },
      partitionKeys: stored.partitionKeys,
    })
  })
})

describe('the lock of a table', () => {
  it("is in the table's database, under a name that no table can have, and holds up no query", async () => {
    const { port, calls } = await server(locking(IGNORES))
    await open(port)(marking('a'))
    const [lock] = calls.filter(({ method }) => method === 'lock')
    expect(lock?.args.rqst).toMatchObject({
      component: [{ type: 2, level: 2, dbname: 'golden', tablename: 'goldsync-lock.orders' }],
    })
  })

  it('is held only when those before it are gone, though the server gives several', async () => {
    let looks = 0
    const before = () =>
      ++looks < 3 ? [{ lockid: 4, lastheartbeat: looks }] : [{ lockid: 6, lastheartbeat: 1 }]
    const { port, methods } = await server(locking(IGNORES, before))
    await open(port)(marking('a'))
    const seen = methods()
    expect(seen.slice(2, seen.indexOf('alter_table') - 1)).toEqual([
      'lock',
      ...['show_locks', 'check_lock', 'show_locks', 'check_lock', 'show_locks'],
    ])
  })
})

describe('a proxy that breaks the connection where an answer tells no partitions', () => {
  const partitions = (...days: string[]) =>
    days.map(day => ({
      values: [day],
      location: `/${day}`,
      columns: columns('id bigint'),
      parameters: {},
      files: [],
    }))
  const adding = (...days: string[]): Change => ({
    kind: 'addPartitions',
    table,
    partitionKeys: columns('day string'),
    partitions: partitions(...days),
  })

  /** What it is asked for is done, also where the answer is lost. */
  async function breaking() {
    const there = new Set<string>()
    return server(({ method, args, socket }) => {
      if (method === 'get_partitions_by_names')
        return { success: [...there].map(day => ({ values: [day], sd: { location: `/${day}` } })) }
      const { parts = [], needResult } = (args.request ?? args.req) as {
        parts?: readonly { values: string[] }[]
        needResult: boolean
      }
      if (method === 'add_partitions_req') {
        if (parts.some(({ values }) => there.has(values[0]!)))
          return { AlreadyExistsException: { message: 'there' } }
        for (const { values } of parts) there.add(values[0]!)
      }
      if (needResult) return { success: { partitions: [] } }
      socket.destroy()
      return undefined
    })
  }

  it('takes partitions from it at once', async () => {
    const { port, methods } = await breaking()
    const dropping = { ...adding('1', '2'), kind: 'dropPartitions' } as Change
    await open(port)(dropping)
    expect(methods()).toEqual(['get_table_req', 'drop_partitions_req'])
  })

  it('adds to it, and asks for them from then on', async () => {
    const { port, methods } = await breaking()
    const apply = open(port)
    await apply(adding('1', '2'))
    expect(methods()).toEqual([
      'get_table_req',
      'add_partitions_req',
      'add_partitions_req',
      'get_partitions_by_names',
    ])
    await apply(adding('3'), adding('4'))
    expect(methods()).toEqual(['get_table_req', 'add_partitions_req', 'get_table_req', 'add_partitions_req'])
  })

  it('finds partitions that others added, and goes on to ask for none where no connection broke', async () => {
    const wanted: boolean[] = []
    const { port } = await server(({ method, args }) => {
      if (method === 'get_partitions_by_names')
        return { success: [{ values: ['1'], sd: { location: '/1' } }] }
      const { parts, needResult } = args.request as { parts: { values: string[] }[]; needResult: boolean }
      wanted.push(needResult)
      return parts[0]?.values[0] === '1' ? { AlreadyExistsException: { message: 'there' } } : { success: {} }
    })
    await open(port)(adding('1'), adding('2'))
    expect(wanted).toEqual([false, false])
  })
})

describe('a table that is read while somebody changes its columns', () => {
  const column = (name: string): Change => ({ kind: 'addColumns', table, columns: columns(`${name} int`) })

  it.each([
    ['follows conditions', FOLLOWS],
    ['is locked', IGNORES],
  ])('keeps its columns, where the server %s', async (_, probe) => {
    const written: string[][] = []
    let left = 0
    const fake = await fakeMetastore(call => {
      if (call.method === 'get_table_req') {
        left -= 1
        return { success: { table: { ...stored, sd: { cols: left >= 0 ? [] : stored.sd.cols } } } }
      }
      if (call.method === 'alter_table_with_environment_context' && !isProbe(call))
        written.push((call.args.new_tbl as typeof stored).sd.cols.map(({ name }) => name))
      return locking(probe)(call)
    })
    closing.unshift(fake.close)
    const apply = open(fake.port)
    for (left of [2, 1, 0]) await apply(column('extra'))
    expect(written).toEqual([
      ['id', 'extra'],
      ['id', 'extra'],
      ['id', 'extra'],
    ])
  })
})

describe('what really has no columns', () => {
  const bare = { ...stored, sd: { cols: [] } }
  const partition = (parameters: object) => ({ values: ['1'], sd: { cols: [], location: '/1' }, parameters })

  async function opened(answer: (call: FakeCall) => object) {
    const fake = await fakeMetastore(answer)
    closing.unshift(fake.close)
    const uris = `thrift://127.0.0.1:${fake.port}`
    const catalog = openMetastore('hive', metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS }))
    closing.unshift(() => catalog.close())
    const calls = async (work: () => Promise<unknown>) => {
      const before = fake.calls.length
      await work()
      return fake.calls.length - before
    }
    return { catalog, calls }
  }

  it('is read again until that is known, and then once a look', async () => {
    let version = '7'
    const shown = () => ({ ...bare, parameters: { transient_lastDdlTime: version } })
    const { catalog, calls } = await opened(() => ({ success: { table: shown() } }))
    const look = () => calls(() => catalog.inspect(table))
    expect([await look(), await look(), await look()]).toEqual([5, 1, 1])
    version = '8'
    expect([await look(), await look()]).toEqual([5, 1])
  })

  it('of partitions likewise, and one that has got columns is no longer taken for such', async () => {
    let shown = [partition({ transient_lastDdlTime: '7' }), { ...partition({}), values: ['2'] }]
    const { catalog, calls } = await opened(() => ({ success: shown }))
    const about = { name: table, kind: 'external', format: 'parquet', location: '/', parameters: {} } as const
    const known = { ...about, columns: [], partitionKeys: columns('day string') }
    const look = () => calls(() => catalog.partitions(known, { want: 'details', among: [['1'], ['2']] }))
    expect([await look(), await look()]).toEqual([2, 1])
    const before = shown
    shown = shown.map(one => ({ ...one, sd: { ...one.sd, cols: stored.sd.cols as never } }))
    expect(await look()).toBe(1)
    shown = before
    expect([await look(), await look()]).toEqual([2, 1])
  })
})

describe('the tables of a database, where a proxy fails on one that is missing', () => {
  const tablesOf = async (isThere: boolean) => {
    const fake = await fakeMetastore(({ method, sequence }) => {
      if (method === 'get_tables')
        return applicationException(method, sequence, 'Internal error processing get_tables', 6)
      return isThere ? { success: { name: 'golden' } } : { NoSuchObjectException: { message: 'golden' } }
    })
    closing.unshift(fake.close)
    const uris = `thrift://127.0.0.1:${fake.port}`
    const catalog = openMetastore('hive', metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS }))
    closing.unshift(() => catalog.close())
    return catalog.otherTables?.('golden', new Set())
  }

  it('are none', async () => {
    expect(await tablesOf(false)).toEqual([])
  })

  it('are unknown, where it is there', async () => {
    await expect(tablesOf(true)).rejects.toThrow('Internal error processing get_tables')
  })
})
