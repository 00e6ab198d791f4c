/** Each NameNode by itself: `ask` tells of the one that answers only, and a failover needs the other. */
import { readingOf } from '../../base/clock-reading.ts'
import { summarizeError } from '../../base/errors.ts'
import type { ServerFacts } from '../../base/server-facts.ts'
import type { Call } from '../storage.ts'
import { refusal } from './errors.ts'
import type { Identity } from './identity.ts'
import { urlOf } from './name-nodes.ts'
import type { Settings } from './settings.ts'
import { turnsAway } from './verdict.ts'

interface Asks {
  readonly settings: Settings
  readonly identity: Identity
}

/** Room for an error's text. */
const LIMIT = 64 * 1024

export const askEach = (
  nameNodes: readonly string[],
  who: Asks,
  call: Call,
): Promise<readonly ServerFacts[]> => Promise.all(nameNodes.map(nameNode => askOne(nameNode, who, call)))

async function askOne(nameNode: string, { settings, identity }: Asks, call: Call): Promise<ServerFacts> {
  const server = new URL(nameNode).origin
  const from = Date.now()
  try {
    const question = { op: 'GETFILESTATUS', path: '/', limit: LIMIT } as const
    const url = urlOf(nameNode, question, await identity.query(call))
    const about = { limit: LIMIT, about: 'GETFILESTATUS /', key: settings.nameNodesFrom }
    const answer = await identity.send({ url, ...about }, call)
    const clock = readingOf(answer.headers.date, from)
    if (turnsAway(answer) === 'is in standby') return { server, ...clock, standby: true }
    if (answer.status === 200) return { server, ...clock }
    const asked = { location: settings.root, origin: server, ...pick(identity) }
    return { server, ...clock, error: summarizeError(refusal(answer, asked)) }
  } catch (error) {
    return { server, error: summarizeError(error) }
  }
}

const pick = ({ user, ifRefused }: Identity) => ({ user, ifRefused })
