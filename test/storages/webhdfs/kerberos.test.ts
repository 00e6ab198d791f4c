import { describe, expect, it } from 'vitest'
import { tokenText } from '../../../shared/credentials/hadoop-token.ts'
import { found, page, remoteException, standby, text } from '../../support/fake-webhdfs.ts'
import { failureOf, nameNode, nowhere, over, ROOT } from './harness.ts'
import { asPrincipal, nameservice, realm, tokenNamed } from './secured.ts'

const LOCATION = `${ROOT}/golden`

describe('a storage with Kerberos', () => {
  it('shakes hands once for many calls, which have a token of its own', async () => {
    const [lake, our] = [nameservice(), realm()]
    const storage = await asPrincipal([await nameNode(lake.handler)], our)
    await Promise.all(Array.from({ length: 20 }, () => storage.list(LOCATION)))
    for (let nth = 0; nth < 20; nth += 1) await storage.list(LOCATION)
    expect(lake.state.handshakes).toBe(1)
    expect(lake.log.filter(line => line === 'GET GETDELEGATIONTOKEN')).toHaveLength(1)
    expect(our.asked).toEqual([{ service: 'HTTP/_HOST', host: '127.0.0.1', mechanism: 'spnego' }])
  })

  it('waits for a ticket no longer than the caller does', async () => {
    const silent = { kerberos: { context: () => new Promise<never>(() => undefined) } }
    const storage = await asPrincipal([await nameNode(nameservice().handler)], silent)
    const caller = new AbortController()
    const { signal } = caller
    const work = [
      storage.list(LOCATION, { signal }),
      storage.read(`${LOCATION}/a`, 0, 1, { signal }),
      storage.delegationToken?.({ signal }),
    ].map(each => failureOf(Promise.resolve(each)))
    await new Promise(setImmediate)
    caller.abort()
    for (const error of await Promise.all(work)) expect(error.code).toBe('ABORTED')
  })

  it('cancels the token when it is closed, by the cookie', async () => {
    const lake = nameservice()
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    await storage.list(LOCATION)
    expect(lake.tokens.size).toBe(1)
    await storage.close()
    expect(lake.tokens.size).toBe(0)
    expect(lake.log.at(-1)).toBe('PUT CANCELDELEGATIONTOKEN')
    expect(lake.state.handshakes).toBe(1)
  })

  it('fetches another token where one is refused, and asks again', async () => {
    const lake = nameservice()
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    await storage.list(LOCATION)
    lake.tokens.clear()
    expect(await Promise.all([storage.list(LOCATION), storage.list(LOCATION)])).toEqual([[], []])
    expect(lake.log.filter(line => line === 'GET GETDELEGATIONTOKEN')).toHaveLength(2)
    expect(lake.state.handshakes).toBe(1)
  })

  it('negotiates again where the cookie is refused', async () => {
    const lake = nameservice()
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    await storage.list(LOCATION)
    lake.tokens.clear()
    lake.state.cookie = 'hadoop.auth="u=goldsync&e=2&s=y="'
    expect(await storage.list(LOCATION)).toEqual([])
    expect(lake.state.handshakes).toBe(2)
  })

  it('does with the cookie where servers hand out no tokens', async () => {
    const lake = nameservice()
    lake.state.handsOut = false
    const server = await nameNode(lake.handler)
    const storage = await asPrincipal([server], realm())
    await Promise.all(Array.from({ length: 10 }, () => storage.list(LOCATION)))
    expect(lake.state.handshakes).toBe(1)
    expect(lake.log.filter(line => line === 'GET GETDELEGATIONTOKEN')).toHaveLength(1)
    expect(server.requests.some(url => url.searchParams.has('delegation'))).toBe(false)
  })

  it.each([
    ['safe mode', remoteException(403, 'SafeModeException', 'Cannot issue delegation token')],
    ['a page of a proxy', text(404, '<html>Not here</html>')],
    ['trouble', text(500, '<html>oops</html>')],
  ])('does with the cookie where the answer to its question for a token is %s', async (_, noToken) => {
    const lake = nameservice()
    Object.assign(lake.state, { noToken })
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    for (let nth = 0; nth < 3; nth += 1) expect(await storage.list(LOCATION)).toEqual([])
    expect(lake.state.handshakes).toBe(1)
    // Of 500 a NameNode is asked three times.
    expect(lake.log.lastIndexOf('GET GETDELEGATIONTOKEN')).toBeLessThan(3)
    const error = await failureOf(storage.delegationToken?.() ?? Promise.resolve())
    expect(error.code).not.toBe('UNSUPPORTED')
  })

  it('shakes hands for each call where servers give neither token nor cookie', async () => {
    const lake = nameservice()
    Object.assign(lake.state, { handsOut: false, cookie: '' })
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    await Promise.all([storage.list(LOCATION), storage.list(LOCATION)])
    expect(lake.state.handshakes).toBe(3)
  })

  it('takes its token to the other NameNode: it is of the nameservice', async () => {
    const lake = nameservice()
    let first = lake.handler
    const one = await nameNode((url, response, nth) => first(url, response, nth))
    const storage = await asPrincipal([one, await nameNode(lake.handler)], realm())
    await storage.list(LOCATION)
    first = standby
    await storage.list(LOCATION)
    expect(lake.log.filter(line => line === 'GET GETDELEGATIONTOKEN')).toHaveLength(1)
    expect(lake.state.handshakes).toBe(1)
  })

  it('fetches its token of whichever NameNode is active', async () => {
    const lake = nameservice()
    const storage = await asPrincipal(
      [await nowhere(), await nameNode(standby), await nameNode(lake.handler)],
      realm(),
    )
    expect(await storage.list(LOCATION)).toEqual([])
  })

  it('asks the other where one says of a token that it is in standby', async () => {
    const message =
      'Failed to obtain user group information: org.apache.hadoop.security.token.SecretManager$InvalidToken: StandbyException'
    const exception = {
      exception: 'SecurityException',
      javaClassName: 'java.lang.SecurityException',
      message,
    }
    const passive = await nameNode(
      text(403, JSON.stringify({ RemoteException: exception }), 'application/json'),
    )
    const storage = await over([passive, await nameNode(found)], { user: undefined, token: 'HAAE' })
    expect(await storage.stat(LOCATION)).toBeDefined()
  })

  it('gives the ticket and the cookie to no DataNode', async () => {
    const seen: unknown[] = []
    const dataNode = await nameNode((url, response, nth) => {
      seen.push([
        response.req.headers.authorization,
        response.req.headers.cookie,
        url.searchParams.get('delegation'),
      ])
      text(200, 'four')(url, response, nth)
    })
    const lake = nameservice()
    lake.state.answer = (url, response) => {
      response.writeHead(307, { location: `${dataNode.origin}${url.pathname}${url.search}` }).end()
    }
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    expect(await storage.read(`${LOCATION}/x`, 0, 4)).toHaveLength(4)
    expect(seen).toEqual([[undefined, undefined, tokenText(tokenNamed('token-1'))]])
  })
})

describe('a DataNode that refuses the token', () => {
  const INVALID = remoteException(403, 'InvalidToken', "Can't find key")

  /** A lake whose DataNode refuses so many reads. */
  async function refusing(times: number, refusal = INVALID) {
    const tokens: (string | null)[] = []
    const dataNode = await nameNode((url, response, nth) => {
      tokens.push(url.searchParams.get('delegation'))
      const answer = tokens.length <= times ? refusal : text(200, 'four')
      answer(url, response, nth)
    })
    const lake = nameservice()
    lake.state.answer = (url, response) => {
      response.writeHead(307, { location: `${dataNode.origin}${url.pathname}${url.search}` }).end()
    }
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    return { read: storage.read(`${LOCATION}/x`, 0, 4), tokens }
  }

  it('is asked again with a new one', async () => {
    const { read, tokens } = await refusing(1)
    expect(await read).toHaveLength(4)
    expect(tokens).toEqual(['token-1', 'token-2'].map(name => tokenText(tokenNamed(name))))
  })

  it('is asked again once, and not for what is no matter of tokens', async () => {
    const { read, tokens } = await refusing(9)
    expect(await failureOf(read)).toMatchObject({ code: 'AUTHENTICATION_FAILED' })
    expect(tokens).toHaveLength(2)
    const other = await refusing(9, remoteException(403, 'AccessControlException', 'no'))
    expect(await failureOf(other.read)).toMatchObject({ code: 'PERMISSION_DENIED' })
    expect(other.tokens).toHaveLength(1)
  })
})

describe('what goes wrong with Kerberos', () => {
  it('a KDC that is down is said at once, and not asked for again each round', async () => {
    const [lake, our] = [nameservice(), realm()]
    our.state.down = true
    const server = await nameNode(lake.handler)
    const storage = await asPrincipal([server, await nameNode(lake.handler)], our)
    expect(await failureOf(storage.list(LOCATION))).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Kerberos: no KDC answered',
      hint: 'check the KDC',
      retryable: true,
    })
    expect(lake.log).toEqual([])
    our.state.down = false
    expect(await storage.list(LOCATION)).toEqual([])
  })

  it('a KDC that goes down later is not noticed while token and cookie count', async () => {
    const [lake, our] = [nameservice(), realm()]
    const storage = await asPrincipal([await nameNode(lake.handler)], our)
    await storage.list(LOCATION)
    our.state.down = true
    expect(await storage.list(LOCATION)).toEqual([])
    lake.tokens.clear()
    expect(await storage.list(LOCATION)).toEqual([])
  })

  it('a NameNode without Kerberos did not prove who it is', async () => {
    const storage = await asPrincipal([await nameNode(page([]))], realm())
    expect(await failureOf(storage.list(LOCATION))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('did not prove who it is'),
      hint: expect.stringContaining('set storage.user instead of storage.auth'),
    })
  })

  it('a server whose proof is another’s is refused', async () => {
    const lake = nameservice()
    lake.state.proof = Buffer.from('forged').toString('base64')
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    expect(await failureOf(storage.list(LOCATION))).toMatchObject({ message: 'Kerberos: another server' })
  })

  it('"no such folder" of a server that did not prove who it is, is not believed', async () => {
    const exception = {
      exception: 'FileNotFoundException',
      javaClassName: 'x',
      message: 'File does not exist: /golden',
    }
    const server = await nameNode(
      text(404, JSON.stringify({ RemoteException: exception }), 'application/json'),
    )
    expect(await failureOf((await asPrincipal([server], realm())).stat(LOCATION))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    })
  })

  it.each([
    [
      'Error 403 GSSException: Failure unspecified at GSS-API level (Mechanism level: Checksum failed)',
      'Checksum failed',
    ],
    [
      'Error 403 java.lang.IllegalArgumentException: Invalid server principal hive/nn1@LAKEdecoded from client request',
      'Invalid server principal hive/nn1@LAKE',
    ],
    [
      'Error 403 org.apache.hadoop.security.authentication.util.KerberosName$NoMatchingRule: No rules applied to goldsync@LAKE',
      'No rules applied to goldsync@LAKE',
    ],
  ])('a refused ticket: %s', async (title, reason) => {
    const server = await nameNode(text(403, `<html><head><title>${title}</title></head></html>`))
    expect(await failureOf((await asPrincipal([server], realm())).list(LOCATION))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining(reason),
      hint: expect.stringContaining('storage.auth.service'),
    })
  })

  it('a refused ticket where clocks differ names the clocks', async () => {
    const title =
      'Error 403 GSSException: Failure unspecified at GSS-API level (Mechanism level: Clock skew too great (37))'
    const server = await nameNode(text(403, `<html><head><title>${title}</title></head></html>`))
    expect(await failureOf((await asPrincipal([server], realm())).list(LOCATION))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('Clock skew too great'),
      hint: expect.stringContaining('NTP'),
    })
  })

  it('a gateway that takes no Kerberos says what it takes', async () => {
    const server = await nameNode((_, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'BASIC realm="application"' }).end()
    })
    expect(await failureOf((await asPrincipal([server], realm())).list(LOCATION))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      hint: expect.stringContaining('takes basic, not Kerberos'),
    })
  })
})

describe('a token for somebody else', () => {
  it('is not cancelled when the storage is closed', async () => {
    const lake = nameservice()
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    const token = await storage.delegationToken?.()
    expect(token).toEqual(tokenNamed('token-1', ROOT))
    await storage.close()
    expect([...lake.tokens]).toEqual([tokenText(tokenNamed('token-1'))])
  })

  it('is not to be had where servers hand out none', async () => {
    const lake = nameservice()
    lake.state.handsOut = false
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    expect(await failureOf(storage.delegationToken?.() ?? Promise.resolve())).toMatchObject({
      code: 'UNSUPPORTED',
    })
  })

  it('that servers have none of at the moment: why', async () => {
    const lake = nameservice()
    lake.state.noToken = remoteException(403, 'SafeModeException', 'Name node is in safe mode.')
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    expect(await failureOf(storage.delegationToken?.() ?? Promise.resolve())).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('SafeModeException: Name node is in safe mode.'),
    })
  })

  it.each([
    ['IllegalArgumentException', 'Invalid value for webhdfs parameter "op"'],
    ['UnsupportedOperationException', 'GETDELEGATIONTOKEN is not supported'],
  ])('is not to be had where servers say %s', async (exception, message) => {
    const lake = nameservice()
    lake.state.noToken = remoteException(400, exception, message)
    const storage = await asPrincipal([await nameNode(lake.handler)], realm())
    expect(await failureOf(storage.delegationToken?.() ?? Promise.resolve())).toMatchObject({
      code: 'UNSUPPORTED',
    })
  })

  it('is given only by those who are someone by Kerberos', async () => {
    const server = await nameNode(nameservice().handler)
    expect(await over([server], { user: 'goldsync' })).not.toHaveProperty('delegationToken')
  })
})
