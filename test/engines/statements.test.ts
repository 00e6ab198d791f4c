/** What no Trino or Presto of the stack can be made to do: another kind's server, newer procedures, failures of each kind. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as bodyOf } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../shared/engines/engine.ts'
import { openEngine } from '../../shared/engines/open.ts'
import { columns } from '../support/types.ts'

interface Request {
  readonly headers: IncomingMessage['headers']
  readonly statement: string
}

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

/** A coordinator of a version: refuses the other kind's headers as the real ones do, and answers statements. */
async function coordinator(version: string, answer: (statement: string) => object = () => ({ data: [] })) {
  const [prefix, status] = version.startsWith('0.') ? ['x-presto-user', 400] : ['x-trino-user', 401]
  const requests: Request[] = []
  const server = createServer(async (request, response) => {
    const json = (body: object) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    if (request.url === '/v1/info') return json({ nodeVersion: { version } })
    if (!request.headers[prefix as string])
      return response.writeHead(status as number).end('User must be set')
    const statement = await bodyOf(request)
    requests.push({ headers: request.headers, statement })
    return json({ id: 'q1', ...answer(statement) })
  })
  open.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

const orders = { database: 'gold', name: 'orders' }
const keys = columns('dt date')
const visible = (engine: Engine) => engine.visible([{ table: orders, keys, partitions: [['2026-11-21']] }])
const read = (engine: Engine) =>
  engine.read({
    table: orders,
    keys,
    partition: ['2026-11-21'],
    file: 'a.parquet',
    location: 'hdfs://h/orders/1/',
    columns: columns('id bigint'),
    conditions: [{ column: columns('id bigint')[0]!, value: '7' }],
  })

describe('verify', () => {
  it.each([
    { kind: 'trino', url: 'http://h' },
    { kind: 'presto', url: 'http://h' },
    { kind: 'hive', host: 'h' },
  ])('is what the config says, for $kind', async options => {
    expect((await openEngine('e', options)).verify).toBe('read')
    expect((await openEngine('e', { ...options, verify: 'off' })).verify).toBe('off')
  })
})

describe('partitions whose keys may be null', () => {
  const NULL = '__HIVE_DEFAULT_PARTITION__'
  const conditions = async (
    kind: 'trino' | 'presto',
    tables: 'hive' | 'iceberg',
    key: string,
    values: readonly string[],
  ) => {
    const { url, requests } = await coordinator(kind === 'trino' ? '476' : '0.287')
    const engine = await openEngine(kind, { kind, url }, [], tables)
    const partitions = values.map(value => [value])
    await engine.visible([{ table: orders, keys: columns(key), partitions }])
    return requests.map(({ statement }) => statement.split(' WHERE ')[1]?.replace(/ GROUP BY .*/, ''))
  }
  const asText = (key: string, ...values: string[]) =>
    `(coalesce(CAST(${key} AS varchar), '${NULL}')) IN (${values.map(value => `('${value}')`).join(', ')})`

  it.each([
    ['trino', 'iceberg', ['"hr"', '"partition"."hr"']],
    ['trino', 'hive', ['"hr"']],
    ['presto', 'hive', ['"hr"']],
  ] as const)('are looked for by what %s pushes down, in tables of %s', async (kind, tables, named) => {
    const one = (value: number) => `CAST('${value}' AS integer)`
    expect(await conditions(kind, tables, 'hr int', ['7', NULL, '8'])).toEqual(
      named.map(
        key => `(${key} IN (${one(7)}, ${one(8)}) OR ${key} IS NULL) AND ${asText(key, '7', NULL, '8')}`,
      ),
    )
    expect(await conditions(kind, tables, 'hr string', [NULL])).toEqual(
      named.map(key => `${key} IS NULL AND ${asText(key, NULL)}`),
    )
    // Of a type whose text is not surely the engine's, null alone can be written.
    expect(await conditions(kind, tables, 'hr timestamp', [NULL])).toEqual(
      named.map(key => `${key} IS NULL AND ${asText(key, NULL)}`),
    )
    expect(await conditions(kind, tables, 'hr timestamp', [NULL, 'x'])).toEqual(
      named.map(key => asText(key, NULL, 'x')),
    )
  })
})

describe.each(['trino', 'presto'] as const)('views over a table in %s', kind => {
  it('are those that name it as a whole, by one statement', async () => {
    const { url, requests } = await coordinator(kind === 'trino' ? '476' : '0.287', () => ({
      data: [
        ['all', 'SELECT *\nFROM\n  hive.gold.orders\n'],
        ['distinct_of', 'SELECT DISTINCT o.*\nFROM\n  hive.gold."Orders" o\n'],
        ['more', 'SELECT\n  1 n\n, *\nFROM\n  orders\n'],
        ['counted', 'SELECT "count"(*) n, (a * b) p\nFROM\n  hive.gold.orders\n'],
        ['other', 'SELECT *\nFROM\n  hive.gold.orders_old\n'],
        ['another', 'SELECT *\nFROM\n  hive.gold.old$orders\n'],
      ],
    }))
    const engine = await openEngine(kind, { kind, url, catalog: 'lake' })
    expect(await engine.viewsOver?.({ database: "it's", name: 'orders' })).toEqual([
      { name: 'all', selectsAll: true },
      { name: 'distinct_of', selectsAll: true },
      { name: 'more', selectsAll: true },
      { name: 'counted', selectsAll: false },
    ])
    expect(requests.map(({ statement }) => statement)).toEqual([
      expect.stringMatching(/"lake"\.information_schema\.views WHERE table_schema = 'it''s' .*LIMIT 100$/),
    ])
  })
})

describe('kind', () => {
  it('trino says that the server is Presto, and presto that it is Trino', async () => {
    for (const [kind, other, version] of [
      ['trino', 'presto', '0.297'],
      ['presto', 'trino', '476'],
    ] as const) {
      const { url } = await coordinator(version)
      const engine = await openEngine(kind, { kind, url })
      for (const call of [() => visible(engine), () => engine.reader()]) {
        await expect(call()).rejects.toMatchObject({
          code: 'CONFIG_INVALID',
          message: expect.stringContaining(`is a ${other} server, version ${version}`),
          hint: `set kind: ${other} for this engine`,
        })
      }
    }
  })
})

describe('presto', () => {
  it('sends its own headers, and makes a newer version forget a table by the documented call', async () => {
    const { url, requests } = await coordinator('0.297')
    const engine = await openEngine('presto', {
      kind: 'presto',
      url,
      user: 'ann',
      catalog: 'lake',
      caching: true,
    })
    await engine.refresh({ database: 'gold', name: "it's" })
    expect(requests).toMatchObject([
      {
        statement: `CALL "lake".system.invalidate_metastore_cache(schema_name => 'gold', table_name => 'it''s')`,
        headers: {
          'x-presto-user': 'ann',
          'x-presto-source': 'goldsync',
          'x-presto-catalog': 'lake',
          'x-presto-session': 'query_max_run_time=60s',
        },
      },
    ])
    expect(requests[0]?.headers).not.toHaveProperty('x-trino-user')
  })

  it('says what is missing where the cache is not enabled', async () => {
    const error = {
      message: 'Metastore Cache is not enabled',
      errorName: 'NOT_SUPPORTED',
      errorType: 'USER_ERROR',
    }
    const { url } = await coordinator('0.297', () => ({ error }))
    const engine = await openEngine('presto', { kind: 'presto', url, caching: true })
    await expect(engine.refresh(orders)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('Metastore Cache is not enabled'),
      hint: expect.stringContaining('hive.metastore-cache-ttl'),
    })
  })

  it('asks once whether columns are taken by position', async () => {
    const { url, requests } = await coordinator('0.287-b8952fa', () => ({
      data: [['hive.parquet_use_column_names', 'true', 'false', 'boolean', '']],
    }))
    const engine = await openEngine('presto', { kind: 'presto', url })
    const reader = { kind: 'presto', version: '0.287-b8952fa', byPosition: false }
    expect([await engine.reader(), await engine.reader()]).toEqual([reader, reader])
    expect(requests).toHaveLength(1)
  })
})

describe.each(['trino', 'presto'] as const)('what %s says of a file', kind => {
  const version = kind === 'trino' ? '476' : '0.287'
  const failing = async (errorName: string, message: string, errorType = 'EXTERNAL') => {
    const { url } = await coordinator(version, () => ({ error: { message, errorName, errorType } }))
    return read(await openEngine(kind, { kind, url }))
  }

  it('is one statement where the file lies at its location', async () => {
    const { url, requests } = await coordinator(version, () => ({
      data: [
        [-1, 'abc'],
        [0, ''],
      ],
    }))
    expect(await read(await openEngine(kind, { kind, url }))).toEqual({ outcome: 'read', lost: [] })
    expect(requests.map(({ statement }) => statement)).toEqual([
      expect.stringContaining(`"$path" = 'hdfs://h/orders/1/a.parquet'`),
    ])
  })

  it.each([
    ['GENERIC_INTERNAL_ERROR', 'Could not decompress page', 'INTERNAL_ERROR'],
    ['HIVE_BAD_DATA', 'Malformed Parquet file. [hdfs://h/orders/1/a.parquet]'],
    ['HIVE_CANNOT_OPEN_SPLIT', 'Error opening Hive split hdfs://h/orders/1/a.parquet (offset=0): bad'],
    ['NOT_SUPPORTED', 'Unsupported column type', 'USER_ERROR'],
    ['PARQUET_UNSUPPORTED_ENCODING', 'no such encoding'],
    [
      'HIVE_PARTITION_SCHEMA_MISMATCH',
      'declared as type int, but hdfs://h/orders/1/a.parquet declares INT64',
    ],
    ['INVALID_CAST_ARGUMENT', "Cannot cast DECIMAL(20, 2) '1234567890.25' to DECIMAL(10, 2)", 'USER_ERROR'],
  ])('is that it cannot read it: %s: %s', async (name, message, type = 'EXTERNAL') => {
    expect(await failing(name, `${message}\n\tat io.trino.Some.method`, type)).toEqual({
      outcome: 'cannot',
      message: `${name}: ${message.replace("'1234567890.25'", "'…'")}`,
    })
  })

  it('is bounded', async () => {
    const { message } = (await failing('HIVE_BAD_DATA', 'x'.repeat(10_000))) as { message: string }
    expect(message.length).toBeLessThan(600)
  })

  it.each([
    ['PERMISSION_DENIED', 'Access Denied: Cannot select', 'PERMISSION_DENIED', false],
    ['HIVE_CANNOT_OPEN_SPLIT', 'Permission denied: user=trino, access=READ', 'PERMISSION_DENIED', false],
    ['HIVE_FILESYSTEM_ERROR', 'Failed to list directory: Connection refused', 'UNAVAILABLE', true],
    ['HIVE_CANNOT_OPEN_SPLIT', 'hdfs://h/a: java.net.ConnectException', 'UNAVAILABLE', true],
    ['GENERIC_INTERNAL_ERROR', 'Could not obtain block: BP-1', 'UNAVAILABLE', true],
    ['HIVE_CANNOT_OPEN_SPLIT', 'File does not exist: /orders/1/a.parquet', 'NOT_FOUND', false],
    ['HIVE_BAD_DATA', 'Malformed Parquet file. [hdfs://h/orders/1/other.parquet]', 'UNAVAILABLE', true],
    ['QUERY_QUEUE_FULL', 'Too many queued queries', 'UNAVAILABLE', true],
    ['EXCEEDED_LOCAL_MEMORY_LIMIT', 'Query exceeded per-node memory limit', 'UNAVAILABLE', true],
    ['EXCEEDED_TIME_LIMIT', 'Query exceeded maximum time limit', 'TIMEOUT', true],
    ['ADMINISTRATIVELY_KILLED', 'Query killed', 'ABORTED', true],
    ['NOT_SUPPORTED', 'line 1:8: not here', 'UNSUPPORTED', false],
    ['INVALID_CAST_ARGUMENT', "Cannot cast 'x' to DATE", 'INTERNAL', false, 'USER_ERROR'],
    ['NO_NODES_AVAILABLE', 'No nodes available to run query', 'UNAVAILABLE', true],
  ])(
    'is nothing where it did not come to read it: %s: %s',
    async (name, message, code, retryable, type = 'EXTERNAL') => {
      await expect(failing(name, message, type)).rejects.toMatchObject({ code, retryable })
    },
  )
})
