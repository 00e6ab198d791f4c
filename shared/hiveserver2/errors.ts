/** HiveServer2's errors as GoldsyncErrors: the only place that knows Hive's codes and texts. */

import { certificateRefused } from '../base/client-certificate.ts'
import { CONNECT_TIMEOUT } from '../base/connecting.ts'
import { type ErrorCode, GoldsyncError } from '../base/errors.ts'
import { fileSystemHint, NO_FILE_SYSTEM } from '../base/no-file-system.ts'
import { withPort } from '../base/ports.ts'
import { speechOf } from '../base/speaks.ts'
import { withoutValues } from '../base/without-values.ts'

/** What the server or the connection said. `code` is Hive's (org.apache.hadoop.hive.ql.ErrorMsg) or an HTTP status. */
interface Fault {
  readonly text: string
  readonly code: number | string | undefined
  /** Whether a statement failed, and not the connection. */
  readonly fromHive: boolean
}

/**
 * An error of hive-driver, of the socket or of the server.
 * @param server `host:port` @param answered whether this connection has had a session
 */
export function hiveError(thrown: unknown, server: string, answered = false): GoldsyncError {
  if (thrown instanceof GoldsyncError) return ofServer(thrown, server)
  const refused = certificateRefused(thrown, `HiveServer2 ${server}`)
  if (refused) return refused
  const fault = readFault(thrown)
  const [code, words, retryable] = verdict(fault)
  const hint = words === OTHER_SERVER ? (answered ? GAVE_UP : withPort(words, server, [10000, 10001])) : words
  const details = {
    cause: thrown,
    ...(hint === undefined ? {} : { hint }),
    ...(retryable === undefined ? {} : { retryable }),
  }
  return new GoldsyncError(
    code,
    `HiveServer2 ${server}: ${IN_HTTP.test(fault.text) ? 'the server answered in HTTP' : sentence(fault.text)}`,
    details,
  )
}

/** What SASL and credentials say, with the server and what is to be set there. */
function ofServer(error: GoldsyncError, server: string): GoldsyncError {
  if (!/^(SASL |PLAIN: |the server )/.test(error.message)) return error
  const speaksHttp = /answered in HTTP/.test(error.message)
  const [, hint] = SASL_HINTS.find(([pattern]) => pattern.test(error.message)) ?? [undefined, error.hint]
  return new GoldsyncError(
    speaksHttp ? 'UNAVAILABLE' : error.code,
    `HiveServer2 ${server}: ${error.message}`,
    {
      cause: error,
      retryable: error.retryable,
      ...(hint === undefined ? {} : { hint }),
    },
  )
}

const OTHER_AUTH =
  'hive.server2.authentication of the server is another: KERBEROS wants auth: {kind: kerberos}; LDAP, PAM, CUSTOM and NONE want user and password'

const SASL_HINTS: readonly (readonly [text: RegExp, hint: string])[] = [
  [/unsupported mechanism/i, OTHER_AUTH],
  [
    /insists on|protection/i,
    'set hive.server2.thrift.sasl.qop=auth in the server’s hive-site.xml, with TLS on its port; or use a delegation token (auth: {kind: token}), which carries each',
  ],
  [
    /answered in HTTP/,
    'the port speaks HTTP: set transport: http where it is HiveServer2’s, else correct port',
  ],
]

/** Whether the statement failed since a table, column or partition of that name exists. */
export function alreadyExists(error: unknown): boolean {
  if (!(error instanceof GoldsyncError)) return false
  const { text, code } = readFault(error.cause)
  return code === DUPLICATE_COLUMN || /AlreadyExistsException|already exists/i.test(text)
}

/**
 * Whether a statement may have failed for what one of its partitions is.
 * @param mayBe whether an error of this code may be
 */
export function mayBeOwn(error: unknown, mayBe: (code: ErrorCode) => boolean): boolean {
  if (!(error instanceof GoldsyncError)) return false
  const { text } = readFault(error.cause)
  if (NO_FILE_SYSTEM.test(text)) return false
  return mayBe(error.code) || NOT_PERSISTENT.test(text)
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
  401: [
    'AUTHENTICATION_FAILED',
    'check user and password, or that auth is of the kind that hive.server2.authentication of the server says',
  ],
  403: ['PERMISSION_DENIED'],
  404: [
    'UNAVAILABLE',
    'check path, which is the server’s hive.server2.thrift.http.path, and port: it may be that of another server (HiveServer2 has 10001 for HTTP as a rule)',
    false,
  ],
  ECONNREFUSED: ['UNAVAILABLE', 'check host and port, and that HiveServer2 is running'],
  ENOTFOUND: ['UNAVAILABLE', 'check host: this machine does not know the name'],
  [CONNECT_TIMEOUT]: ['TIMEOUT', 'check host and port, and that no firewall is in between'],
}

const NO_TLS: Verdict = [
  'UNAVAILABLE',
  'the server does not speak TLS: set tls: false, or correct port',
  false,
]

type Rule = readonly [pattern: RegExp, ...verdict: Verdict]

/** A connection that ended without a word. */
const OTHER_SERVER =
  'another server may listen there (a metastore and a database close a connection so; HiveServer2 has port 10000 as a rule); or transport, auth or tls are not as the server has them'

const GAVE_UP =
  'it is HiveServer2, and has answered on this connection before: it was stopped meanwhile, or it, or a proxy in between, gave up on this statement (its log tells more)'

/** In answer to SASL; hive-driver takes off five bytes, "HTTP/". */
const IN_HTTP = /^Authentication error: (.*(Bad Request|Not Found|HTTP)|1\.\d \d{3}\b)/s

/** Of the connection: sockets, TLS, SASL, HTTP. */
const CONNECTION: readonly Rule[] = [
  [
    IN_HTTP,
    'UNAVAILABLE',
    'the port speaks HTTP: set transport: http where it is HiveServer2’s, else correct port',
    false,
  ],
  [
    /^Authentication error: .*org\.apache\.hadoop\.ipc\b/s,
    'UNAVAILABLE',
    'that is the RPC port of a NameNode or DataNode: check port (HiveServer2 has 10000 as a rule)',
    false,
  ],
  [
    /Invalid method name: '?OpenSession/,
    'UNAVAILABLE',
    'that is another Thrift server, as a Hive metastore is (9083): check port; for a metastore set kind: metastore',
    false,
  ],
  [/^Authentication error.*unsupported mechanism/is, 'AUTHENTICATION_FAILED', OTHER_AUTH],
  [/^Authentication error/, 'AUTHENTICATION_FAILED', 'check user and password'],
  [
    /certificate|altnames|self-signed|unable to verify|ERR_TLS|ERR_SSL|EPROTO/,
    'UNAVAILABLE',
    'check tls and tls.ca: the server must show a certificate for this host that the authority signed',
    false,
  ],
  [/./, 'UNAVAILABLE', OTHER_SERVER],
]

/** Seen where the metastore's database refuses a row. */
const NOT_PERSISTENT = /could not be made persistent/

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
    NOT_PERSISTENT,
    'CONFLICT',
    'someone else changed the table at the same moment, and the next run goes on; where it stays, the log of the metastore tells what its database refused',
  ],
  // Hive's own locks, as ErrorMsg has them, and those of the metastore's database: whoever holds one lets it go.
  [
    /LockException|Locks? on the underlying objects|Error in acquiring locks|Lock acquisition for|compile lock|acquiring (?:the )?\S*locks?\b|No record of (?:lock|transaction)|has aborted the transaction|deadlock|lock wait timeout|lock could not be obtained|could not serialize|ORA-00060|Error communicating with the metastore/i,
    'UNAVAILABLE',
    'another statement holds a lock, or did; the next run goes on',
  ],
  [/NoSuchObjectException|Table not found|Database does not exist|Partition not found/i, 'NOT_FOUND'],
  [
    /Can not establish connection to server/,
    'UNAVAILABLE',
    'Hive cannot reach the file system of that location: check its host and port',
  ],
  [
    /Connection refused|ConnectException|TTransportException|SocketTimeout|SafeMode|StandbyException|Invalid SessionHandle/i,
    'UNAVAILABLE',
  ],
  [/can not be used in column name/, 'UNSUPPORTED', 'leave that column out, or rename it in its files'],
  [/OutOfMemoryError|GC overhead limit|exceeds? .*memory/i, 'UNAVAILABLE'],
  [/timed ?out/i, 'TIMEOUT'],
  [/was canceled|was closed/, 'ABORTED'],
]

function verdict({ code, text, fromHive }: Fault): Verdict {
  if (!fromHive && speechOf({ message: text, code }) === 'plain') return NO_TLS
  if (NO_FILE_SYSTEM.test(text)) return ['UNSUPPORTED', fileSystemHint('HiveServer2', text)]
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
  // What a server of another kind says can be bytes.
  return first
    .replace(/[\s\p{Cc}\uFFFD]+/gu, ' ')
    .trim()
    .slice(0, 1000)
}
