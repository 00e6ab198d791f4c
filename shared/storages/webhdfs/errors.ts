/** From a server's refusal to an error of ours. */
import { GoldsyncError } from '../../base/errors.ts'
import { withPort } from '../../base/ports.ts'
import { alreadyThere, notADirectory, notFound, WRITING } from '../failures.ts'
import type { Answer } from './http.ts'
import { failedIn, refusesIdentity, turnsAway, type Verdict, verdictOf } from './verdict.ts'

/** Who asked whom for what. */
export interface Asked {
  readonly location: string
  /** Scheme, host and port of the server. */
  readonly origin: string
  readonly user: string
  /** Whether it was to be made or removed. */
  readonly writing?: true
  /** What to do where a server does not accept the user. @param offered schemes of authentication, in lower case */
  ifRefused(offered: readonly string[]): string
}

/** The error that an answer other than 200 stands for. */
export function refusal(answer: Answer, asked: Asked): GoldsyncError {
  const away = turnsAway(answer)
  if (away !== undefined) return new GoldsyncError('UNAVAILABLE', `${asked.origin} ${away}`)
  if (refusesIdentity(answer)) return unauthenticated(answer, asked)
  const verdict = verdictOf(answer)
  return verdict ? remoteError(verdict, asked) : notWebhdfs(answer, asked)
}

function remoteError(verdict: Verdict, asked: Asked): GoldsyncError {
  const { kind, exception, message } = verdict
  const { location } = asked
  const said = `${location}: ${asked.origin} says ${exception}: ${message}`
  switch (kind) {
    case 'missing':
      return notFound(location, new Error(message))
    case 'not-a-directory':
      return notADirectory(location, new Error(message))
    case 'forbidden':
      return forbidden(asked, message)
    case 'exists':
      return alreadyThere(location, new Error(message))
    case 'may-not-act-for-others':
      return new GoldsyncError('PERMISSION_DENIED', said, { hint: PROXY_USER })
    case 'behind-the-end':
      return new GoldsyncError(
        'CONFLICT',
        `${location} is shorter than it was when it was listed (${message})`,
      )
    case 'unsupported':
      return new GoldsyncError('UNSUPPORTED', said)
    case 'invalid':
      return OF_DATA_NODE.test(message)
        ? wrongPort(asked, "is a DataNode's port, which lists no folders")
        : new GoldsyncError('REQUEST_INVALID', said)
    case 'unauthenticated':
    case 'other':
      return new GoldsyncError('UNAVAILABLE', said)
    default:
      throw new TypeError(kind satisfies never)
  }
}

const forbidden = ({ location, user, origin, writing }: Asked, reason: string): GoldsyncError =>
  new GoldsyncError(
    'PERMISSION_DENIED',
    `${location}: ${origin} does not let ${user} ${writing ? 'write' : 'read'} it (${reason})`,
    {
      hint: `${writing ? WRITING : 'goldsync needs read and search rights (r-x) on folders and read rights on files'}; storage.user names the user`,
    },
  )

const PROXY_USER =
  "a gateway (HttpFS, Knox) acts for storage.user: let it, by hadoop.proxyuser.GATEWAY.hosts and .groups in the NameNodes' core-site.xml"

function unauthenticated(answer: Answer, { location, user, origin, ifRefused }: Asked): GoldsyncError {
  const reason = verdictOf(answer)?.message ?? failedIn(answer)
  return new GoldsyncError(
    'AUTHENTICATION_FAILED',
    `${location}: ${origin} does not accept ${user}${reason ? ` (${reason})` : ''}`,
    { hint: /clock skew/i.test(reason ?? '') ? CLOCKS : ifRefused(offeredBy(answer)) },
  )
}

const CLOCKS =
  'the clocks of the KDC, of this machine and of the server differ by more than the realm allows (5 minutes as a rule): synchronise them (NTP)'

/** The schemes of its `WWW-Authenticate`. Node joins several headers with commas. */
const offeredBy = ({ headers }: Answer): readonly string[] =>
  ['negotiate', 'basic', 'bearer'].filter(scheme =>
    new RegExp(`(^|,)\\s*${scheme}\\b`, 'i').test(headers['www-authenticate'] ?? ''),
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
