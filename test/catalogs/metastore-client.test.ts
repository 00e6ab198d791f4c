import type { Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { metastoreClient } from '../../shared/catalogs/hms/connection/client.ts'
import { addressesOf } from '../../shared/catalogs/hms/options.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { applicationException, type FakeCall, fakeMetastore, reply } from '../support/fake-metastore.ts'
import { closedPort, relay, serve, serveTls, testAuthority } from '../support/net.ts'
import { gate, NO_LIMITS, stopTimers } from '../support/waiting.ts'

const names = { db_name: 'golden', tbl_name: 'orders', max_parts: -1 }
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const opened = <T extends { close(): unknown }>(thing: T): T => {
  closing.unshift(() => thing.close())
  return thing
}
const fake = async (respond: (call: FakeCall) => object | Buffer | undefined, version?: string) =>
  opened(await fakeMetastore(respond, version))
/** Where nothing else is said, no limit of time ends its calls. */
const client = (ports: number | readonly number[], more: object = {}) => {
  const uris = [ports].flat().map(port => `thrift://localhost:${port}`)
  return opened(metastoreClient(metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS, ...more })))
}
const answering = (...names: string[]) => fake(() => ({ success: names }))

describe('a call to the metastore', () => {
  it('is answered', async () => {
    const { port } = await answering('a=1')
    expect(await client(port).call('get_partition_names', names)).toEqual(['a=1'])
  })

  it('waits for the call before it on the same connection', async () => {
    const sockets = new Set<Socket>()
    const server = await fake(({ args, socket }) => {
      sockets.add(socket)
      return { success: [String(args.tbl_name)] }
    })
    const metastore = client(server.port)
    const tables = Array.from({ length: 20 }, (_, at) => `t${at}`)
    const answers = tables.map(tbl_name => metastore.call('get_partition_names', { ...names, tbl_name }))
    expect(await Promise.all(answers)).toEqual(tables.map(name => [name]))
    expect(sockets.size).toBe(1)
  })

  it('that takes long holds up no other where there are several connections; one suffices for one after another', async () => {
    const sockets = new Set<Socket>()
    const slow: (() => void)[] = []
    const server = await fake(({ args, socket, method, sequence }) => {
      sockets.add(socket)
      if (args.tbl_name !== 'slow') return { success: [String(args.tbl_name)] }
      slow.push(() => socket.write(reply(method, sequence, { success: ['slow'] })))
      return undefined
    })
    const { port } = server
    const options = metastoreOptions.parse({
      kind: 'metastore',
      uris: `thrift://localhost:${port}`,
      ...NO_LIMITS,
    })
    const metastore = opened(metastoreClient(options, 3))
    const ask = (tbl_name: string) => metastore.call('get_partition_names', { ...names, tbl_name })
    for (const name of ['a', 'b', 'c']) expect(await ask(name)).toEqual([name])
    expect(sockets.size).toBe(1)
    const long = [ask('slow'), ask('slow')]
    const quick = await Promise.all(Array.from({ length: 20 }, (_, at) => ask(`t${at}`)))
    expect(quick.flat()).toHaveLength(20)
    while (slow.length < 2) await new Promise(setImmediate)
    for (const answer of slow) answer()
    expect(await Promise.all(long)).toEqual([['slow'], ['slow']])
    expect(sockets.size).toBe(3)
  })

  it.each([
    ['NoSuchObjectException', 'golden.orders', 'NOT_FOUND'],
    [
      'MetaException',
      'Got exception: AccessControlException Permission denied: user=ann',
      'PERMISSION_DENIED',
    ],
    ['MetaException', 'java.net.ConnectException: Connection refused', 'UNAVAILABLE'],
    ['MetaException', 'The table has been modified. The parameter value is 7', 'CONFLICT'],
    ['MetaException', 'One or more instances could not be made persistent', 'UNAVAILABLE'],
    [
      'MetaException',
      "JDOException: Illegal mix of collations (latin1_bin,IMPLICIT) and (utf8mb4_general_ci,COERCIBLE) for operation '='",
      'UNSUPPORTED',
    ],
    ['MetaException', "SQLException: Incorrect string value: '\\xE6\\xB3\\xA8' for column", 'UNSUPPORTED'],
    ['MetaException', 'PSQLException: ERROR: value too long for type character varying(767)', 'UNSUPPORTED'],
    ['MetaException', 'Unable to update Column stats due to: The IN list is empty!', 'NOT_FOUND'],
    ['MetaException', 'NullPointerException', 'INTERNAL'],
  ])('that fails with %s: %s is %3$s', async (fault, message, code) => {
    const { port } = await fake(() => ({ [fault]: { message } }))
    const work = client(port).call('get_partition_names', names)
    await expect(work).rejects.toMatchObject({ code, message: expect.stringContaining(`localhost:${port}`) })
  })

  it('to a method that the server lacks is UNSUPPORTED, and the connection goes on', async () => {
    const server = await fake(({ method, sequence }) =>
      method === 'show_locks'
        ? applicationException(method, sequence, "Invalid method name: 'show_locks'", 1)
        : { success: ['a=1'] },
    )
    const metastore = client(server.port)
    await metastore.call('get_partition_names', names)
    await metastore.call('get_partition_names', names)
    await expect(metastore.call('show_locks', { rqst: {} })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    expect(await metastore.call('get_partition_names', names)).toEqual(['a=1'])
  })
})

describe('a bad server', () => {
  it('that is silent is a TIMEOUT, and the next call connects anew', async () => {
    let silent = true
    const server = await fake(() => (silent ? undefined : { success: [] }))
    const metastore = client(server.port)
    const work = metastore.call('get_partition_names', names, { timeout: 500 })
    await expect(work).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true })
    silent = false
    expect(await metastore.call('get_partition_names', names)).toEqual([])
  })

  it('that never greets is a TIMEOUT', async () => {
    stopTimers()
    const greeted = gate()
    const { port } = opened(await serve(socket => socket.once('data', greeted.open)))
    const work = client(port, { connectTimeout: 100 }).call('getVersion', {})
    await greeted.opened
    vi.advanceTimersByTime(100)
    await expect(work).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('that never greets is waited for by one call: others are told at once, for as long again', async () => {
    let connections = 0
    const { port } = opened(
      await serve(() => {
        connections += 1
      }),
    )
    const metastore = client(port, { connectTimeout: 300 })
    await expect(metastore.call('getVersion', {})).rejects.toMatchObject({ code: 'TIMEOUT' })
    const others = Array.from({ length: 20 }, () => metastore.call('get_partition_names', names))
    for (const other of await Promise.allSettled(others))
      expect(other).toMatchObject({ reason: { code: 'TIMEOUT' } })
    expect(connections).toBeLessThan(20)
  })

  it('that drips bytes is a TIMEOUT too', async () => {
    const bytes = reply('get_partition_names', 1, { success: ['a'.repeat(1000)] })
    const server = await fake(({ socket }) => {
      const timers = [...bytes].map((byte, at) => setTimeout(() => socket.write(Buffer.of(byte)), at * 20))
      socket.on('close', () => timers.forEach(clearTimeout))
      return undefined
    })
    const work = client(server.port, { timeout: 200 }).call('get_partition_names', names)
    await expect(work).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('that closes in the middle of an answer is UNAVAILABLE', async () => {
    const bytes = reply('get_partition_names', 1, { success: ['a=1'] })
    const server = await fake(({ socket }) => {
      socket.end(bytes.subarray(0, 20))
      return undefined
    })
    const work = client(server.port).call('get_partition_names', names)
    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('that resets the connection is UNAVAILABLE', async () => {
    const server = await fake(({ socket }) => {
      socket.resetAndDestroy()
      return undefined
    })
    const work = client(server.port).call('get_partition_names', names)
    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('that announces an answer above the limit is DATA_INVALID at once', async () => {
    const header = reply('get_partition_names', 1, {}).subarray(0, -1)
    // A text of 256 MiB, none of which comes.
    const begun = Buffer.concat([header, Buffer.from([11, 0, 0, 0x10, 0, 0, 0])])
    const { port } = await fake(() => begun)
    const work = client(port).call('get_partition_names', names)
    await expect(work).rejects.toMatchObject({ code: 'DATA_INVALID', retryable: false })
  })

  it('that answers another call is DATA_INVALID', async () => {
    const { port } = await fake(() => reply('get_partition_names', 99, { success: [] }))
    const work = client(port).call('get_partition_names', names)
    await expect(work).rejects.toMatchObject({ code: 'DATA_INVALID' })
  })

  it('that speaks HTTP is said to', async () => {
    const { port } = opened(await serve(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    await expect(client(port).call('getVersion', {})).rejects.toThrow(/HTTP/)
  })

  it('that nobody runs is UNAVAILABLE, with what to check', async () => {
    const work = client(await closedPort()).call('getVersion', {})
    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE', hint: expect.stringContaining('uris') })
  })
})

describe('a server that has answered before', () => {
  const NEVER = /Kerberos|another server/
  const ask = (metastore: ReturnType<typeof client>) => metastore.call('drop_partitions_req', { req: {} })

  it('and closes at one call gave up on that call, which is named', async () => {
    const server = await fake(({ method, socket }) => {
      if (method === 'get_partition_names') return { success: [] }
      socket.destroy()
      return undefined
    })
    const metastore = client(server.port)
    await metastore.call('get_partition_names', names)
    const refused = await ask(metastore).catch(error => error)
    expect(refused).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('drop_partitions_req'),
      hint: expect.stringContaining('gave up on this call'),
    })
    expect(refused.hint).not.toMatch(NEVER)
  })

  it.each([
    ['is gone', false],
    ['takes connections and closes them', true],
  ])('and %s was stopped: no other server is thought of', async (_, listens) => {
    const server = await answering('a=1')
    let closes = false
    const between = opened(
      await relay({ host: '127.0.0.1', port: server.port }, onConnection =>
        serve(socket => (closes ? socket.destroy() : onConnection(socket))),
      ),
    )
    const metastore = client(between.port)
    await metastore.call('get_partition_names', names)
    closes = true
    if (listens) between.cut()
    else await between.close()
    const refused = await ask(metastore).catch(error => error)
    expect(refused).toMatchObject({ code: 'UNAVAILABLE', hint: expect.stringContaining('answered before') })
    expect(refused.hint).not.toMatch(NEVER)
  })

  it('is not one that never did', async () => {
    const { port } = opened(await serve(socket => socket.destroy()))
    const refused = await ask(client(port)).catch(error => error)
    expect(refused.hint).toMatch(NEVER)
  })
})

describe('an abort', () => {
  it('ends a call in flight, and the next one connects anew', async () => {
    const { signal, abort } = abortable()
    const server = await fake(({ args }) => {
      if (args.tbl_name !== 'slow') return { success: [] }
      abort()
      return undefined
    })
    const metastore = client(server.port)
    const work = metastore.call('get_partition_names', { ...names, tbl_name: 'slow' }, { signal })
    await expect(work).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await metastore.call('get_partition_names', names)).toEqual([])
  })

  it('of a call that still waits leaves the one before it alone', async () => {
    const { signal, abort } = abortable()
    const server = await fake(() => {
      abort()
      return { success: ['a=1'] }
    })
    const metastore = client(server.port)
    const first = metastore.call('get_partition_names', names)
    const second = metastore.call('get_partition_names', names, { signal })
    await Promise.all([
      expect(first).resolves.toEqual(['a=1']),
      expect(second).rejects.toMatchObject({ code: 'ABORTED' }),
    ])
    expect(server.calls).toHaveLength(1)
  })

  it('while connecting does not wait for the connection', async () => {
    const { signal, abort } = abortable()
    const { port } = opened(await serve(abort))
    await expect(client(port).call('get_partition_names', names, { signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })
})

describe('several servers', () => {
  it('the first that answers is kept', async () => {
    const [first, second] = [await answering('first'), await answering('second')]
    const metastore = client([await closedPort(), second.port, first.port])
    expect(await metastore.call('get_partition_names', names)).toEqual(['second'])
    expect(await metastore.call('get_partition_names', names)).toEqual(['second'])
    expect(first.calls).toEqual([])
  })

  it('a lost server is followed by the next, in the same call', async () => {
    const [first, second] = [await answering('first'), await answering('second')]
    const metastore = client([first.port, second.port])
    expect(await metastore.call('get_partition_names', names)).toEqual(['first'])
    await first.close()
    expect(await metastore.call('get_partition_names', names)).toEqual(['second'])
  })

  it('a connection that was closed while idle is opened again without a failure', async () => {
    const server = await answering('a=1')
    const between = opened(await relay({ host: '127.0.0.1', port: server.port }))
    const metastore = client(between.port)
    await metastore.call('get_partition_names', names)
    between.cut()
    expect(await metastore.call('get_partition_names', names)).toEqual(['a=1'])
  })

  it('where none answers, all are named', async () => {
    const ports = [await closedPort(), await closedPort()]
    const work = client(ports).call('getVersion', {})
    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(client(ports).call('getVersion', {})).rejects.toThrow(
      new RegExp(`:${ports[0]}.*:${ports[1]}`),
    )
  })
})

describe('TLS', () => {
  const behindTls = async () => {
    const server = await answering('a=1')
    return opened(await relay({ host: '127.0.0.1', port: server.port }, serveTls))
  }

  it('works with the authority that signed the certificate', async () => {
    const { port } = await behindTls()
    const metastore = client(port, { tls: { ca: testAuthority } })
    expect(await metastore.call('get_partition_names', names)).toEqual(['a=1'])
  })

  it('is refused without that authority, and where the name is another', async () => {
    const { port } = await behindTls()
    const refused = { code: 'UNAVAILABLE', retryable: false, hint: expect.stringContaining('tls.ca') }
    await expect(client(port, { tls: true }).call('getVersion', {})).rejects.toMatchObject(refused)
    const uris = `thrift://127.0.0.1:${port}`
    await expect(
      client(0, { uris, tls: { ca: testAuthority } }).call('getVersion', {}),
    ).rejects.toMatchObject(refused)
  })

  it('is missed by a plain client, which says so', async () => {
    const { port } = await behindTls()
    const work = client(port).call('getVersion', {})
    await expect(work).rejects.toThrow(/TLS|closed/)
  })

  it('to a plain server fails in time', async () => {
    const { port } = await answering()
    const work = client(port, { tls: true, connectTimeout: 500 }).call('getVersion', {})
    await expect(work).rejects.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|TIMEOUT/) })
  })

  it('names the setting whose file cannot be read', async () => {
    const work = client(await closedPort(), { tls: { ca: '/nowhere/ca.pem' } }).call('getVersion', {})
    await expect(work).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('tls.ca'),
    })
  })
})

describe('settings', () => {
  const parse = (uris: unknown) => metastoreOptions.safeParse({ kind: 'metastore', uris })

  it('take several URIs, as a list or with commas, with 9083 as their port', () => {
    const addresses = [
      { host: 'a.example', port: 9083 },
      { host: '::1', port: 9084 },
    ]
    for (const uris of [
      'thrift://a.example, thrift://[::1]:9084',
      ['thrift://a.example/', 'thrift://[::1]:9084'],
    ])
      expect(addressesOf(parse(uris).data!)).toEqual(addresses)
  })

  it.each([
    '',
    'a.example:9083',
    'http://a.example',
    'thrift://a.example:0',
    'thrift://a:99999',
    'thrift://u:p@a',
  ])('refuse %s as a URI', uris => {
    expect(parse(uris).success).toBe(false)
  })
})

it('a call is not made on a closed client', async () => {
  const { port } = await answering()
  const metastore = client(port)
  await metastore.call('getVersion', {})
  metastore.close()
  await expect(metastore.call('get_partition_names', names)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
