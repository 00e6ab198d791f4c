/** The metastore's exceptions and the socket's errors as GoldsyncErrors: the only place that knows their texts. */

import { certificateRefused } from '../../../base/client-certificate.ts'
import { CONNECT_TIMEOUT } from '../../../base/connecting.ts'
import { type ErrorCode, type ErrorDetails, GoldsyncError } from '../../../base/errors.ts'
import { fileSystemHint, NO_FILE_SYSTEM } from '../../../base/no-file-system.ts'
import { withPort } from '../../../base/ports.ts'
import { type Speech, speechOf } from '../../../base/speaks.ts'
import { CredentialsError } from '../../../credentials/credentials-error.ts'
import { mayBeOwn as mayBeOwnCode } from '../../refusing.ts'
import { type Fault, UNKNOWN_METHOD } from '../protocol/message.ts'

type Verdict = readonly [code: ErrorCode, details?: ErrorDetails]

const TYPES_REFUSED: Verdict = [
  'CONFLICT',
  {
    hint: 'this metastore does not change a column so (Hive 2.3: no type inside a struct, an array or a map; each: none to a narrower one) unless hive.metastore.disallow.incompatible.col.type.changes=false is set in its hive-site.xml',
    retryable: false,
  },
]

/** Seen where its database refuses a row: a name that is too long, a constraint. */
const NOT_PERSISTENT = /could not be made persistent/

/** By the exception's text, whatever its type is: what the server could not do now, or not for us. */
const BY_TEXT: readonly (readonly [RegExp, Verdict])[] = [
  [
    /AccessControlException|Permission denied|not authorized|No privilege|does not have .*privilege/i,
    ['PERMISSION_DENIED', { hint: 'grant the rights listed in docs/catalogs/metastore.md' }],
  ],
  [/types incompatible with the existing columns/i, TYPES_REFUSED],
  // PostgreSQL (seen), MySQL, Oracle, SQL Server. Hive 3 does not tell: there it is INTERNAL.
  [
    /value too long for type|Data too long for column|ORA-12899|would be truncated/i,
    [
      'UNSUPPORTED',
      {
        hint: "a name, a type or a parameter is longer than the metastore's database holds: see LONG_TYPE in docs/diagnostics.md",
      },
    ],
  ],
  // MariaDB with the tables of Hive's own script, which are latin1.
  [
    /Illegal mix of collations|Incorrect string value/,
    [
      'UNSUPPORTED',
      {
        hint: "the tables of the metastore's database hold no such letters: see docs/compatibility.md on MySQL and MariaDB",
      },
    ],
  ],
  // Seen: a partition added with the columns that another call has just replaced (the foreign key of SDS to CDS).
  [
    NOT_PERSISTENT,
    [
      'UNAVAILABLE',
      {
        hint: 'someone else changed the table at the same moment, and the next run goes on; where it stays, the log of the metastore tells what its database refused',
      },
    ],
  ],
  // Hive 4 on statistics of partitions of which none is registered.
  [/The IN list is empty/, ['NOT_FOUND', { hint: 'the partitions are not registered any more; run again' }]],
  [/table has been modified/i, ['CONFLICT', { hint: 'someone else changed the table at the same moment' }]],
  [
    /Connection refused|ConnectException|SocketTimeout|SafeMode|StandbyException|Could not open.*connection|Connection is not available|could not serialize|deadlock|lock wait timeout|lock could not be obtained|ORA-00060|Communications link|JDOFatalDataStore/i,
    ['UNAVAILABLE', { hint: 'the metastore cannot reach its database or the file system now' }],
  ],
]

const BY_TYPE: Readonly<Record<string, Verdict>> = {
  NoSuchObjectException: ['NOT_FOUND'],
  AlreadyExistsException: ['CONFLICT'],
  InvalidObjectException: ['REQUEST_INVALID'],
  InvalidInputException: ['REQUEST_INVALID'],
  NoSuchLockException: ['CONFLICT'],
  NoSuchTxnException: ['CONFLICT'],
  TxnAbortedException: ['CONFLICT'],
  TxnOpenException: ['CONFLICT'],
  [UNKNOWN_METHOD]: [
    'UNSUPPORTED',
    {
      hint: 'goldsync needs a Hive metastore of version 2.3 or later; a proxy in between may pass some calls on, and this one not',
    },
  ],
}

/** What a session begins with: an answer tells that it is a metastore. */
export const GREETINGS: ReadonlySet<string> = new Set(['set_ugi', 'getVersion'])

const NO_METASTORE: Verdict = [
  'CONFIG_INVALID',
  {
    hint: 'another Thrift server listens there (HiveServer2, with its authentication NOSASL, answers so): check the port in uris; a metastore has 9083 as a rule',
  },
]

/** The server refused a call. Its exception stays as the cause: see `isFault`. @param server `host:port` */
export function faultError(fault: Fault, method: string, server: string): GoldsyncError {
  const [code, details] = verdict(fault, method)
  return new GoldsyncError(code, `metastore ${server}: ${method}: ${sentence(fault)}`, {
    ...details,
    cause: fault,
  })
}

function verdict({ fault, message }: Fault, method: string): Verdict {
  if (fault === UNKNOWN_METHOD && GREETINGS.has(method)) return NO_METASTORE
  if (NO_FILE_SYSTEM.test(message)) return ['UNSUPPORTED', { hint: fileSystemHint('the metastore', message) }]
  const byText = BY_TEXT.find(([pattern]) => pattern.test(message))
  if (byText) return byText[1]
  // Hive 3 and 4: "Unable to alter partition. alter is not possible", "table a.b doesn't exist".
  if (fault === 'InvalidOperationException')
    return /doesn't exist|does not exist|not exist|not found/i.test(message) ? ['NOT_FOUND'] : ['CONFLICT']
  return BY_TYPE[fault] ?? ['INTERNAL', { hint: 'the log of the metastore tells more' }]
}

function sentence({ fault, message }: Fault): string {
  const text = (message.split(/\n\s*at /)[0] as string).replace(/\s+/g, ' ').trim().slice(0, 1000)
  return text === '' ? fault : text
}

/** The server's exception that is behind an error. */
const faultOf = (error: unknown): Fault | undefined =>
  error instanceof GoldsyncError ? (error.cause as Fault | undefined) : undefined

/** Whether the server answered with an exception of this type. */
export const isFault = (error: unknown, fault: string): boolean => faultOf(error)?.fault === fault

/**
 * Whether the server may have refused a partition for what it is: it has answered, and neither that it cannot work now nor that it
 * takes nothing of the kind.
 */
export function mayBeOwn(error: unknown): error is GoldsyncError {
  const fault = faultOf(error)
  if (!(error instanceof GoldsyncError) || fault?.fault === undefined) return false
  if (NO_FILE_SYSTEM.test(fault.message) || fault.fault === UNKNOWN_METHOD) return false
  return (
    mayBeOwnCode(error.code) || fault.fault === 'AlreadyExistsException' || NOT_PERSISTENT.test(fault.message)
  )
}

/** Whether another writer came between our read and our write of a table. */
export const modifiedMeanwhile = (error: unknown): boolean =>
  /table has been modified|could not serialize|deadlock/i.test(faultOf(error)?.message ?? '')

/** Whether the server refused a change since the table is not as the change expects it. */
export const isStale = (error: unknown): boolean =>
  /table has been modified/i.test(faultOf(error)?.message ?? '')

/** Whether the server refused other partition keys, as each Hive does. */
export const isRefusedKeys = (error: unknown): boolean =>
  /partition keys can ?not be changed/i.test(faultOf(error)?.message ?? '')

/** Whether a table could not be made for want of its database: Hive 4 says `database hive.golden`, Hive 3 `golden`. */
export function databaseMissing(error: unknown, database: string): boolean {
  const fault = faultOf(error)
  if (fault?.fault !== 'InvalidObjectException') return fault?.fault === 'NoSuchObjectException'
  return (
    fault.message
      .replace(/^database /, '')
      .split('.')
      .at(-1) === database
  )
}

/** What a connection was doing when it failed. */
export interface Peer {
  /** `host:port` */
  readonly server: string
  /** The method whose answer is waited for; undefined while connecting. */
  readonly method?: string | undefined
  /** Whether this server has answered this process before. */
  readonly answered?: boolean
}

const FIREWALL = 'check the host and the port in uris, and that no firewall is in between'

const BY_ERRNO: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'check uris, and that the metastore is running',
  ENOTFOUND: 'check the host name in uris',
  EAI_AGAIN: 'check the host name in uris, and that this machine can look names up',
  ETIMEDOUT: FIREWALL,
  [CONNECT_TIMEOUT]: FIREWALL,
  EHOSTUNREACH: 'check the host in uris, and that this machine can reach it',
}

/** In place of the words of Node, which name what it called. */
const SAID: Readonly<Record<string, string>> = {
  plain: 'the server does not speak TLS',
  closed: 'the server closed the connection at the first word of TLS',
  ECONNREFUSED: 'the connection was refused',
}

const TLS_TEXT = /certificate|self.signed|unable to verify|ERR_TLS|EPROTO|SSL routines|altnames/i

/** An error of the connection. */
export function socketError(thrown: unknown, peer: Peer): GoldsyncError {
  if (thrown instanceof GoldsyncError) return prefixed(thrown, peer)
  const refused = certificateRefused(thrown, subject(peer))
  if (refused) return refused
  const { message = String(thrown), code = '' } = (thrown ?? {}) as { message?: string; code?: string }
  const speech = speechOf(thrown)
  const said = SAID[speech ?? code] ?? message
  return new GoldsyncError(
    code === CONNECT_TIMEOUT ? 'TIMEOUT' : 'UNAVAILABLE',
    `${subject(peer)}: ${said}`,
    {
      ...remedy(`${code} ${message}`, code, peer, speech),
      cause: thrown,
    },
  )
}

/** `metastore host:port: add_partitions_req` */
const subject = ({ server, method }: Peer): string =>
  method === undefined ? `metastore ${server}` : `metastore ${server}: ${method}`

function remedy(text: string, code: string, peer: Peer, speech: Speech | undefined): ErrorDetails {
  if (speech === 'plain')
    return {
      hint: withPort(
        'set tls: false for a metastore without TLS, or correct the port in uris',
        peer.server,
        [9083],
      ),
      retryable: false,
    }
  if (TLS_TEXT.test(text))
    return {
      hint: 'check tls, and tls.ca: the server must show a certificate for this host that the authority signed',
      retryable: false,
    }
  if (speech === 'closed' && !peer.answered)
    return {
      hint: withPort(
        `it may speak no TLS (tls: false); or ${OTHERS}; or it was stopped`,
        peer.server,
        [9083],
      ),
    }
  if (peer.answered) return { hint: peer.method === undefined ? GONE : GAVE_UP }
  return { hint: BY_ERRNO[code] ?? withPort(CLOSED, peer.server, [9083]) }
}

const OTHERS =
  'another server may listen there (HiveServer2, PostgreSQL and the RPC port of a NameNode close a connection so; a metastore has port 9083 as a rule)'

const CLOSED = `${OTHERS}; or it was stopped, or expects TLS (set tls), Kerberos, a token or a password (set auth), or HTTP (set transport)`

/** What goes before the metastore, a proxy or Hive's servlet, refused: HTTP has no exceptions. */
export function statusError(status: number, text: string, peer: Peer): GoldsyncError {
  const said = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
  const [code, hint] = BY_STATUS[status] ?? [
    status >= 500 ? 'UNAVAILABLE' : 'DATA_INVALID',
    'the log of the metastore, or of the proxy before it, tells more',
  ]
  return new GoldsyncError(code, `${subject(peer)}: HTTP ${status}${said === '' ? '' : `: ${said}`}`, {
    hint,
  })
}

const BY_STATUS: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  401: [
    'AUTHENTICATION_FAILED',
    'check auth: the token may have expired, or be of another issuer or audience; or the server takes another kind',
  ],
  403: ['PERMISSION_DENIED', 'the metastore, or a proxy before it, does not let this user in'],
  404: ['CONFIG_INVALID', 'check path: hive.metastore.server.thrift.http.path of the server'],
  405: ['CONFIG_INVALID', 'check path, and the port in uris: another server may listen there'],
}

const GAVE_UP =
  'it is a metastore, and has answered before: it was stopped meanwhile, or it, or a proxy in between, gave up on this call (its log tells more)'

const GONE = 'it is a metastore, and has answered before: it was stopped meanwhile, or cannot be reached now'

const prefixed = (error: GoldsyncError, peer: Peer): GoldsyncError => {
  if (error.message.includes(peer.server)) return error
  const { code, message, hint, retryable } = error
  const Kind = error instanceof CredentialsError ? CredentialsError : GoldsyncError
  return new Kind(code, `${subject(peer)}: ${message}`, {
    retryable,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  })
}

export const aborted = (server: string): GoldsyncError =>
  new GoldsyncError('ABORTED', `metastore ${server}: aborted`)
