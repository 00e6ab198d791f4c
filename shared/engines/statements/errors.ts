/** The errors of Trino and Presto as GoldsyncErrors: the only place that knows their names. */

import { certificateRefused } from '../../base/client-certificate.ts'
import { CONNECT_TIMEOUT } from '../../base/connecting.ts'
import { type ErrorCode, GoldsyncError } from '../../base/errors.ts'
import { withPort } from '../../base/ports.ts'
import { speechOf, wrongScheme } from '../../base/speaks.ts'
import { withoutValues } from '../../base/without-values.ts'
import { IMPERSONATES, NO_RIGHTS, OTHER_USER, type Refusal, refusal, type SentKind } from './refusals.ts'

/** What a page says of a failed query. */
export interface QueryFailure {
  readonly message: string
  readonly errorName: string
  readonly errorType: string
}

/** A failed query. @param server its kind and host: `Trino host:port` */
export function queryError(failure: QueryFailure, server: string): GoldsyncError {
  const [code, hint] = verdict(failure)
  return new GoldsyncError(code, `${server}: ${inWords(failure)}`, {
    cause: failure,
    ...(hint === undefined ? {} : { hint }),
  })
}

/** The engine's own words, without its stack and what it quotes of the data. */
const inWords = ({ errorName, message }: QueryFailure): string =>
  `${errorName}: ${withoutValues((message.split(/\n\s*at /)[0] as string).replace(/\s+/g, ' ').trim()).slice(0, 500)}`

type Verdict = readonly [code: ErrorCode, hint?: string | undefined]

const CATALOG: Verdict = [
  'NOT_FOUND',
  'catalog must be the name that the engine itself has for its catalog over the metastore: SHOW CATALOGS there lists them',
]
const SCHEMA: Verdict = [
  'NOT_FOUND',
  "the engine's catalog is not over the metastore that goldsync writes to: check catalog, and catalogs, which names those of this config whose tables it reads",
]
const TABLE: Verdict = [
  'NOT_FOUND',
  "the engine's catalog is not over the metastore that goldsync writes to (check catalog and catalogs), or caches it (set caching: true)",
]

const NOT_ALLOWED: Verdict = ['PERMISSION_DENIED', NO_RIGHTS]

// io.trino.spi.StandardErrorCode, com.facebook.presto.spi.StandardErrorCode; HiveErrorCode of both
const BY_NAME: Readonly<Record<string, Verdict>> = {
  PERMISSION_DENIED: NOT_ALLOWED,
  CATALOG_NOT_FOUND: CATALOG,
  SCHEMA_NOT_FOUND: SCHEMA,
  TABLE_NOT_FOUND: TABLE,
  NOT_FOUND: ['NOT_FOUND'],
  MISSING_CATALOG: CATALOG,
  MISSING_SCHEMA: SCHEMA,
  MISSING_TABLE: TABLE,
  HIVE_FILE_NOT_FOUND: ['NOT_FOUND'],
  HIVE_PARTITION_DROPPED_DURING_QUERY: ['NOT_FOUND'],
  NOT_SUPPORTED: ['UNSUPPORTED'],
  PROCEDURE_NOT_FOUND: [
    'UNSUPPORTED',
    'catalog is none over a Hive metastore, or this version has no such procedure: correct it, or set caching: false',
  ],
  EXCEEDED_TIME_LIMIT: ['TIMEOUT', 'the engine is busy, or its own limit is short; timeout is ours'],
  EXCEEDED_CPU_LIMIT: ['TIMEOUT', 'the engine’s limit of processor time for this user is short'],
  USER_CANCELED: ['ABORTED'],
  ADMINISTRATIVELY_KILLED: ['ABORTED'],
  ADMINISTRATIVELY_PREEMPTED: ['ABORTED'],
}

type Rule = readonly [pattern: RegExp, ...verdict: Verdict]

/** Of what stands behind the engine, whose errors come under many names: its words tell more. */
const BEHIND: readonly Rule[] = [
  [IMPERSONATES, 'PERMISSION_DENIED', OTHER_USER],
  [
    /AccessControlException|Permission denied|Access ?Denied|\bForbidden\b|status code:? 403/i,
    ...NOT_ALLOWED,
  ],
  // Presto calls these SYNTAX_ERROR.
  [/^(line \d+:\d+: )?Catalog .* (does not exist|not found)/, ...CATALOG],
  [/^(line \d+:\d+: )?Schema .* does not exist/, ...SCHEMA],
  [/^(line \d+:\d+: )?Table .* does not exist/, ...TABLE],
  [/FileNotFoundException|File does not exist|No such file|NoSuchKey/i, 'NOT_FOUND'],
  [
    /Connection (refused|reset)|ConnectException|NoRouteToHost|UnknownHost|SocketTimeout|timed out|SafeMode|StandbyException|BlockMissing|Could not obtain block|SlowDown|Service Unavailable|status code:? 5\d\d/i,
    'UNAVAILABLE',
  ],
]

function verdict({ errorName, errorType, message }: QueryFailure): Verdict {
  const rule = BEHIND.find(([pattern]) => pattern.test(message))
  if (rule) return [rule[1], rule[2]]
  return (
    BY_NAME[errorName] ?? [
      errorType === 'USER_ERROR' ? 'INTERNAL' : 'UNAVAILABLE',
      BY_TYPE[errorType] ?? "the engine's log tells more",
    ]
  )
}

const BY_TYPE: Readonly<Record<string, string>> = {
  INSUFFICIENT_RESOURCES: 'the engine has too little memory, or too many queries: every run asks again',
  EXTERNAL:
    "what stands behind the engine failed it (metastore, HDFS, S3): its log, and its catalog's properties, tell more",
}

/** What a reader throws. Much of what it does not expect is a GENERIC_INTERNAL_ERROR: an unknown codec, an encoding. */
const OF_FILES =
  /^(GENERIC_INTERNAL_ERROR|NOT_SUPPORTED|PARQUET_.*|HIVE_(BAD_DATA|CURSOR_ERROR|CANNOT_OPEN_SPLIT|PARTITION_SCHEMA_MISMATCH|UNSUPPORTED_FORMAT|UNSUPPORTED_ENCRYPTION.*|INVALID_BUCKET_FILES|FILE_MISSING_COLUMN_NAMES|UNKNOWN_ERROR|MISSING_DATA))$/

/** The engine's words where a query failed on what it read; undefined where it was not allowed, able or in time to read. */
export function failureOnFile(error: unknown): string | undefined {
  const failure =
    error instanceof GoldsyncError ? (error.cause as Partial<QueryFailure> | undefined) : undefined
  if (!isFailure(failure) || !(OF_FILES.test(failure.errorName) || isOfValue(failure))) return undefined
  const isOther = ANALYSIS.test(failure.message) || BEHIND.some(([pattern]) => pattern.test(failure.message))
  return isOther ? undefined : inWords(failure)
}

/** A value of the file that its column's type does not hold (seen of decimals); literals are cast from text. */
const isOfValue = ({ errorName, message }: QueryFailure): boolean =>
  errorName === 'INVALID_CAST_ARGUMENT' && /^Cannot cast [A-Z]/.test(message)

/** How what is wrong with the statement itself is told. */
const ANALYSIS = /^line \d+:\d+: /

const isFailure = (cause: Partial<QueryFailure> | undefined): cause is QueryFailure =>
  typeof cause?.errorName === 'string' && typeof cause.message === 'string'

/** An answer that is no page of results. */
export function notOurs(server: string): GoldsyncError {
  const [name, host] = server.split(' ')
  return new GoldsyncError('UNAVAILABLE', `${host} does not answer as ${name} does`, {
    hint: `check url: it is the coordinator’s (port 8080, or 8443 with https, as a rule)`,
    retryable: false,
  })
}

/** A request that got no answer, or not the engine's. @param auth the kind that was sent */
export function requestError(thrown: unknown, server: string, auth?: SentKind): GoldsyncError {
  if (thrown instanceof GoldsyncError) return thrown
  const error = thrown as { message?: string; code?: string; response?: Refusal }
  const message = `${server}: ${error.message ?? String(thrown)}`
  const refused = error.response && refusal(error.response, message, server, auth)
  if (refused) return refused
  switch (error.response?.status) {
    case undefined:
      return connectionError(thrown, message, server)
    default:
      return new GoldsyncError('UNAVAILABLE', message, {
        hint: withPort('check url: it is the coordinator’s', server, []),
      })
  }
}

const UNVERIFIED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|EPROTO/

function connectionError(thrown: unknown, message: string, server: string): GoldsyncError {
  const { code = '' } = thrown as { code?: string }
  const wrong = wrongScheme(thrown, 'url')
  if (wrong)
    return new GoldsyncError('UNAVAILABLE', `${server} ${wrong[0]}`, {
      hint: withPort(wrong[1], server, []),
      retryable: speechOf(thrown) === 'closed',
      cause: thrown,
    })
  const refused = certificateRefused(thrown, server)
  if (refused) return refused
  if (UNVERIFIED.test(code))
    return new GoldsyncError('UNAVAILABLE', message, {
      hint: 'check tls.ca and the host in url',
      retryable: false,
    })
  return new GoldsyncError(code === CONNECT_TIMEOUT ? 'TIMEOUT' : 'UNAVAILABLE', message, {
    hint: BY_ERRNO[code]?.(server) ?? `check url, and that ${server.split(' ')[0]} is running`,
  })
}

const BY_ERRNO: Readonly<Record<string, (server: string) => string>> = {
  ENOTFOUND: () => 'check the host in url: this machine does not know the name',
  EAI_AGAIN: () => 'check the host in url, and that this machine can look names up',
  [CONNECT_TIMEOUT]: () => 'check the host and the port in url, and that no firewall is in between',
  ECONNRESET: server =>
    withPort(
      'another server may listen there, or it speaks https and url says http: check url; or it was stopped',
      server,
      [],
    ),
}
