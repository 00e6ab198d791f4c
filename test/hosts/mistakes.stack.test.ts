/** The wrong ports of real servers: what they answer is what `mistakes.test.ts` has its doubles answer. */
import { afterEach, expect, it } from 'vitest'
import { type ErrorSummary, summarizeError } from '../../shared/base/errors.ts'
import { openCatalog } from '../../shared/catalogs/open.ts'
import { openEngine } from '../../shared/engines/open.ts'
import { openStorage } from '../../shared/storages/open.ts'
import { describeStack, stack } from '../support/stack.ts'
import { columns } from '../support/types.ts'
import { NO_LIMITS } from '../support/waiting.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const portOf = (uri: string) => Number(new URL(uri.replace(/^[a-z]+:/, 'http:')).port)
const rpc = portOf(stack.hdfs.uri)
const nameNode = portOf(stack.hdfs.webhdfs)
const trino = portOf(stack.trino.url)

const told = async (work: Promise<unknown>): Promise<ErrorSummary> =>
  work.then(
    () => expect.fail('nothing was refused'),
    (error: unknown) => summarizeError(error),
  )

async function inspect(options: object) {
  const catalog = await openCatalog('hive', { ...NO_LIMITS, ...options })
  closing.push(() => catalog.close())
  return catalog.inspect({ database: 'default', name: 'nothing' })
}
const metastore = (port: number, more = {}) =>
  inspect({ kind: 'metastore', uris: `thrift://127.0.0.1:${port}`, ...more })
const hive = (port: number, more = {}) => inspect({ kind: 'hiveserver2', host: '127.0.0.1', port, ...more })

async function list(namenode: string) {
  const storage = await openStorage('hdfs://127.0.0.1/golden', { namenodes: [namenode] })
  closing.push(() => storage.close())
  return storage.list('hdfs://127.0.0.1/golden')
}
const engine = async (url: string, more = {}) => {
  const opened = await openEngine('trino', { kind: 'trino', url, ...more }, ['hive'])
  const wanted = {
    table: { database: 'default', name: 'nothing' },
    keys: columns('dt string'),
    partitions: [['a']],
  }
  return opened.visible([wanted])
}

describeStack(
  ['hdfs', 'postgres', 'metastore', 'hiveserver2', 'trino'],
  'a real server that is not the one that was meant',
  () => {
    it.each([
      [
        "the NameNode's RPC port for WebHDFS",
        () => list(`http://127.0.0.1:${rpc}`),
        /is the RPC port/,
        /9870/,
      ],
      [
        "the metastore's for WebHDFS",
        () => list(`http://127.0.0.1:${stack.metastore.port}`),
        /broke the connection/,
        /check the port/,
      ],
      ['https for WebHDFS', () => list(`https://127.0.0.1:${nameNode}`), /does not speak TLS/, /http:\/\//],
      [
        "HiveServer2's for the metastore",
        () => metastore(stack.hiveserver2.port),
        /set_ugi: the server closed/,
        /HiveServer2, PostgreSQL/,
      ],
      [
        "PostgreSQL's for the metastore",
        () => metastore(portOf(stack.postgres.metastore)),
        /set_ugi: the server closed/,
        /HiveServer2, PostgreSQL/,
      ],
      [
        "the NameNode's RPC port for the metastore",
        () => metastore(rpc),
        /set_ugi: the server closed/,
        /RPC port of a NameNode/,
      ],
      ["the NameNode's for the metastore", () => metastore(nameNode), /answered in HTTP/, /check the port/],
      ['TLS for the metastore', () => metastore(stack.metastore.port, { tls: true }), /TLS/, /tls: false/],
      ["the metastore's for HiveServer2", () => hive(stack.metastore.port), /./, /another server/],
      [
        "the metastore's for HiveServer2 without SASL",
        () => hive(stack.metastore.port, { auth: 'nosasl' }),
        /OpenSession/,
        /kind: metastore/,
      ],
      ["Trino's for HiveServer2", () => hive(trino), /answered in HTTP/, /correct port/],
      [
        'https for Trino',
        () => engine(stack.trino.url.replace('http:', 'https:')),
        /does not speak TLS/,
        /http:\/\//,
      ],
      [
        "the NameNode's RPC port for Trino",
        () => engine(`http://127.0.0.1:${rpc}`),
        /Trino 127\.0\.0\.1/,
        /port|another server/,
      ],
      [
        'a catalog that Trino has not',
        () => engine(stack.trino.url, { catalog: 'nope' }),
        /CATALOG_NOT_FOUND/,
        /SHOW CATALOGS/,
      ],
    ] as const)('%s', async (_, work, says, hint) => {
      const error = await told(work())
      expect(error.message).toMatch(says)
      expect(error.hint).toMatch(hint)
    })
  },
)
