/** The errors of Trino and Presto as GoldsyncErrors: the only place that knows their names. */
import { type ErrorCode, GoldsyncError } from '../../base/errors.ts'
import { withoutValues } from '../../base/without-values.ts'

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

const NOT_ALLOWED: Verdict = ['PERMISSION_DENIED', 'grant the rights that docs/engines lists']

// io.trino.spi.StandardErrorCode, com.facebook.presto.spi.StandardErrorCode; HiveErrorCode of both
const BY_NAME: Readonly<Record<string, Verdict>> = {
  PERMISSION_DENIED: NOT_ALLOWED,
  CATALOG_NOT_FOUND: ['NOT_FOUND', 'check catalog'],
  SCHEMA_NOT_FOUND: ['NOT_FOUND'],
  TABLE_NOT_FOUND: ['NOT_FOUND'],
  NOT_FOUND: ['NOT_FOUND'],
  MISSING_CATALOG: ['NOT_FOUND', 'check catalog'],
  MISSING_SCHEMA: ['NOT_FOUND'],
  MISSING_TABLE: ['NOT_FOUND'],
  HIVE_FILE_NOT_FOUND: ['NOT_FOUND'],
  HIVE_PARTITION_DROPPED_DURING_QUERY: ['NOT_FOUND'],
  NOT_SUPPORTED: ['UNSUPPORTED'],
  PROCEDURE_NOT_FOUND: ['UNSUPPORTED'],
  EXCEEDED_TIME_LIMIT: ['TIMEOUT'],
  EXCEEDED_CPU_LIMIT: ['TIMEOUT'],
  USER_CANCELED: ['ABORTED'],
  ADMINISTRATIVELY_KILLED: ['ABORTED'],
  ADMINISTRATIVELY_PREEMPTED: ['ABORTED'],
}

type Rule = readonly [pattern: RegExp, ...verdict: Verdict]

/** Of what stands behind the engine, whose errors come under many names: its words tell more. */
const BEHIND: readonly Rule[] = [
  [
    /AccessControlException|Permission denied|Access ?Denied|\bForbidden\b|status code:? 403/i,
    ...NOT_ALLOWED,
  ],
  [/^(line \d+:\d+: )?(Table|Schema|Catalog) .* does not exist/, 'NOT_FOUND'],
  [/FileNotFoundException|File does not exist|No such file|NoSuchKey/i, 'NOT_FOUND'],
  [
    /Connection (refused|reset)|ConnectException|NoRouteToHost|UnknownHost|SocketTimeout|timed out|SafeMode|StandbyException|BlockMissing|Could not obtain block|SlowDown|Service Unavailable|status code:? 5\d\d/i,
    'UNAVAILABLE',
  ],
]

function verdict({ errorName, errorType, message }: QueryFailure): Verdict {
  const rule = BEHIND.find(([pattern]) => pattern.test(message))
  if (rule) return [rule[1], rule[2]]
  return BY_NAME[errorName] ?? [errorType === 'USER_ERROR' ? 'INTERNAL' : 'UNAVAILABLE']
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
    hint: 'check url: it is the coordinator’s',
    retryable: false,
  })
}

/** A request that got no answer, or not the engine's. */
export function requestError(thrown: unknown, server: string): GoldsyncError {
  if (thrown instanceof GoldsyncError) return thrown
  const error = thrown as { message?: string; code?: string; response?: { status: number } }
  const message = `${server}: ${error.message ?? String(thrown)}`
  switch (error.response?.status) {
    case 401:
      return new GoldsyncError('AUTHENTICATION_FAILED', message, { hint: 'check user, password and token' })
    case 403:
      return new GoldsyncError('PERMISSION_DENIED', message)
    case undefined:
      return connectionError(error.code, message, server)
    default:
      return new GoldsyncError('UNAVAILABLE', message, { hint: 'check url: it is the coordinator’s' })
  }
}

const UNVERIFIED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|EPROTO/

function connectionError(code: string | undefined, message: string, server: string): GoldsyncError {
  return UNVERIFIED.test(code ?? '')
    ? new GoldsyncError('UNAVAILABLE', message, {
        hint: 'check tls.ca and the host in url',
        retryable: false,
      })
    : new GoldsyncError('UNAVAILABLE', message, {
        hint: `check url, and that ${server.split(' ')[0]} is running`,
      })
}
