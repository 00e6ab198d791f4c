/** One handshake of HTTP's Negotiate (RFC 4559): each of its legs is the request itself, and the last one's answer is the answer. */
import { GoldsyncError } from '../../base/errors.ts'
import { CredentialsError } from '../../credentials/credentials-error.ts'
import type { SecurityContext } from '../../credentials/kerberos.ts'
import type { Answer, Request } from './http.ts'
import { verdictOf } from './verdict.ts'

/** Of Hadoop's AuthenticationFilter. */
const COOKIE = /^hadoop\.auth=[^;]+/

/** Kerberos has two legs; more are allowed for, but not without end. */
const MOST_LEGS = 4

interface Shaken {
  /** With 401 where the server refuses. */
  readonly answer: Answer
  readonly cookie: string | undefined
}

/** @throws CredentialsError where a server answers that did not prove who it is */
export async function shakeHands(
  context: SecurityContext,
  request: Request,
  send: (request: Request) => Promise<Answer>,
): Promise<Shaken> {
  let token = await ofCredentials(context.step())
  for (let leg = 1; leg <= MOST_LEGS; leg += 1) {
    const authorization = `Negotiate ${token.toString('base64')}`
    const answer = await send({ ...request, headers: { ...request.headers, authorization } })
    const challenge = challengeOf(answer)
    if (challenge === undefined || answer.status !== 401)
      return ended(context, challenge, answer, request.url)
    token = await ofCredentials(context.step(challenge))
  }
  throw new CredentialsError(
    'AUTHENTICATION_FAILED',
    `${request.url.origin} does not end the Kerberos handshake`,
  )
}

/** The server's token; undefined where it sent none. */
function challengeOf({ headers }: Answer): Buffer | undefined {
  const [, token] = /(?:^|,)\s*Negotiate\s+([\w+/=]+)/i.exec(headers['www-authenticate'] ?? '') ?? []
  return token === undefined ? undefined : Buffer.from(token, 'base64')
}

async function ended(
  context: SecurityContext,
  challenge: Buffer | undefined,
  answer: Answer,
  { origin }: URL,
): Promise<Shaken> {
  if (challenge) await ofCredentials(context.step(challenge))
  if (context.established) return { answer, cookie: cookieOf(answer) }
  // Refused, or in trouble, before it knew who asks: no answer from HDFS.
  if (answer.status >= 400 && verdictOf(answer)?.kind !== 'missing') return { answer, cookie: undefined }
  throw unproven(origin)
}

const cookieOf = ({ headers }: Answer): string | undefined =>
  headers['set-cookie']?.map(each => COOKIE.exec(each)?.[0]).find(each => each !== undefined)

const unproven = (origin: string): CredentialsError =>
  new CredentialsError(
    'AUTHENTICATION_FAILED',
    `${origin} answered without Kerberos: it did not prove who it is`,
    {
      hint: 'if HDFS has simple authentication (hadoop.security.authentication), set storage.user instead of storage.auth; else check storage.namenodes, and what stands between goldsync and the NameNodes',
    },
  )

/** The same failure, as one of credentials. */
export const ofCredentials = <T>(work: Promise<T>): Promise<T> =>
  work.catch(error => {
    throw error instanceof GoldsyncError ? CredentialsError.from(error) : error
  })
