/** From a server's refusal to an error of ours. */
import { GoldsyncError } from '../../base/errors.ts'
import { withPort } from '../../base/ports.ts'
import { notADirectory, notFound } from '../failures.ts'
import type { Answer } from './http.ts'
import { type RemoteException, remoteException, turnsAway } from './remote-exception.ts'

/** Who asked whom for what. */
export interface Asked {
  readonly location: string
  /** Scheme, host and port of the server. */
  readonly origin: string
  readonly user: string
}

/** The error that an answer other than 200 stands for. */
export function refusal(answer: Answer, asked: Asked): GoldsyncError {
  const away = turnsAway(answer)
  if (away !== undefined) return new GoldsyncError('UNAVAILABLE', `${asked.origin} ${away}`)
  const remote = remoteException(answer)
  if (answer.status === 401) return unauthenticated(asked, remote)
  return remote ? remoteError(remote, asked) : notWebhdfs(answer, asked)
}

function remoteError(remote: RemoteException, asked: Asked): GoldsyncError {
  const { exception, message } = remote
  const said = `${asked.location}: ${asked.origin} says ${exception}: ${message}`
  switch (exception) {
    case 'FileNotFoundException':
      return notFound(asked.location, new Error(message))
    case 'AccessControlException':
      return message.endsWith('(is not a directory)')
        ? notADirectory(asked.location, new Error(message))
        : forbidden(asked, message)
    case 'AuthorizationException':
    case 'SecurityException':
      return forbidden(asked, message)
    case 'InvalidToken':
      return unauthenticated(asked, remote)
    case 'IllegalArgumentException':
    case 'InvalidPathException':
      if (OF_DATA_NODE.test(message)) return wrongPort(asked, "is a DataNode's port, which lists no folders")
      return new GoldsyncError('REQUEST_INVALID', said)
    case 'UnsupportedOperationException':
      return new GoldsyncError('UNSUPPORTED', said)
    default:
      return message.includes('out of the range')
        ? new GoldsyncError(
            'CONFLICT',
            `${asked.location} is shorter than it was when it was listed (${message})`,
          )
        : new GoldsyncError('UNAVAILABLE', said)
  }
}

const forbidden = ({ location, user, origin }: Asked, reason: string): GoldsyncError =>
  new GoldsyncError('PERMISSION_DENIED', `${location}: ${origin} does not let ${user} read it (${reason})`, {
    hint: 'goldsync needs read and search rights (r-x) on folders and read rights on files; storage.user names the user',
  })

const unauthenticated = ({ location, user, origin }: Asked, remote?: RemoteException): GoldsyncError =>
  new GoldsyncError(
    'AUTHENTICATION_FAILED',
    `${location}: ${origin} does not accept ${user}${remote ? ` (${remote.message})` : ''}`,
    { hint: 'a Kerberos cluster wants a delegation token: set storage.token (docs/storages/webhdfs.md)' },
  )

/** DataNodes know OPEN of what goldsync asks for (seen on 3.4). */
const OF_DATA_NODE = /Invalid operation (LISTSTATUS|GETFILESTATUS)/

/** What each Hadoop RPC server says to a client that speaks HTTP (org.apache.hadoop.ipc.Server). */
const OF_RPC = /HTTP request to a Hadoop IPC port/

/** An answer without a RemoteException: some other server, a proxy, or WebHDFS is off. Never "no such file". */
function notWebhdfs({ status, body }: Answer, asked: Asked): GoldsyncError {
  if (OF_RPC.test(body.toString('latin1', 0, 500)))
    return wrongPort(asked, "is the RPC port of a NameNode or DataNode (fs.defaultFS has the NameNode's)")
  if (status === 403) return forbidden(asked, 'status 403')
  return wrongPort(asked, `answered ${status}, not as WebHDFS does`)
}

const wrongPort = ({ location, origin }: Asked, fault: string): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${location}: ${origin} ${fault}`, {
    hint: withPort(
      "storage.namenodes must be the HTTP addresses of the NameNodes (port 9870; with TLS 9871; Hadoop 2's 50070), with dfs.webhdfs.enabled",
      origin,
      [9870, 9871, 50070],
    ),
  })
