/** A token endpoint of an identity provider, with TLS, that answers as it is told to. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { testAuthority, testCertificate } from './net.ts'

export interface Answered {
  readonly status?: number
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Asked {
  readonly authorization: string | undefined
  readonly form: Readonly<Record<string, string>>
}

/** @param answer to each request; a promise that never settles hangs */
export async function tokenEndpoint(answer: (asked: Asked, count: number) => Answered | Promise<Answered>) {
  const asked: Asked[] = []
  const server = createServer(testCertificate(), async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const form = Object.fromEntries(new URLSearchParams(text))
    asked.push({ authorization: request.headers.authorization, form })
    const { status = 200, body = {}, headers = {} } = await answer(asked.at(-1) as Asked, asked.length)
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `https://localhost:${port}/token`
  return {
    asked,
    /** Options of `auth` for it. */
    auth: {
      kind: 'oauth2' as const,
      tokenUrl: url,
      clientId: 'lake',
      clientSecret: 'sesame',
      tls: { ca: testAuthority },
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
