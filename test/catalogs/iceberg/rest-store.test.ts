import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { GoldsyncError } from '../../../shared/base/errors.ts'
import { printMetadata } from '../../../shared/catalogs/iceberg/metadata-json.ts'
import { openRestStore } from '../../../shared/catalogs/iceberg/stores/rest.ts'
import { checkRest, restSettings } from '../../../shared/catalogs/iceberg/stores/rest-options.ts'
import { OutcomeUnknown, type TableStore } from '../../../shared/catalogs/iceberg/table-store.ts'
import { applyStaged } from '../../../shared/iceberg/apply.ts'
import { newTable } from '../../../shared/iceberg/stage.ts'
import { tokenEndpoint } from '../../support/token-endpoint.ts'

interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}
type Answer = readonly [status: number, body: object | string]

/** A catalog that answers as it is told; to `/v1/config` with an empty one unless told otherwise. */
async function catalog(answer: (asked: Asked, nth: number) => Answer | undefined, settings: object = {}) {
  const asked: Asked[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method = '', url = '', headers } = request
    asked.push({ method, path: url, authorization: headers.authorization, body })
    const [status, json] =
      answer(asked.at(-1) as Asked, asked.length) ??
      (url.startsWith('/v1/config')
        ? [200, { defaults: {}, overrides: {} }]
        : [404, fault('NoSuchTableException')])
    response.writeHead(status).end(typeof json === 'string' ? json : JSON.stringify(json))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const store = openRestStore(restSettings.parse({ uri, ...settings }), 'ice')
  onTestFinished(async () => {
    await store.close()
    server.closeAllConnections()
    await new Promise(done => server.close(done))
  })
  return { store, asked, uri }
}

const fault = (type: string, message = 'no') => ({ error: { message, type, code: 0 } })
const MADE = applyStaged(
  undefined,
  newTable({
    ...{ uuid: 'u', location: 'memory://orders', lastColumnId: 0, properties: {} },
    schema: { type: 'struct', 'schema-id': 0, fields: [] },
    spec: { 'spec-id': 0, fields: [] },
  }),
  { now: 1 },
)
const TABLE = { database: 'golden', name: 'orders' }
const onTables =
  (answer: Answer) =>
  ({ path }: Asked): Answer | undefined =>
    path.startsWith('/v1/config') ? undefined : answer

async function failureOf(work: Promise<unknown>): Promise<GoldsyncError> {
  const result = await work.catch((thrown: GoldsyncError) => thrown)
  if (result instanceof Error) return result as GoldsyncError
  throw new Error(`expected a failure, got ${JSON.stringify(result)}`)
}

describe('a REST catalog', () => {
  it('is asked for its configuration once, and by the prefix that it tells', async () => {
    const { store, asked } = await catalog(
      ({ path }) =>
        path.startsWith('/v1/config')
          ? [200, { defaults: { prefix: 'a' }, overrides: { prefix: 'ws/x y' } }]
          : undefined,
      { warehouse: 'lake & co' },
    )
    expect(await store.load(TABLE)).toBeUndefined()
    expect(await store.load({ database: 'a b', name: 'c/d' })).toBeUndefined()
    expect(asked.map(({ path }) => path)).toEqual([
      '/v1/config?warehouse=lake+%26+co',
      '/v1/ws/x%20y/namespaces/golden/tables/orders?snapshots=all',
      '/v1/ws/x%20y/namespaces/a%20b/tables/c%2Fd?snapshots=all',
    ])
  })

  it('is asked for its configuration again where it could not give it', async () => {
    const { store } = await catalog((_, nth) => (nth === 1 ? [503, fault('ServiceUnavailable')] : undefined))
    expect(await failureOf(store.load(TABLE))).toMatchObject({ code: 'UNAVAILABLE' })
    expect(await store.load(TABLE)).toBeUndefined()
  })

  it('is followed to no other address', async () => {
    const { store } = await catalog(() => [200, { overrides: { uri: 'https://elsewhere.example/api' } }])
    expect(await failureOf(store.load(TABLE))).toMatchObject({ code: 'UNSUPPORTED' })
  })

  it.each([
    ['400', [400, fault('BadRequestException')], 'REQUEST_INVALID'],
    ['401', [401, ''], 'AUTHENTICATION_FAILED'],
    ['403', [403, fault('ForbiddenException')], 'PERMISSION_DENIED'],
    ['406', [406, fault('UnsupportedOperationException')], 'UNSUPPORTED'],
    ['409', [409, fault('CommitFailedException', 'Requirement failed: branch main has changed')], 'CONFLICT'],
    ['419', [419, fault('AuthenticationTimeoutException')], 'AUTHENTICATION_FAILED'],
    ['429', [429, ''], 'UNAVAILABLE'],
    ['500', [500, fault('CommitStateUnknownException')], 'UNAVAILABLE'],
    ['502 of a proxy', [502, '<html>Bad Gateway</html>'], 'UNAVAILABLE'],
    ['503', [503, fault('SlowDownException')], 'UNAVAILABLE'],
  ] as const)('says %s as an error of ours', async (_, answer, code) => {
    const { store } = await catalog(onTables(answer))
    const error = await failureOf(store.commit(TABLE, undefined, { requirements: [], updates: [] }))
    expect(error.code).toBe(code)
    expect(error.message).toContain('golden.orders')
    expect(error instanceof OutcomeUnknown).toBe(code === 'UNAVAILABLE')
  })

  it.each([
    ['somebody else’s commit where the table has moved', 'memory://2.json', 'CONFLICT'],
    ['a bad request where it has not', 'memory://1.json', 'REQUEST_INVALID'],
  ])('that refuses a commit by 400 tells of %s', async (_, location, code) => {
    const metadata = JSON.parse(Buffer.from(printMetadata(MADE)).toString())
    const { store } = await catalog(({ path, method }) => {
      if (path.startsWith('/v1/config')) return undefined
      return method === 'POST'
        ? [400, fault('ValidationException', 'Cannot add snapshot with sequence number 1 older than last')]
        : [200, { 'metadata-location': location, metadata }]
    })
    const base = { metadata: MADE, metadataLocation: 'memory://1.json' }
    const error = await failureOf(store.commit(TABLE, base, { requirements: [], updates: [] }))
    expect(error).toMatchObject({ code, retryable: code === 'CONFLICT' })
    expect(error.message).toContain('sequence number')
    expect(error).not.toBeInstanceOf(OutcomeUnknown)
  })

  it('may have taken a commit where its answer says nothing of the table', async () => {
    for (const body of ['<html>hello</html>', { ok: true }]) {
      const { store } = await catalog(onTables([200, body]))
      const error = await failureOf(store.commit(TABLE, undefined, { requirements: [], updates: [] }))
      expect(error).toBeInstanceOf(OutcomeUnknown)
      expect(error.code).toBe('DATA_INVALID')
    }
  })

  it.each([
    ['a page of another server', [404, '<html>404 Not Found</html>']],
    ['JSON of another service', [404, { message: 'no route' }]],
    ['no table at all', [200, { ok: true }]],
    ['no JSON', [200, '<html>hello</html>']],
  ] as const)('is not taken to have no table where there is %s', async (_, answer) => {
    const { store } = await catalog(onTables(answer))
    for (const work of [
      () => store.load(TABLE),
      () => store.hasDatabase('golden'),
      () => store.tables('golden'),
    ]) {
      const result = await work().catch((thrown: GoldsyncError) => thrown)
      // A namespace may be told by any JSON.
      if (answer[0] === 404 || result instanceof Error) expect(result).toMatchObject({ code: 'DATA_INVALID' })
      else expect(result).toBe(true)
    }
  })

  it('gives all pages of its tables and namespaces, and ends where they repeat', async () => {
    const { store } = await catalog(({ path }) => {
      const page = new URL(path, 'http://x').searchParams.get('pageToken')
      const next = page === null ? 'two' : page === 'two' ? 'three' : 'three'
      if (path.includes('/tables'))
        return [200, { identifiers: [{ namespace: ['g'], name: `t-${page}` }], 'next-page-token': next }]
      if (path.includes('/namespaces'))
        return [
          200,
          { namespaces: [[`n-${page}`], ['two', 'levels']], 'next-page-token': page === 'two' ? null : next },
        ]
      return undefined
    })
    expect(await store.tables('g')).toEqual(['t-null', 't-two', 't-three'])
    expect(await store.databases()).toEqual(['n-null', 'n-two'])
  })

  it('sends ids of 64 bits as numbers', async () => {
    const { store, asked } = await catalog(onTables([409, fault('CommitFailedException')]))
    const id = 2n ** 62n + 1n
    await failureOf(
      store.commit(TABLE, undefined, {
        requirements: [{ type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': id }],
        updates: [{ action: 'remove-snapshots', 'snapshot-ids': [id] }],
      }),
    )
    expect(asked.at(-1)?.body).toBe(
      `{"identifier":{"namespace":["golden"],"name":"orders"},"requirements":[{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":${id}}],"updates":[{"action":"remove-snapshots","snapshot-ids":[${id}]}]}`,
    )
  })

  it('takes what was made meanwhile for made', async () => {
    const { store } = await catalog(({ method, path }) =>
      path.startsWith('/v1/config')
        ? undefined
        : method === 'POST'
          ? [409, fault('AlreadyExistsException')]
          : undefined,
    )
    await expect(store.createDatabase('golden')).resolves.toBeUndefined()
    expect(await failureOf(store.rename(TABLE, { ...TABLE, name: 'other' }))).toMatchObject({
      code: 'CONFLICT',
    })
  })
})

describe('who goldsync is to a REST catalog', () => {
  it('is told by a bearer token', async () => {
    const { store, asked } = await catalog(() => undefined, { auth: { kind: 'bearer', token: 'open' } })
    await store.load(TABLE)
    expect(asked.map(each => each.authorization)).toEqual(['Bearer open', 'Bearer open'])
  })

  it('is told by client credentials, anew where a token is refused or has expired', async () => {
    const provider = await tokenEndpoint((_, count) => ({
      body: { access_token: `t${count}`, expires_in: 100 },
    }))
    onTestFinished(() => provider.close())
    const { store, asked } = await catalog(
      ({ authorization, path }) =>
        path.startsWith('/v1/config') || authorization === 'Bearer t3'
          ? undefined
          : authorization === 'Bearer t1'
            ? [419, fault('AuthenticationTimeoutException')]
            : [401, ''],
      { auth: provider.auth },
    )
    expect(await failureOf(store.load(TABLE))).toMatchObject({ code: 'AUTHENTICATION_FAILED' })
    expect(await store.load(TABLE)).toBeUndefined()
    expect(asked.map(each => each.authorization)).toEqual(
      ['t1', 't1', 't2', 't2', 't3'].map(token => `Bearer ${token}`),
    )
  })

  it('is not told in clear to another machine', () => {
    const options = restSettings.superRefine(checkRest)
    const auth = { kind: 'bearer', token: 'secret' }
    expect(options.safeParse({ uri: 'http://polaris:8181', auth }).success).toBe(false)
    expect(options.safeParse({ uri: 'https://polaris:8181', auth }).success).toBe(true)
    expect(options.safeParse({ uri: 'http://127.0.0.1:8181', auth }).success).toBe(true)
    expect(options.safeParse({ uri: 'http://polaris:8181' }).success).toBe(true)
    const open = (): TableStore =>
      openRestStore(restSettings.parse({ uri: 'http://polaris:8181', auth }), 'ice')
    expect(open).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(open).not.toThrow('secret')
  })
})
