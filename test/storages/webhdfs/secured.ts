/** Doubles of a realm and of secured NameNodes: answers are those of Hadoop 3.4.1 with Kerberos. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import { GoldsyncError } from '../../../shared/base/errors.ts'
import { type HadoopToken, tokenText } from '../../../shared/credentials/hadoop-token.ts'
import type { Kerberos, Target } from '../../../shared/credentials/kerberos.ts'
import type { WebhdfsOptions } from '../../../shared/storages/webhdfs/options.ts'
import { openWebhdfs } from '../../../shared/storages/webhdfs/storage.ts'
import type { FakeServer, Handler } from '../../support/fake-server.ts'
import { json, page, remoteException, text } from '../../support/fake-webhdfs.ts'
import { ROOT } from './harness.ts'

const PROOF = Buffer.from('proof').toString('base64')

/** A realm whose tickets are words. */
export function realm() {
  const asked: Target[] = []
  const state = { down: false }
  const kerberos: Kerberos = {
    async context(target) {
      if (state.down)
        throw new GoldsyncError('UNAVAILABLE', 'Kerberos: no KDC answered', { hint: 'check the KDC' })
      asked.push(target)
      let established = false
      return {
        async step(challenge) {
          if (challenge?.toString() === 'proof') established = true
          else if (challenge) throw new GoldsyncError('AUTHENTICATION_FAILED', 'Kerberos: another server')
          return Buffer.from(challenge ? '' : 'ticket')
        },
        get established() {
          return established
        },
        wrapsMessages: false,
        wrap: async data => data,
        unwrap: async data => data,
      }
    },
  }
  return { kerberos, asked, state }
}

/** A delegation token as NameNodes give it. */
export const tokenNamed = (identifier: string, alias = ''): HadoopToken => ({
  identifier: Buffer.from(identifier),
  password: Buffer.from('password'),
  kind: 'SWEBHDFS delegation',
  service: '',
  alias,
})

/** What NameNodes of one nameservice know. */
export function nameservice() {
  const tokens = new Set<string>()
  const log: string[] = []
  const state = {
    handshakes: 0,
    cookie: 'hadoop.auth="u=goldsync&p=goldsync@LAKE&t=kerberos&e=1&s=x="',
    proof: PROOF as string | undefined,
    handsOut: true,
    /** Instead of a token. */
    noToken: undefined as Handler | undefined,
    /** Milliseconds. */
    renewedFor: 86_400_000,
    answer: page([]) as Handler,
  }
  let fetched = 0

  const invalid = remoteException(
    403,
    'InvalidToken',
    "token (token for goldsync: HDFS_DELEGATION_TOKEN owner=goldsync) can't be found in cache",
  )
  const refused: Handler = (url, response, nth) => {
    response.setHeader('WWW-Authenticate', 'Negotiate')
    response.setHeader('Set-Cookie', 'hadoop.auth=; Path=/; Secure; HttpOnly')
    text(401, '<html>Error 401 Authentication required</html>')(url, response, nth)
  }

  const operations: Readonly<Record<string, (url: URL) => Handler>> = {
    GETDELEGATIONTOKEN: () => {
      if (state.noToken) return state.noToken
      if (!state.handsOut) return json(200, { Token: null })
      fetched += 1
      const urlString = tokenText(tokenNamed(`token-${fetched}`))
      tokens.add(urlString)
      return json(200, { Token: { urlString } })
    },
    RENEWDELEGATIONTOKEN: url =>
      tokens.has(url.searchParams.get('token') ?? '')
        ? json(200, { long: Date.now() + state.renewedFor })
        : invalid,
    CANCELDELEGATIONTOKEN: url => {
      tokens.delete(url.searchParams.get('token') ?? '')
      return text(200, '')
    },
  }

  function admitted(url: URL, request: IncomingMessage, response: ServerResponse): Handler | undefined {
    const token = url.searchParams.get('delegation')
    if (token !== null) return tokens.has(token) ? undefined : invalid
    if (state.cookie !== '' && request.headers.cookie === state.cookie) return undefined
    if (request.headers.authorization !== `Negotiate ${Buffer.from('ticket').toString('base64')}`)
      return refused
    state.handshakes += 1
    if (state.proof !== undefined) response.setHeader('WWW-Authenticate', `Negotiate ${state.proof}`)
    if (state.cookie !== '') response.setHeader('Set-Cookie', `${state.cookie}; Path=/; Secure; HttpOnly`)
    return undefined
  }

  const handler: Handler = (url, response, nth) => {
    const op = url.searchParams.get('op') ?? ''
    log.push(`${response.req.method} ${op}`)
    const answer = admitted(url, response.req, response) ?? operations[op]?.(url) ?? state.answer
    answer(url, response, nth)
  }
  return { handler, tokens, log, state }
}

/** A storage that is the principal goldsync@LAKE of this realm. */
export async function asPrincipal(
  nameNodes: readonly FakeServer[],
  { kerberos }: { readonly kerberos: Kerberos },
  options: WebhdfsOptions = {},
) {
  const namenodes = nameNodes.map(({ origin }) => origin)
  const auth = { kind: 'kerberos', principal: 'goldsync@LAKE' } as const
  const storage = await openWebhdfs(ROOT, { namenodes, auth, ...options }, [1, 2], () => kerberos)
  onTestFinished(() => storage.close())
  return storage
}
