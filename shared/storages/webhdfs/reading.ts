/** Ranged reads: the NameNode names a DataNode that has the block, the DataNode gives the bytes. */
import { GoldsyncError } from '../../base/errors.ts'
import { endsBefore } from '../failures.ts'
import type { Call } from '../storage.ts'
import { refusal } from './errors.ts'
import type { Answer, Request, Send } from './http.ts'
import type { Identity } from './identity.ts'
import type { AskedFor } from './listing.ts'
import type { Redirected } from './lookup.ts'
import { type NameNodes, ROUND_PAUSES, rest } from './name-nodes.ts'
import { redirectTarget } from './redirect.ts'
import type { Settings } from './settings.ts'
import { refusesIdentity } from './verdict.ts'

/** Room for an error's text where few bytes are asked for. */
const LARGEST_ERROR = 64 * 1024

export interface Range {
  readonly path: string
  readonly offset: number
  readonly length: number
}

/**
 * Exactly the bytes of the range. A DataNode that fails is reported to the NameNode, which then names another.
 * @throws GoldsyncError `CONFLICT` where the file ends before; `UNAVAILABLE` and `TIMEOUT` after three DataNodes failed
 */
export async function readRange(
  range: Range,
  asked: AskedFor,
  servers: Servers,
  call: Call,
): Promise<Uint8Array> {
  const { nameNodes, settings, pauses = ROUND_PAUSES } = servers
  const failed = new Set<string>()
  const mayRenew = openRenewal(servers.identity)
  for (const pause of [...pauses, undefined]) {
    const opened = await nameNodes.ask(question(range, failed), call)
    if (opened.status !== 307) return exactly(range, opened, { ...asked, origin: opened.url.origin })
    const dataNode = redirectTarget(opened.headers.location, opened, settings)
    try {
      const redirected = { from: opened.url.hostname, isListed: settings.redirectHosts !== undefined }
      const answer = await sender(servers, dataNode, opened.url)(asking(dataNode, range, redirected), call)
      if (pause !== undefined && (await mayRenew(answer, dataNode))) continue
      return exactly(range, answer, { ...asked, origin: dataNode.origin })
    } catch (error) {
      if (pause === undefined || !isDataNodeTrouble(error)) throw withHint(error)
      failed.add(dataNode.host)
      await rest(pause, asked.location, call)
    }
  }
  throw new GoldsyncError('INTERNAL', `${asked.location}: reading ended without a result`)
}

/** What proves who asks stays with the server that it is for. */
export const sender = ({ identity, http }: Servers, dataNode: URL, nameNode: URL): Send =>
  dataNode.origin === nameNode.origin ? identity.send : http.send

/** Whether to read again with another token: a DataNode may refuse one that the NameNode took. Once only. */
function openRenewal({ renewed }: WhoReads) {
  let isDone = false
  return async (answer: Answer, { searchParams }: URL): Promise<boolean> => {
    const delegation = searchParams.get('delegation')
    if (isDone || delegation === null || !refusesIdentity(answer)) return false
    isDone = true
    return renewed({ delegation })
  }
}

const asking = (url: URL, range: Range, redirected: Redirected): Request => ({
  url,
  limit: limitOf(range),
  about: `OPEN ${range.path}`,
  key: GIVEN,
  redirected,
})

/** The NameNode's word on where a DataNode is. */
const GIVEN = 'the address that the NameNode gave'

type WhoReads = Pick<Identity, 'send' | 'renewed'>

export interface Servers {
  readonly nameNodes: NameNodes
  readonly identity: WhoReads
  readonly http: { readonly send: Send }
  readonly settings: Settings
  readonly pauses?: readonly number[]
}

const limitOf = ({ length }: Range): number => Math.max(length, LARGEST_ERROR)

const question = (range: Range, failed: ReadonlySet<string>) => ({
  op: 'OPEN' as const,
  path: range.path,
  limit: limitOf(range),
  parameters: {
    offset: String(range.offset),
    length: String(range.length),
    ...(failed.size > 0 ? { excludedatanodes: [...failed].join(',') } : {}),
  },
})

const isDataNodeTrouble = (error: unknown): boolean =>
  error instanceof GoldsyncError && (error.code === 'UNAVAILABLE' || error.code === 'TIMEOUT')

function withHint(error: unknown): unknown {
  if (!(error instanceof GoldsyncError) || error.code !== 'UNAVAILABLE' || error.hint) return error
  return new GoldsyncError('UNAVAILABLE', error.message, {
    hint: 'goldsync must reach the HTTP port (9864) of every DataNode by the name that the NameNode gives',
    cause: error,
  })
}

// The NameNode clamps a range that begins inside the file: a complete but short body means that the file is shorter.
function exactly(range: Range, answer: Answer, asked: Parameters<typeof refusal>[1]): Uint8Array {
  if (answer.status !== 200) throw refusal(answer, asked)
  if (answer.body.length < range.length) throw endsBefore(asked.location, range.offset, range.length)
  if (answer.body.length === range.length) return answer.body
  throw new GoldsyncError(
    'DATA_INVALID',
    `${asked.location}: ${asked.origin} gave ${answer.body.length} bytes where ${range.length} were asked for`,
  )
}
