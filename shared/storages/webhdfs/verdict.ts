/**
 * What a refusal means. The exception decides, not the status beside it: of an IOException a NameNode makes 403, HttpFS 500
 * (measured on 3.4.2).
 */
import type { Answer } from './http.ts'
import { type RemoteException, remoteException } from './remote-exception.ts'

/** `other`: an exception that says nothing of the question, as of a server that is in trouble. */
type Kind =
  | 'missing'
  | 'exists'
  | 'not-a-directory'
  | 'forbidden'
  | 'may-not-act-for-others'
  | 'unauthenticated'
  | 'invalid'
  | 'unsupported'
  | 'behind-the-end'
  | 'other'

export interface Verdict extends RemoteException {
  readonly kind: Kind
}

const KINDS: Readonly<Record<string, Kind>> = {
  FileNotFoundException: 'missing',
  FileAlreadyExistsException: 'exists',
  AccessControlException: 'forbidden',
  AuthorizationException: 'forbidden',
  AuthenticationException: 'unauthenticated',
  InvalidToken: 'unauthenticated',
  // Of a token that cannot be read, with 401 (UserProvider of the NameNode).
  SecurityException: 'unauthenticated',
  IllegalArgumentException: 'invalid',
  InvalidPathException: 'invalid',
  // HttpFS, of a parameter's value: an operation that it has not.
  QueryParamException: 'invalid',
  UnsupportedOperationException: 'unsupported',
}

/** Where one class says several things, and where HttpFS gives an RPC's exception in its wrapping (RemoteException). */
const MESSAGES: readonly (readonly [RegExp, Kind])[] = [
  [/\(is not a directory\)$/, 'not-a-directory'],
  [/is not allowed to impersonate/, 'may-not-act-for-others'],
  [/out of the range/, 'behind-the-end'],
]

/** HttpFS has no exception for this but a page of its web server, with 500. */
const BEHIND_THE_END = /EOFException: Premature EOF from inputStream after skipping \d+ byte/

/** Undefined where the answer has no RemoteException: a proxy's page, or another service. */
export function verdictOf(answer: Answer): Verdict | undefined {
  const remote = remoteException(answer)
  if (remote) return { ...remote, kind: kindOf(remote) }
  const [message] = BEHIND_THE_END.exec(answer.body.toString('latin1', 0, 2_000)) ?? []
  return message === undefined ? undefined : { exception: 'EOFException', message, kind: 'behind-the-end' }
}

const kindOf = ({ exception, message }: RemoteException): Kind =>
  MESSAGES.find(([said]) => said.test(message))?.[1] ??
  (Object.hasOwn(KINDS, exception) ? KINDS[exception] : undefined) ??
  'other'

/** Whether the server does not know who asks, or not any longer. */
export function refusesIdentity(answer: Answer): boolean {
  if (answer.status < 400) return false
  const kind = verdictOf(answer)?.kind ?? 'other'
  return (
    kind === 'unauthenticated' ||
    (kind === 'other' && (answer.status === 401 || failedIn(answer) !== undefined))
  )
}

const OF_HANDSHAKE =
  /(?:GSSException: |AuthenticationException: |Invalid server principal |No rules applied to )[^<\n]{0,200}/

/** What went wrong in a handshake, of a page that Hadoop's filter makes with 403: its sentence. */
export const failedIn = ({ body }: Answer): string | undefined =>
  OF_HANDSHAKE.exec(body.toString('latin1', 0, 4_000))?.[0]

/** Why another NameNode, or the same one later, should be asked; undefined where this answer counts. */
export function turnsAway(answer: Answer): string | undefined {
  // HDFS sends no exception with these, and of a scan nearly all answers are such.
  if (answer.status < 400) return undefined
  const verdict = verdictOf(answer)
  // Of a request with a token, the second (UserProvider of the NameNode).
  if (
    verdict?.exception === 'StandbyException' ||
    /InvalidToken: StandbyException/.test(verdict?.message ?? '')
  )
    return 'is in standby'
  if (verdict?.exception === 'RetriableException') return `asks to be asked later (${verdict.message})`
  if (verdict !== undefined && verdict.kind !== 'other') return undefined
  if (answer.status < 500 && answer.status !== 429) return undefined
  return `answered ${answer.status}${verdict ? ` (${verdict.exception}: ${verdict.message})` : ''}`
}
