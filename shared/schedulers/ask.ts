/** A request to a scheduler, whose failures are errors of ours. */
import { type ErrorCode, GoldsyncError } from '../base/errors.ts'
import { type Answer, type HttpRequest, requestOnce } from '../base/http-request.ts'
import { readTls } from '../base/tls.ts'

/** A scheduler, as messages name it and as it is spoken to. */
export interface Server {
  readonly name: string
  readonly url: string
  readonly tls: Parameters<typeof readTls>[0]
}

export interface Asking extends Omit<HttpRequest, 'url' | 'tls' | 'body' | 'ca' | 'onConnected'> {
  /** Below the server's address, without a slash before it. */
  readonly path: string
  readonly body?: object
  /** Whether it starts work each time that it is taken: no failure after which it may have been is retryable. */
  readonly starts?: boolean
}

/** Characters of an answer: a page of assets with all that uses them. */
const MOST = 4 * 1024 * 1024

/** @returns the answer, whatever its status @throws GoldsyncError `UNAVAILABLE`, `CONFIG_INVALID` */
export async function ask(
  { name, url, tls }: Server,
  { path, body, headers, starts = false, ...request }: Asking,
  signal: AbortSignal,
): Promise<Answer> {
  const to = `${url.replace(/\/+$/, '')}/${path}`
  const all = body === undefined ? headers : { ...headers, 'content-type': 'application/json' }
  const more = body === undefined ? {} : { body: JSON.stringify(body) }
  const texts = await readTls(tls)
  let mayBeTaken = false
  const onConnected = () => {
    mayBeTaken = true
  }
  const watched = starts ? { onConnected } : {}
  try {
    return await requestOnce(
      { ...request, ...more, ...watched, url: to, headers: all, tls: texts },
      signal,
      MOST,
    )
  } catch (cause) {
    if (cause instanceof GoldsyncError) throw cause
    throw new GoldsyncError('UNAVAILABLE', `${hostOf(url)}: ${(cause as Error).message}`, {
      hint: `is schedulers.${name}.url right, and can it be reached from here?`,
      retryable: !mayBeTaken,
      cause,
    })
  }
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'AUTHENTICATION_FAILED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'UNAVAILABLE',
}

/** Answers that say that nothing was taken: too many requests, or no time now. Behind another one the work may have begun. */
const NOT_TAKEN: ReadonlySet<number> = new Set([429, 503])

interface Refusal extends Pick<Asking, 'starts'> {
  readonly hint?: string
  /** What of the answer may be shown: not where it repeats a secret. */
  readonly said?: string
}

/** What is thrown for an answer that is no yes. */
export function refused(
  { name, url }: Server,
  { status, text }: Pick<Answer, 'status' | 'text'>,
  { hint = `check schedulers.${name} of the config`, said = text.slice(0, 200), starts }: Refusal = {},
): GoldsyncError {
  const code = CODES[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'DATA_INVALID')
  const details = starts ? { hint, retryable: NOT_TAKEN.has(status) } : { hint }
  return new GoldsyncError(code, `${hostOf(url)} answered ${status} ${said}`.trim(), details)
}

export const isTaken = ({ status }: Pick<Answer, 'status'>): boolean => status >= 200 && status < 300

const hostOf = (url: string): string => new URL(url).host
