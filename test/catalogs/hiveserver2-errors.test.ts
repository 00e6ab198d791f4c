import { describe, expect, it } from 'vitest'
import { alreadyExists, hiveError, sessionExpired } from '../../shared/hiveserver2/errors.ts'

/** hive-driver's StatusError: what a statement that does not compile throws; no Error. */
const status = (code: number, message: string) => ({ name: 'Status Error', code, message })
/** hive-driver's OperationStateError: what a statement that fails as it runs throws. */
const failed = (errorCode: number, errorMessage: string) =>
  Object.assign(new Error('The operation failed due to an error'), {
    response: { operationState: 5, errorCode, errorMessage },
  })
const http = (statusCode: number) =>
  Object.assign(new Error(`Received a response with a bad HTTP status code: ${statusCode}`), { statusCode })
const socket = (code: string) => Object.assign(new Error(`connect ${code} 127.0.0.1:10000`), { code })

const DDL =
  'Error while compiling statement: FAILED: Execution Error, return code 40000 from org.apache.hadoop.hive.ql.ddl.DDLTask. '

/** As HiveServer2 4.0.1, hive-driver 1.0.0 and Node said them. */
const cases: readonly (readonly [string, unknown, string])[] = [
  [
    'a missing table',
    status(10001, 'FAILED: SemanticException [Error 10001]: Table not found gold.x'),
    'NOT_FOUND',
  ],
  [
    'a missing database',
    status(10072, 'FAILED: SemanticException [Error 10072]: Database does not exist: x'),
    'NOT_FOUND',
  ],
  [
    'a missing partition',
    status(10006, 'FAILED: SemanticException [Error 10006]: Partition not found {y=1}'),
    'NOT_FOUND',
  ],
  [
    'a partition that exists',
    failed(
      40000,
      `${DDL}AlreadyExistsException(message:Partition already exists: Partition(values:[2019, 01]))`,
    ),
    'CONFLICT',
  ],
  [
    'a table that exists',
    failed(40000, `${DDL}AlreadyExistsException(message:Table hive.gold.x already exists)`),
    'CONFLICT',
  ],
  [
    'a partition added while the columns of its table are replaced',
    failed(40000, `${DDL}MetaException(message:One or more instances could not be made persistent)`),
    'CONFLICT',
  ],
  [
    'a lock that the server could not take',
    failed(10280, 'FAILED: Error in acquiring locks: Error communicating with the metastore'),
    'UNAVAILABLE',
  ],
  ...[
    'Error in acquiring locks: Locks on the underlying objects cannot be acquired, retry after some time.',
    'Locks on the underlying objects cannot be acquired, retry after some time.',
    'Query was cancelled while acquiring locks on the underlying objects.',
    'Lock acquisition for SHARED_WRITE on gold.x timed out after 5000ms.',
    'Attempt to acquire compile lock timed out.',
    'No record of lock 17 could be found, may have timed out',
    'Transaction manager has aborted the transaction 4.  Reason: Aborted',
    'Error communicating with the metastore',
    `${DDL}MetaException(message:Unable to update: Deadlock found when trying to get lock; try restarting transaction)`,
    `${DDL}MetaException(message:A lock could not be obtained within the time requested)`,
  ].map(text => [`a lock: ${text}`, failed(40000, text), 'UNAVAILABLE'] as const),
  ['a column that exists', failed(10036, `${DDL}Duplicate column name: a`), 'CONFLICT'],
  [
    'an incompatible type',
    failed(
      40013,
      `${DDL}Unable to alter table. The following columns have types incompatible with the existing columns in their respective positions :\na`,
    ),
    'CONFLICT',
  ],
  [
    'a location on a host that Hive does not know',
    status(
      40000,
      'Error while compiling statement: FAILED: SemanticException Can not establish connection to server for hdfs://nobody/x',
    ),
    'UNAVAILABLE',
  ],
  [
    'a folder that Hive may not write',
    failed(
      40014,
      `${DDL}MetaException(message:Got exception: org.apache.hadoop.security.AccessControlException Permission denied: user=hive, access=WRITE, inode="/golden"\n\tat org.apache.hadoop.hdfs.X(Y.java:661)\n)`,
    ),
    'PERMISSION_DENIED',
  ],
  [
    'Ranger',
    status(
      40000,
      'FAILED: HiveAccessControlException Permission denied: user [bob] does not have [CREATE] privilege on [gold]',
    ),
    'PERMISSION_DENIED',
  ],
  [
    'a lost metastore',
    failed(
      40000,
      `${DDL}MetaException(message:Could not connect to meta store: java.net.ConnectException: Connection refused)`,
    ),
    'UNAVAILABLE',
  ],
  [
    'a name node in safe mode',
    failed(40000, `${DDL}MetaException(message:org.apache.hadoop.hdfs.server.namenode.SafeModeException)`),
    'UNAVAILABLE',
  ],
  [
    'a wrong password',
    new Error('Authentication error: Error validating the login'),
    'AUTHENTICATION_FAILED',
  ],
  ['HTTP 401', http(401), 'AUTHENTICATION_FAILED'],
  ['HTTP 403', http(403), 'PERMISSION_DENIED'],
  ['HTTP 503', http(503), 'UNAVAILABLE'],
  ['a closed port', socket('ECONNREFUSED'), 'UNAVAILABLE'],
  ['a reset connection', socket('ECONNRESET'), 'UNAVAILABLE'],
  [
    'a column that is named like a fault',
    failed(10002, `${DDL}Invalid column reference certificate`),
    'CONFLICT',
  ],
  ['anything else', failed(1, 'FAILED: something new'), 'INTERNAL'],
]

describe('an error of HiveServer2', () => {
  it.each(cases)('%s', (_, thrown, code) => {
    expect(hiveError(thrown, 'hs2:10000')).toMatchObject({ code, cause: thrown })
  })

  it('names the server and says what Hive said, without preamble and stack', () => {
    const denied = cases.find(([title]) => title.startsWith('a folder'))![1]
    expect(hiveError(denied, 'hs2:10000').message).toBe(
      'HiveServer2 hs2:10000: MetaException(message:Got exception: org.apache.hadoop.security.AccessControlException Permission denied: user=hive, access=WRITE, inode="/golden"',
    )
  })

  it('is passed on where it is one of ours already', () => {
    const ours = hiveError(socket('ECONNREFUSED'), 'a')
    expect(hiveError(ours, 'b')).toBe(ours)
  })

  it('tells what exists from what conflicts otherwise', () => {
    const existing = cases
      .filter(([, thrown]) => alreadyExists(hiveError(thrown, 'h')))
      .map(([title]) => title)
    expect(existing).toEqual(['a partition that exists', 'a table that exists', 'a column that exists'])
  })

  it('tells an expired session', () => {
    const expired = status(0, 'Invalid SessionHandle: SessionHandle [f0f1]')
    expect(sessionExpired(hiveError(expired, 'h'))).toBe(true)
  })
})
