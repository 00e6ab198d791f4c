/** Servers of one principal by HTTP's Negotiate: one handshake with each, whose cookie stands for it until it is refused. */

import { unlessAborted } from '../../base/signals.ts'
import { CredentialsError } from '../../credentials/credentials-error.ts'
import type { Kerberos } from '../../credentials/kerberos.ts'
import type { Call } from '../storage.ts'
import { ofCredentials, shakeHands } from './handshake.ts'
import type { Answer, Request, Send } from './http.ts'

/**
 * Sends requests as the Kerberos principal. What one server gave, ticket or cookie, no other gets.
 * @param service principal of the servers, `HTTP/_HOST@REALM`
 */
export function openNegotiation(kerberos: Kerberos, service: string, http: { readonly send: Send }): Send {
  const cookies = new Map<string, string>()
  const running = new Map<string, Promise<unknown>>()

  /** Undefined where there is no cookie, or none any longer. */
  async function byCookie(request: Request, call: Call): Promise<Answer | undefined> {
    const { origin } = request.url
    const cookie = cookies.get(origin)
    if (cookie === undefined) return undefined
    const answer = await http.send({ ...request, headers: { ...request.headers, cookie } }, call)
    if (answer.status !== 401) return answer
    if (cookies.get(origin) === cookie) cookies.delete(origin)
    return undefined
  }

  async function byTicket(request: Request, call: Call): Promise<Answer> {
    const { origin, hostname } = request.url
    const asked = ofCredentials(kerberos.context({ service, host: hostname, mechanism: 'spnego' }))
    const context = await unlessAborted(call.signal, asked)
    const { answer, cookie } = await shakeHands(context, request, leg => http.send(leg, call))
    if (cookie) cookies.set(origin, cookie)
    return answer
  }

  return async (request, call) => {
    const { origin } = request.url
    const answer = await byCookie(request, call)
    if (answer) return answer
    const other = running.get(origin)
    if (other) {
      await unlessAborted(call.signal, other.catch(unlessOfCredentials))
      return (await byCookie(request, call)) ?? byTicket(request, call)
    }
    const work = byTicket(request, call).finally(() => running.delete(origin))
    running.set(origin, work)
    return work
  }
}

/** Who waited for another's handshake need not try what cannot succeed. */
function unlessOfCredentials(error: unknown): void {
  if (error instanceof CredentialsError) throw error
}
