/** What NameNodes are asked of delegation tokens, always by Kerberos: a token fetches and renews none. */
import * as z from 'zod'
import { GoldsyncError } from '../../base/errors.ts'
import { unlessAborted, within } from '../../base/signals.ts'
import type { Call } from '../storage.ts'
import { refusal } from './errors.ts'
import type { AskedFor } from './listing.ts'
import type { NameNodeAnswer, Question } from './name-nodes.ts'
import { parseJson } from './remote-exception.ts'
import { refusesIdentity, verdictOf } from './verdict.ts'

/** Of NameNodes, as the principal. */
export type AskByKerberos = (question: Question, call: Call) => Promise<NameNodeAnswer>

const LIMIT = 64 * 1024
/** Milliseconds for a goodbye: what is not cancelled ends by itself. */
const CANCEL_LIMIT = 2_000

const tokenBody = z.object({ Token: z.object({ urlString: z.string().min(1) }).nullable() })
const renewedBody = z.object({ long: z.number() })

/**
 * A new token, its text as `delegation=` takes it; undefined where the servers say that they hand out none.
 * @throws GoldsyncError `AUTHENTICATION_FAILED` where they do not accept who asks, what another answer stands for, and as `ask`
 */
export async function fetchDelegation(
  ask: AskByKerberos,
  askedFor: AskedFor,
  call: Call = {},
): Promise<string | undefined> {
  const answer = await ask({ op: 'GETDELEGATIONTOKEN', path: '/', limit: LIMIT }, call)
  const { data } = tokenBody.safeParse(parseJson(answer.body))
  if (answer.status === 200 && data) return data.Token?.urlString
  if (knowsNoTokens(answer)) return undefined
  throw refusal(answer, { ...askedFor, origin: answer.url.origin })
}

/** Trouble of the moment (safe mode), or a page of a proxy, says nothing of tokens. */
function knowsNoTokens(answer: NameNodeAnswer): boolean {
  if (answer.status < 400) return false
  const kind = verdictOf(answer)?.kind
  return kind === 'unsupported' || kind === 'invalid'
}

/** For how many milliseconds it lasts now; `ended` where no server knows it any longer, `not-ours` where another may renew it. */
export async function renewDelegation(
  ask: AskByKerberos,
  token: string,
): Promise<number | 'ended' | 'not-ours'> {
  const answer = await ask(about('RENEWDELEGATIONTOKEN', token), {})
  if (refusesIdentity(answer) || answer.body.includes('InvalidToken')) return 'ended'
  const until = renewedBody.safeParse(parseJson(answer.body)).data?.long
  if (answer.status !== 200 || until === undefined) return 'not-ours'
  // By the server's clock, which need not be ours.
  return until - (Date.parse(answer.headers.date ?? '') || Date.now())
}

/** Tries it, and throws nothing. */
export async function cancelDelegation(ask: AskByKerberos, token: string): Promise<void> {
  const cancelling = within(CANCEL_LIMIT, undefined, signal =>
    unlessAborted(signal, ask(about('CANCELDELEGATIONTOKEN', token), { signal })),
  )
  await cancelling.catch(() => undefined)
}

const about = (op: 'RENEWDELEGATIONTOKEN' | 'CANCELDELEGATIONTOKEN', token: string): Question => ({
  op,
  path: '/',
  method: 'PUT',
  limit: LIMIT,
  parameters: { token },
})

export const noTokens = (location: string): GoldsyncError =>
  new GoldsyncError('UNSUPPORTED', `${location}: the servers hand out no delegation tokens`, {
    hint: 'NameNodes do with Kerberos (hadoop.security.authentication), HttpFS too; most gateways do not',
  })
