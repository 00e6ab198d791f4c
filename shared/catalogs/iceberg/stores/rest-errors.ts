/** What an Iceberg REST catalog refuses, and connections to it that fail, as errors of ours. */
import * as z from 'zod'
import { certificateRefused } from '../../../base/client-certificate.ts'
import { CONNECT_TIMEOUT } from '../../../base/connecting.ts'
import { type ErrorCode, GoldsyncError } from '../../../base/errors.ts'
import { wrongScheme } from '../../../base/speaks.ts'

export interface Answer {
  readonly status: number
  readonly body: Buffer
}

const model = z.object({ error: z.object({ message: z.string().nullish(), type: z.string().nullish() }) })

/** What the server says is wrong; undefined where a proxy or another server answers. */
export function faultOf({ body }: Answer): { readonly type: string; readonly message: string } | undefined {
  try {
    const { data } = model.safeParse(JSON.parse(body.toString('utf8')))
    const message = (data?.error.message ?? '').split('\n')[0] ?? ''
    return data && { type: data.error.type ?? '', message: message.slice(0, 500) }
  } catch {
    return undefined
  }
}

const BY_STATUS: Readonly<Record<number, readonly [ErrorCode, hint?: string]>> = {
  400: ['REQUEST_INVALID'],
  401: ['AUTHENTICATION_FAILED', 'check auth: the token, or the client and its secret'],
  403: [
    'PERMISSION_DENIED',
    'grant goldsync the rights to read, create and commit to tables of the namespace',
  ],
  404: ['NOT_FOUND'],
  406: ['UNSUPPORTED'],
  409: ['CONFLICT'],
  419: ['AUTHENTICATION_FAILED', 'the token has expired: renew it, or use auth of kind oauth2'],
  429: ['UNAVAILABLE'],
  501: ['UNSUPPORTED'],
}

/** An answer that is no success. @param about what was asked: `golden.orders` */
export function restError(answer: Answer, origin: string, about: string): GoldsyncError {
  const { status } = answer
  const fault = faultOf(answer)
  const said = `${about}: Iceberg REST catalog ${origin} answers ${status}${fault ? ` (${fault.type}: ${fault.message})` : ''}`
  const known = BY_STATUS[status]
  if (status >= 500 && !known) return new GoldsyncError('UNAVAILABLE', said)
  // 404 and the like of whoever listens there say nothing of tables.
  if (!fault && status !== 401 && status !== 403 && status !== 429) return notRest(said)
  const [code, hint] = known ?? ['REQUEST_INVALID']
  return new GoldsyncError(code, said, hint === undefined ? {} : { hint })
}

export const notRest = (said: string, cause?: unknown): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${said}, not as an Iceberg REST catalog does`, {
    hint: 'check tables.uri: it is what comes before /v1/config, and the warehouse',
    cause,
  })

export const timedOut = (origin: string, timeout: number): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `Iceberg REST catalog ${origin} did not answer within ${timeout} ms`, {
    hint: 'tables.timeout sets the limit',
  })

export function connectionFailed(thrown: unknown, origin: string): GoldsyncError {
  if (thrown instanceof GoldsyncError) return thrown
  const { code = '', message } = thrown as NodeJS.ErrnoException
  const subject = `Iceberg REST catalog ${origin}`
  const refused = certificateRefused(thrown, subject)
  if (refused) return refused
  const wrong = wrongScheme(thrown, 'tables.uri')
  if (wrong)
    return new GoldsyncError('UNAVAILABLE', `${subject} ${wrong[0]}`, { hint: wrong[1], cause: thrown })
  const isTls = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)
  return new GoldsyncError(
    code === CONNECT_TIMEOUT ? 'TIMEOUT' : 'UNAVAILABLE',
    `${subject}: ${message || code}`,
    {
      hint: isTls
        ? 'set tables.tls.ca to the PEM file of the authority that signed its certificate'
        : 'check tables.uri, and that the catalog is running and can be reached from here',
      cause: thrown,
    },
  )
}
