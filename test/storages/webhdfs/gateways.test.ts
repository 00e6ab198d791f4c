/** Answers of HttpFS 3.4.2, byte for byte: it answers nearly every exception with 500. */
import { describe, expect, it } from 'vitest'
import type { Storage } from '../../../shared/storages/storage.ts'
import { json, page, remoteException, text } from '../../support/fake-webhdfs.ts'
import { failureOf, nameNode, over, ROOT } from './harness.ts'

const LOCATION = `${ROOT}/golden/orders`

const operations: readonly (readonly [string, (storage: Storage) => Promise<unknown>])[] = [
  ['list', storage => storage.list(LOCATION)],
  ['stat', storage => storage.stat(LOCATION)],
  ['read', storage => storage.read(LOCATION, 0, 8)],
]

/** HttpFS's own pages of errors. */
const htmlPage = (status: number, message: string) =>
  text(
    status,
    `<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>
<title>Error ${status} ${message}</title>
</head>
<body><h2>HTTP ERROR ${status} ${message}</h2>
<table>
<tr><th>URI:</th><td>/webhdfs/v1/golden/orders</td></tr>
<tr><th>STATUS:</th><td>${status}</td></tr>
</table>
</body>
</html>`,
    'text/html;charset=iso-8859-1',
  )

const denied = remoteException(
  500,
  'AccessControlException',
  'Permission denied: user=etl, access=EXECUTE, inode="/golden":hdfs:supergroup:drwx------',
)

const badToken = json(403, {
  RemoteException: {
    message: 'java.io.EOFException',
    exception: 'AuthenticationException',
    javaClassName: 'org.apache.hadoop.security.authentication.client.AuthenticationException',
  },
})

describe.each(operations)('%s: the exception decides, not the status beside it', (_, work) => {
  it.each([
    ['permission denied with 500', denied, 'PERMISSION_DENIED', /r-x/],
    ['a token that cannot be read, with 403', badToken, 'AUTHENTICATION_FAILED', /storage\.token/],
    [
      'an unreadable token at a NameNode',
      remoteException(401, 'SecurityException', 'Failed to obtain user group information: InvalidToken'),
      'AUTHENTICATION_FAILED',
      /storage\.token/,
    ],
    [
      'a gateway that may not act for others',
      remoteException(500, 'RemoteException', 'User: web is not allowed to impersonate etl'),
      'PERMISSION_DENIED',
      /hadoop\.proxyuser/,
    ],
    [
      'the same as a NameNode says it, with 401',
      remoteException(401, 'AuthorizationException', 'User: web is not allowed to impersonate etl'),
      'PERMISSION_DENIED',
      /hadoop\.proxyuser/,
    ],
  ])('%s', async (_case, handler, code, hint) => {
    const server = await nameNode(handler)
    const error = await failureOf(work(await over([server])))
    expect(error).toMatchObject({ code, retryable: false, hint: expect.stringMatching(hint) })
    expect(error.message).toContain(LOCATION)
    expect(server.requests).toHaveLength(1)
  })

  it('a NameNode that the gateway cannot reach is UNAVAILABLE, and asked for again', async () => {
    const server = await nameNode(
      remoteException(500, 'ConnectException', 'Call From gw to nn1:8020 failed on connection exception'),
    )
    expect(await failureOf(work(await over([server])))).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('ConnectException'),
    })
    expect(server.requests).toHaveLength(3)
  })

  it('401 where no user is set names storage.user', async () => {
    const server = await nameNode(htmlPage(401, 'Authentication required'))
    const storage = await over([server], { user: undefined })
    expect(await failureOf(work(storage))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('storage.user is not set'),
      hint: expect.stringContaining('set storage.user'),
    })
  })
})

it.each([
  [{ user: 'etl' }, 'set storage.auth to kind kerberos (a keytab) or token'],
  [{ user: undefined, token: 'HAAEaGRmcw' }, 'expired or cancelled'],
])('401 with %j says what else to set', async (identity, hint) => {
  const storage = await over([await nameNode(htmlPage(401, 'Authentication required'))], identity)
  const error = await failureOf(storage.list(LOCATION))
  expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining(hint) })
  expect(error.message).not.toContain('HAAEaGRmcw')
})

it('permission denied is not "does not exist" where stat asks', async () => {
  expect(await failureOf((await over([await nameNode(denied)])).stat(LOCATION))).toMatchObject({
    code: 'PERMISSION_DENIED',
  })
})

it('a folder below a file is NOT_FOUND, also with 500', async () => {
  const server = await nameNode(
    remoteException(500, 'AccessControlException', '/golden/orders (is not a directory)'),
  )
  expect(await failureOf((await over([server])).list(LOCATION))).toMatchObject({ code: 'NOT_FOUND' })
})

describe('a read behind the end', () => {
  const skipped = 'java.io.EOFException: Premature EOF from inputStream after skipping 5 byte(s).'
  it.each([
    ['is a page with 500', htmlPage(500, skipped)],
    ['is no bytes with 200', text(200, '', 'application/octet-stream')],
    ['is what a NameNode says, with 500', remoteException(500, 'IOException', 'Offset=8 out of the range')],
  ])('%s: CONFLICT', async (_, handler) => {
    const server = await nameNode(handler)
    expect(await failureOf((await over([server])).read(LOCATION, 8, 4))).toMatchObject({ code: 'CONFLICT' })
    expect(server.requests).toHaveLength(1)
  })

  it('is not taken from any other page with 500', async () => {
    const server = await nameNode(htmlPage(500, 'java.lang.NullPointerException'))
    expect(await failureOf((await over([server])).read(LOCATION, 8, 4))).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    })
  })
})

describe('an HttpFS that cannot page', () => {
  it('is not concluded from a folder with that name', async () => {
    const forbidden = remoteException(500, 'AccessControlException', 'Permission denied: "/LISTSTATUS_BATCH"')
    const server = await nameNode((url, response, nth) =>
      (nth === 1 ? forbidden : page([]))(url, response, nth),
    )
    const storage = await over([server])
    expect(await failureOf(storage.list(LOCATION))).toMatchObject({ code: 'PERMISSION_DENIED' })
    await storage.list(LOCATION)
    expect(server.requests.map(url => url.searchParams.get('op'))).toEqual([
      'LISTSTATUS_BATCH',
      'LISTSTATUS_BATCH',
    ])
  })
})
