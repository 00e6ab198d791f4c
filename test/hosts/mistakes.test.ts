/**
 * What people get wrong, and what they are then told: what happened, to what, and what to do. Each row is one mistake, tried on a
 * server (or a text) that behaves like the wrong one.
 */
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ErrorSummary, GoldsyncError, summarizeError } from '../../shared/base/errors.ts'
import { duckdbError } from '../../shared/catalogs/duckdb/errors.ts'
import { socketError } from '../../shared/catalogs/hms/connection/errors.ts'
import { openCatalog } from '../../shared/catalogs/open.ts'
import { openEngine } from '../../shared/engines/open.ts'
import { queryError, requestError } from '../../shared/engines/statements/errors.ts'
import { hiveError } from '../../shared/hiveserver2/errors.ts'
import { connectionError } from '../../shared/storages/connection-error.ts'
import { openStorage } from '../../shared/storages/open.ts'
import { applicationException, type FakeCall, fakeMetastore } from '../support/fake-metastore.ts'
import { closedPort, serve } from '../support/net.ts'
import { gate, NO_LIMITS, stopTimers } from '../support/waiting.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server by what it does with a connection; its port. */
async function at(onConnection: (socket: Socket) => void, listen = serve): Promise<number> {
  const server = await listen(onConnection)
  closing.push(() => server.close())
  return server.port
}

const closes = (socket: Socket) => void socket.once('data', () => socket.end())
const says = (bytes: string | Buffer) => (socket: Socket) => void socket.once('data', () => socket.end(bytes))
const thriftThatKnowsNothing = (socket: Socket) =>
  void socket.once('data', bytes => {
    const sequence = bytes.readUInt32BE(8 + bytes.readUInt32BE(4))
    socket.write(applicationException('set_ugi', sequence, "Invalid method name: 'set_ugi'", 1))
  })
const hadoopRpc = says(
  'HTTP/1.1 404 Not Found\r\nContent-type: text/plain\r\n\r\nIt looks like you are making an HTTP request to a Hadoop IPC port. This is not the correct port for the web interface on this daemon.\r\n',
)
/** A fatal alert, handshake_failure. */
const tlsAlert = Buffer.from([0x15, 3, 3, 0, 2, 2, 40])

async function web(status: number, body: string, type = 'text/html'): Promise<number> {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return (server.address() as AddressInfo).port
}

const dataNode = JSON.stringify({
  RemoteException: {
    exception: 'IllegalArgumentException',
    message: 'Invalid value for webhdfs parameter "op": Invalid operation LISTSTATUS',
  },
})

/** What the work is refused with, as it leaves the process. */
async function told(work: () => unknown): Promise<ErrorSummary> {
  try {
    await work()
  } catch (error) {
    expect(error).toBeInstanceOf(GoldsyncError)
    return summarizeError(error)
  }
  throw new Error('nothing was refused')
}

const NAME = { database: 'golden', name: 'orders' }

async function inspect(options: object): Promise<unknown> {
  const catalog = await openCatalog('hive', { ...options })
  closing.push(() => catalog.close())
  return catalog.inspect(NAME)
}
const metastore = (port: number, more = {}) =>
  inspect({ kind: 'metastore', uris: `thrift://127.0.0.1:${port}`, ...NO_LIMITS, ...more })
const hive = (port: number, more = {}) =>
  inspect({ kind: 'hiveserver2', host: '127.0.0.1', port, ...NO_LIMITS, ...more })
const glueAt = (endpoint: string) =>
  inspect({ kind: 'glue', endpoint, accessKeyId: 'a', secretAccessKey: 'b', attempts: 1 })

async function list(location: string, options: object): Promise<unknown> {
  const storage = await openStorage(location, { ...options })
  closing.push(() => storage.close())
  return storage.list(location)
}
const hdfs = (namenode: string) => list('hdfs://nn/golden', { namenodes: [namenode] })
const s3 = (endpoint: string) =>
  list('s3://bucket/golden', { endpoint, accessKeyId: 'a', secretAccessKey: 'b' })

const statement = async (kind: 'trino' | 'presto', url: string, more = {}) => {
  const engine = await openEngine(kind, { kind, url, ...more }, ['hive'])
  return engine.reader()
}

const faulty = async (fault: (call: FakeCall) => object | Buffer | undefined) => {
  const server = await fakeMetastore(fault)
  closing.push(() => server.close())
  return server.port
}
const failing = (message: string) => faulty(() => ({ MetaException: { message } }))

interface Row {
  readonly mistake: string
  readonly work: () => unknown
  readonly says: RegExp
  readonly hint: RegExp
}

const rows = (...all: readonly (readonly [string, Row['work'], RegExp, RegExp])[]): readonly Row[] =>
  all.map(([mistake, work, says, hint]) => ({ mistake, work, says, hint }))

const tells =
  ({ work, says, hint }: Row) =>
  async () => {
    const error = await told(work)
    expect(error.message).toMatch(says)
    expect(error.hint).toMatch(hint)
    expect(error.code).not.toBe('INTERNAL')
  }

describe('the wrong server, or the wrong port of it', () => {
  const table = rows(
    // WebHDFS
    [
      "a NameNode's RPC port for WebHDFS",
      async () => hdfs(`http://127.0.0.1:${await at(hadoopRpc)}`),
      /127\.0\.0\.1:\d+ is the RPC port/,
      /storage\.namenodes.*9870/,
    ],
    [
      "a DataNode's port for WebHDFS",
      async () => hdfs(`http://127.0.0.1:${await web(400, dataNode, 'application/json')}`),
      /is a DataNode's port/,
      /storage\.namenodes.*9870/,
    ],
    [
      'a web page for WebHDFS',
      async () => hdfs(`http://127.0.0.1:${await web(404, '<html>no</html>')}`),
      /answered 404, not as WebHDFS does/,
      /9870/,
    ],
    [
      'a port for WebHDFS that speaks something else',
      async () => hdfs(`http://127.0.0.1:${await at(closes)}`),
      /no NameNode answered: http:\/\/127\.0\.0\.1:\d+ broke the connection/,
      /check the port in storage\.namenodes/,
    ],
    [
      'a NameNode that is not there',
      async () => hdfs(`http://127.0.0.1:${await closedPort()}`),
      /refused the connection/,
      /storage\.namenodes.*HDFS runs/,
    ],
    [
      'https for a NameNode that speaks http',
      async () => hdfs(`https://127.0.0.1:${await web(200, '{}')}`),
      /https:\/\/127\.0\.0\.1:\d+ does not speak TLS/,
      /write http:\/\/ in storage\.namenodes/,
    ],
    [
      'http for a NameNode that speaks https',
      async () => hdfs(`http://127.0.0.1:${await at(says(tlsAlert))}`),
      /speaks TLS/,
      /write https:\/\/ in storage\.namenodes/,
    ],
    // S3, Glue
    [
      'an endpoint of S3 that speaks no HTTP',
      async () => s3(`http://127.0.0.1:${await at(says('\u0000\u0001nothing'))}`),
      /s3:\/\/bucket\/golden: http:\/\/127\.0\.0\.1:\d+ does not speak HTTP/,
      /the port in storage\.endpoint/,
    ],
    [
      'an S3 that breaks each connection',
      async () => s3(`http://127.0.0.1:${await at(socket => void socket.destroy())}`),
      /http:\/\/127\.0\.0\.1:\d+ (broke the connection|closed)/,
      /storage\.endpoint/,
    ],
    [
      'https for an S3 that speaks http',
      async () => s3(`https://127.0.0.1:${await web(200, '')}`),
      /does not speak TLS/,
      /write http:\/\/ in storage\.endpoint/,
    ],
    [
      'https for a Glue that speaks http',
      async () => glueAt(`https://127.0.0.1:${await web(200, '')}`),
      /Glue 127\.0\.0\.1:\d+: GetTable: the server does not speak TLS/,
      /write http:\/\/ in endpoint/,
    ],
    // metastore
    [
      'a metastore at a port that closes (HiveServer2, PostgreSQL, RPC)',
      async () => metastore(await at(closes)),
      /metastore 127\.0\.0\.1:\d+: set_ugi: the server closed the connection/,
      /another server.*HiveServer2, PostgreSQL.*9083.*TLS.*Kerberos/,
    ],
    [
      'a metastore at an HTTP port',
      async () => metastore(await web(400, '')),
      /set_ugi: the server answered in HTTP/,
      /check the port/,
    ],
    [
      'a metastore at MySQL',
      async () => metastore(await at(socket => void socket.write('J\u0000\u0000\u0000\u000a8.0.36\u0000'))),
      /MySQL or MariaDB listens there/,
      /check the port/,
    ],
    [
      'a metastore at an SSH server',
      async () => metastore(await at(socket => void socket.write('SSH-2.0-OpenSSH_9.2\r\n'))),
      /an SSH server listens there/,
      /check the port/,
    ],
    [
      'a metastore that asks for SASL',
      async () => metastore(await at(says(Buffer.from([4, 0, 0, 0, 3, 97, 98, 99])))),
      /answered in SASL, as a metastore that wants auth .*, or HiveServer2/,
      /check the port/,
    ],
    [
      'a metastore at a HiveServer2 without SASL',
      async () => metastore(await at(thriftThatKnowsNothing)),
      /set_ugi: Invalid method name/,
      /another Thrift server.*HiveServer2.*9083/,
    ],
    [
      'TLS for a metastore without it',
      async () => metastore(await at(says('\u0000\u0001nothing')), { tls: true }),
      /metastore 127\.0\.0\.1:\d+: the server does not speak TLS/,
      /tls: false/,
    ],
    [
      'TLS for a metastore whose port closes',
      async () => metastore(await at(closes), { tls: true }),
      /metastore 127\.0\.0\.1:\d+: the server closed the connection at the first word of TLS/,
      /^it may speak no TLS \(tls: false\); (?!.*expects TLS)/,
    ],
    [
      'a metastore that is not there',
      async () => metastore(await closedPort()),
      /metastore 127\.0\.0\.1:\d+: the connection was refused/,
      /check uris, and that the metastore is running/,
    ],
    [
      'a metastore that is not at an IPv6 address',
      async () => inspect({ kind: 'metastore', uris: `thrift://[::1]:${await closedPort()}`, ...NO_LIMITS }),
      /metastore \[::1\]:\d+: /,
      /check uris|check the host in uris/,
    ],
    [
      'no TLS for a metastore with it',
      async () => metastore(await at(says(tlsAlert))),
      /speaks TLS; set tls/,
      /tls/,
    ],
    // HiveServer2
    [
      'HiveServer2 at an HTTP port',
      async () => hive(await at(says('HTTP/1.1 400 Illegal character\r\n\r\n'))),
      /HiveServer2 127\.0\.0\.1:\d+: the server answered in HTTP/,
      /transport: http.*correct port/,
    ],
    [
      'HiveServer2 at a port that closes (a metastore, a database)',
      async () => hive(await at(closes)),
      /HiveServer2 127\.0\.0\.1:\d+: /,
      /a metastore and a database close.*10000/,
    ],
    [
      'HiveServer2 by HTTP with a path of another server',
      async () => hive(await web(404, ''), { transport: 'http' }),
      /404/,
      /check path.*port/,
    ],
    [
      'TLS for a HiveServer2 without it',
      async () => hive(await at(says('no TLS here, but a text')), { tls: true }),
      /HiveServer2/,
      /tls: false/,
    ],
    // engines
    [
      'https for a Trino that speaks http',
      async () => statement('trino', `https://127.0.0.1:${await web(200, '{}')}`),
      /Trino 127\.0\.0\.1:\d+ does not speak TLS/,
      /write http:\/\/ in url/,
    ],
    [
      'http for a Presto that speaks https',
      async () => statement('presto', `http://127.0.0.1:${await at(says(tlsAlert))}`),
      /Presto 127\.0\.0\.1:\d+ speaks TLS/,
      /write https:\/\/ in url/,
    ],
    [
      'Trino at a port that closes',
      async () => statement('trino', `http://127.0.0.1:${await at(closes)}`),
      /Trino 127\.0\.0\.1:\d+: socket hang up/,
      /another server.*https/,
    ],
    [
      'Trino at another web server',
      async () => statement('trino', `http://127.0.0.1:${await web(404, '')}`),
      /404/,
      /check url/,
    ],
  )
  it.each(table)('$mistake', row => tells(row)())
})

describe('a server that is right, and cannot do what it is asked for', () => {
  const table = rows(
    [
      'a metastore without the jars of S3',
      async () =>
        metastore(
          await failing(
            'java.lang.RuntimeException: java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found',
          ),
        ),
      /get_table\w*: .*S3AFileSystem not found/,
      /the metastore itself.*hadoop-aws and the AWS SDK's bundle.*classpath/,
    ],
    [
      'a location that a metastore knows by another scheme',
      async () =>
        metastore(
          await failing(
            'Got exception: org.apache.hadoop.fs.UnsupportedFileSystemException No FileSystem for scheme "s3"',
          ),
        ),
      /No FileSystem for scheme/,
      /s3a:\/\/.*catalogLocations/,
    ],
    [
      'a HiveServer2 without the jars of a file system',
      () => {
        throw hiveError(hiveSays('MetaException(message:No FileSystem for scheme: gs)'), 'hs2:10000')
      },
      /HiveServer2 hs2:10000: .*No FileSystem/,
      /HiveServer2 itself.*the jars of that file system/,
    ],
    [
      'a metastore, or a proxy before it, that breaks off a call after it has answered others',
      async () =>
        metastore(
          await faulty(({ socket }) => {
            socket.end()
            return undefined
          }),
        ),
      /get_table\w*: the server closed the connection/,
      /has answered before.*proxy/,
    ],
    [
      'a database of the metastore that is told by its JDBC text',
      async () =>
        metastore(
          await failing(
            'Unable to open a test connection to jdbc:mysql://db:3306/hive?user=hive&password=hunter2&useSSL=false (ConnectionPassword=hunter2): Communications link failure',
          ),
        ),
      /password=\[Redacted\]&useSSL=false \(ConnectionPassword=\[Redacted\]\)/,
      /cannot reach its database/,
    ],
    [
      'a name that Trino does not know its catalog by',
      () => fail(trinoSays('CATALOG_NOT_FOUND', "line 1:15: Catalog 'hiv' not found")),
      /Trino t:8080: CATALOG_NOT_FOUND/,
      /SHOW CATALOGS/,
    ],
    [
      "a catalog of Trino's over another metastore",
      () => fail(trinoSays('SCHEMA_NOT_FOUND', "line 1:15: Schema 'golden' does not exist")),
      /Schema 'golden' does not exist/,
      /not over the metastore that goldsync writes to/,
    ],
    [
      'a catalog of Presto of another name',
      () => fail(trinoSays('SYNTAX_ERROR', 'Catalog hiv does not exist')),
      /Catalog hiv/,
      /SHOW CATALOGS/,
    ],
    [
      'a Trino that cannot flush what is no cache',
      () => fail(trinoSays('PROCEDURE_NOT_FOUND', 'Procedure not registered: system.flush_metadata_cache')),
      /Procedure not registered/,
      /caching: false/,
    ],
    [
      'a Trino without room for more queries',
      () => fail(trinoSays('QUERY_QUEUE_FULL', 'Too many queued queries', 'INSUFFICIENT_RESOURCES')),
      /Too many queued/,
      /too many queries/,
    ],
    [
      'a Trino whose password is wrong',
      () => fail(requestError({ message: 'status 401', response: { status: 401 } }, 'Trino t:8443')),
      /Trino t:8443/,
      /user, password and token/,
    ],
    [
      'a host name of the engine that nobody knows',
      () => fail(requestError(errno('ENOTFOUND'), 'Trino trino.example:8080')),
      /trino\.example/,
      /host in url/,
    ],
    [
      'a host name of a NameNode that nobody knows',
      () =>
        fail(connectionError({ origin: 'http://nn1:9870', key: 'storage.namenodes' }, errno('ENOTFOUND'))),
      /nn1:9870 has a host name that is not known here/,
      /storage\.namenodes.*DNS/,
    ],
    [
      'a port that is known to be of another',
      () => fail(socketError(new Error('the server closed the connection'), { server: 'db:5432' })),
      /metastore db:5432/,
      /port 5432 is usually PostgreSQL's/,
    ],
    [
      'a catalog file that another program holds',
      () =>
        fail(
          duckdbError(
            '/data/catalog.duckdb',
            'write',
            new Error('Could not set lock on file: Conflicting lock is held in /usr/bin/duckdb (PID 12)'),
          ),
        ),
      /held by \/usr\/bin\/duckdb \(PID 12\)/,
      /close it/,
    ],
    [
      'a catalog file in a folder that is not there',
      () => inspect({ kind: 'duckdb', file: '/there/is/no/folder/catalog.duckdb' }),
      /the folder \/there\/is\/no\/folder of the catalog file does not exist/,
      /make the folder/,
    ],
  )
  it.each(table)('$mistake', row => tells(row)())
})

const fail = (error: unknown): never => {
  throw error
}
const errno = (code: string) => Object.assign(new Error(`getaddrinfo ${code}`), { code })
const hiveSays = (errorMessage: string) =>
  Object.assign(new Error('failed'), { response: { operationState: 5, errorCode: 1, errorMessage } })
const trinoSays = (errorName: string, message: string, errorType = 'USER_ERROR') =>
  queryError({ errorName, errorType, message }, 'Trino t:8080')

describe('a server that takes the connection and says nothing', () => {
  it.each([
    [
      'a metastore',
      (port: number) => metastore(port, { connectTimeout: 400 }),
      /set_ugi: no answer within 400 ms/,
      /is it a metastore.*9083.*connectTimeout/,
    ],
    [
      'HiveServer2',
      (port: number) => hive(port, { connectTimeout: 400 }),
      /no answer within 400 ms/,
      /is it HiveServer2.*10000.*connectTimeout/,
    ],
    [
      'a NameNode',
      (port: number) => list('hdfs://nn/x', { namenodes: [`http://127.0.0.1:${port}`], timeout: 400 }),
      /127\.0\.0\.1:\d+ did not answer within 400 ms \(LISTSTATUS_BATCH \/x\)/,
      /another server.*storage\.timeout/,
    ],
  ] as const)('%s', async (_, work, says, hint) => {
    stopTimers()
    const connected = gate()
    const port = await at(socket => void socket.once('data', connected.open))
    const refused = told(() => work(port))
    await connected.opened
    await vi.advanceTimersByTimeAsync(400)
    const error = await refused
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true })
    expect(error.message).toMatch(says)
    expect(error.hint).toMatch(hint)
  })

  it('Trino', async () => {
    const port = await at(() => undefined)
    const error = await told(() => statement('trino', `http://127.0.0.1:${port}`, { timeout: 300 }))
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true })
    expect(error.message).toMatch(/no result within 300 ms \(its version\)/)
    expect(error.hint).toMatch(/another server.*timeout/)
  })
})
