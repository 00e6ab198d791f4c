/** HiveServer2's errors as GoldsyncErrors: the only place that knows Hive's codes and texts. */
import { type ErrorCode, GoldsyncError } from '../base/errors.ts'
import { withoutValues } from '../base/without-values.ts'

/** What the server or the connection said. `code` is Hive's (org.apache.hadoop.hive.ql.ErrorMsg) or an HTTP status. */
interface Fault {
  readonly text: string
  readonly code: number | string | undefined
  /** Whether a statement failed, and not the connection. */
  readonly fromHive: boolean
}

/** An error of hive-driver, of the socket or of the server. @param server `host:port` */
export function hiveError(thrown: unknown, server: string): GoldsyncError {
  if (thrown instanceof GoldsyncError) return thrown
  const fault = readFault(thrown)
  const [code, hint, retryable] = verdict(fault)
  const details = {
    cause: thrown,
    ...(hint === undefined ? {} : { hint }),
    ...(retryable === undefined ? {} : { retryable }),
  }
  return new GoldsyncError(code, `HiveServer2 ${server}: ${sentence(fault.text)}`, details)
}

/** Whether the statement failed since a table, column or partition of that name exists. */
export function alreadyExists(error: unknown): boolean {
  if (!(error instanceof GoldsyncError)) return false
  const { text, code } = readFault(error.cause)
  return code === DUPLICATE_COLUMN || /AlreadyExistsException|already exists/i.test(text)
}

/** Whether the server has forgotten our session: it was idle for too long, or the server was started again. */
export const sessionExpired = (error: unknown): boolean =>
  error instanceof GoldsyncError && /Invalid SessionHandle/i.test(readFault(error.cause).text)

/** Hive's words where a statement failed on what it read; undefined where it was not allowed, able or in time to read. */
export function failureOnFile(error: unknown): string | undefined {
  if (!(error instanceof GoldsyncError) || error.code !== 'INTERNAL') return undefined
  const { text, fromHive } = readFault(error.cause)
  return fromHive && !/^Error while compiling statement: FAILED/.test(text)
    ? withoutValues(sentence(text)).slice(0, 500)
    : undefined
}

type Verdict = readonly [code: ErrorCode, hint?: string | undefined, retryable?: boolean | undefined]

const DUPLICATE_COLUMN = 10036

const BY_CODE: Readonly<Record<number | string, Verdict>> = {
  10001: ['NOT_FOUND'], // table
  10006: ['NOT_FOUND'], // partition
  10072: ['NOT_FOUND', 'create the database, or set createDatabase: true'],
  10002: ['CONFLICT'], // column
  [DUPLICATE_COLUMN]: ['CONFLICT'],
  10111: ['UNSUPPORTED', 'Hive SQL registers no partition named so; exclude the folder'], // __HIVE_DEFAULT_PARTITION__
  401: ['AUTHENTICATION_FAILED', 'check user and password'],
  403: ['PERMISSION_DENIED'],
  404: ['UNAVAILABLE', 'check path: it is the server’s hive.server2.thrift.http.path', false],
  ECONNREFUSED: ['UNAVAILABLE', 'check host and port, and that HiveServer2 is running'],
  ENOTFOUND: ['UNAVAILABLE', 'check host'],
}

type Rule = readonly [pattern: RegExp, ...verdict: Verdict]

/** Of the connection: sockets, TLS, SASL, HTTP. */
const CONNECTION: readonly Rule[] = [
  [
    /^Authentication error: .*(Bad Request|Not Found|HTTP)/s,
    'UNAVAILABLE',
    'the port speaks HTTP: set transport: http',
    false,
  ],
  [/^Authentication error/, 'AUTHENTICATION_FAILED', 'check user and password'],
  [
    /certificate|altnames|self-signed|unable to verify|ERR_TLS|ERR_SSL|EPROTO/,
    'UNAVAILABLE',
    'check tls and tls.ca: the server must show a certificate for this host that the authority signed',
    false,
  ],
  [/./, 'UNAVAILABLE', 'check host, port, transport, auth and tls'],
]

/** Of a statement: Hive's own words and those of what stands behind it. */
const STATEMENT: readonly Rule[] = [
  [
    /AccessControlException|AuthorizationException|Permission denied|does not have .*privilege|Cannot modify \S+ at runtime/i,
    'PERMISSION_DENIED',
    'grant the rights that docs/catalogs/hiveserver2.md lists',
  ],
  [
    /AlreadyExistsException|already exists|types incompatible with the existing columns|table has been modified|Replacing columns cannot drop/i,
    'CONFLICT',
    'someone else changed the table; the next run compares again',
  ],
  // Seen: a partition added with the columns that another statement has just replaced (the foreign key of SDS to CDS).
  [
    /could not be made persistent/,
    'CONFLICT',
    'someone else changed the table at the same moment, and the next run goes on; where it stays, the log of the metastore tells what its database refused',
  ],
  [/NoSuchObjectException|Table not found|Database does not exist|Partition not found/i, 'NOT_FOUND'],
  [
    /Can not establish connection to server/,
    'UNAVAILABLE',
    'Hive cannot reach the file system of that location: check its host and port',
  ],
  [
    /Connection refused|ConnectException|TTransportException|SocketTimeout|SafeMode|StandbyException|LockException|Error in acquiring locks|Invalid SessionHandle/i,
    'UNAVAILABLE',
  ],
  [/can not be used in column name/, 'UNSUPPORTED', 'leave that column out, or rename it in its files'],
  [/OutOfMemoryError|GC overhead limit|exceeds? .*memory/i, 'UNAVAILABLE'],
  [/timed ?out/i, 'TIMEOUT'],
  [/was canceled|was closed/, 'ABORTED'],
]

function verdict({ code, text, fromHive }: Fault): Verdict {
  const byCode = code === undefined ? undefined : BY_CODE[code]
  if (byCode) return byCode
  const rule = (fromHive ? STATEMENT : CONNECTION).find(([pattern]) =>
    pattern.test(`${code ?? ''} ${sentence(text)}`.trim()),
  )
  return rule ? [rule[1], rule[2], rule[3]] : ['INTERNAL', 'the log of HiveServer2 tells more']
}

/**
 * hive-driver throws StatusError (no Error), OperationStateError (the text is in `response`), thrift's exceptions and
 * errors of sockets.
 */
function readFault(thrown: unknown): Fault {
  const error = (thrown ?? {}) as {
    name?: unknown
    message?: unknown
    code?: number | string
    statusCode?: number
    response?: { operationState?: number; errorMessage?: unknown; errorCode?: number }
  }
  return {
    text: String(error.response?.errorMessage ?? error.message ?? thrown),
    code: error.response?.errorCode ?? error.statusCode ?? error.code,
    fromHive: error.name === 'Status Error' || error.response?.operationState !== undefined,
  }
}

/** Hive's text without its preamble and its stack. */
function sentence(text: string): string {
  const first = text
    .replace(/^Error while compiling statement: /, '')
    .replace(/^FAILED: /, '')
    .replace(/^Execution Error, return code \d+ from \S+?DDLTask\. ?/, '')
    .split(/\n\s*at /)[0] as string
  return first.replace(/\s+/g, ' ').trim().slice(0, 1000)
}
