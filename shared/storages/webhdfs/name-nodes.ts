/** Asks whichever NameNode is active. Any call can be asked again: those that change something (writing.ts) look at what came of it. */
import { setTimeout as delay } from 'node:timers/promises'
import { GoldsyncError } from '../../base/errors.ts'
import { CredentialsError } from '../../credentials/credentials-error.ts'
import { aborted } from '../failures.ts'
import type { Call } from '../storage.ts'
import type { Answer, Method } from './http.ts'
import type { Identity, Query } from './identity.ts'
import type { Settings } from './settings.ts'
import { refusesIdentity, turnsAway } from './verdict.ts'

/** Pauses after each full round without an answer, milliseconds. A failover takes longer; then the run is tried again. */
export const ROUND_PAUSES: readonly number[] = [250, 1_000]

type Operation =
  | 'LISTSTATUS_BATCH'
  | 'LISTSTATUS'
  | 'GETFILESTATUS'
  | 'OPEN'
  | 'CREATE'
  | 'RENAME'
  | 'DELETE'
  | TokenOperation

type TokenOperation = 'GETDELEGATIONTOKEN' | 'RENEWDELEGATIONTOKEN' | 'CANCELDELEGATIONTOKEN'

export interface Question {
  readonly op: Operation
  /** From the root of HDFS, plain text. */
  readonly path: string
  /** Default: GET. */
  readonly method?: Method
  readonly parameters?: Readonly<Record<string, string>>
  /** Most bytes that the answer may have. */
  readonly limit: number
}

export interface NameNodeAnswer extends Answer {
  /** What was asked of the NameNode that answered. */
  readonly url: URL
  /** Its REST root. */
  readonly root: string
}

export interface NameNodes {
  /**
   * The answer of a NameNode that is neither in standby, down nor failing; any status below 500.
   * @throws GoldsyncError `UNAVAILABLE` naming every NameNode and its reason, `TIMEOUT` where all hang, `ABORTED`, and why there are no credentials
   */
  ask(question: Question, call: Call): Promise<NameNodeAnswer>
}

export type WhoAsks = Pick<Identity, 'query' | 'send' | 'renewed'>

export function openNameNodes(settings: Settings, who: WhoAsks, pauses = ROUND_PAUSES): NameNodes {
  // The one that answered last is asked first.
  let order = settings.nameNodes

  async function ask(question: Question, call: Call): Promise<NameNodeAnswer> {
    const query = await who.query(call)
    const answer = await askAs(query, question, call)
    if (!refusesIdentity(answer) || !(await who.renewed(query))) return answer
    return askAs(await who.query(call), question, call)
  }

  async function askAs(query: Query, question: Question, call: Call): Promise<NameNodeAnswer> {
    const refusals = new Map<string, GoldsyncError>()
    for (const pause of [0, ...pauses]) {
      // One that hangs is asked once: a second time limit would double the wait for nothing.
      const left = order.filter(one => refusals.get(one)?.code !== 'TIMEOUT')
      if (left.length === 0) break
      await rest(pause, settings.root, call)
      for (const nameNode of left) {
        const answer = await attempt(urlOf(nameNode, question, query), question, call)
        tellRetry(refusals, call)
        if (!(answer instanceof GoldsyncError)) {
          order = [nameNode, ...order.filter(other => other !== nameNode)]
          return { ...answer, root: nameNode }
        }
        refusals.set(nameNode, answer)
      }
    }
    throw noneAnswered(settings.root, [...refusals.values()])
  }

  async function attempt(url: URL, { op, path, limit, method }: Question, call: Call) {
    try {
      const asked = { url, limit, about: `${op} ${path}`, key: settings.nameNodesFrom }
      const answer = await who.send({ ...asked, ...(method ? { method } : {}) }, call)
      const reason = turnsAway(answer)
      if (reason !== undefined) return new GoldsyncError('UNAVAILABLE', `${url.origin} ${reason}`)
      return { ...answer, url }
    } catch (error) {
      if (isOfServers(error)) return error
      throw error
    }
  }

  return { ask }
}

/** After a question that was not the first. */
function tellRetry(refusals: ReadonlyMap<string, GoldsyncError>, { onRetry }: Call): void {
  if (refusals.size > 0) onRetry?.(1)
}

/** Whether another server, or the same one later, may do better. */
export const isOfServers = (error: unknown): error is GoldsyncError =>
  error instanceof GoldsyncError &&
  !(error instanceof CredentialsError) &&
  (error.code === 'UNAVAILABLE' || error.code === 'TIMEOUT')

export function urlOf(nameNode: string, { op, path, parameters }: Question, identity: Query): URL {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const query = new URLSearchParams({ op, ...parameters, ...identity })
  return new URL(`${nameNode}${encoded}?${query}`)
}

function noneAnswered(root: string, refusals: readonly GoldsyncError[]): GoldsyncError {
  const allHang = refusals.every(({ code }) => code === 'TIMEOUT')
  const reasons = refusals.map(({ message }) => message).join('; ')
  return new GoldsyncError(allHang ? 'TIMEOUT' : 'UNAVAILABLE', `${root}: no NameNode answered: ${reasons}`, {
    hint:
      refusals.find(({ hint }) => hint !== undefined)?.hint ??
      'check storage.namenodes, and that HDFS runs and is not in failover; with dfs.http.policy HTTPS_ONLY the addresses are https, port 9871',
    ...(refusals.every(({ retryable }) => !retryable) ? { retryable: false } : {}),
    cause: refusals[0],
  })
}

/** Waits unless the signal ends it. */
export async function rest(milliseconds: number, location: string, { signal }: Call): Promise<void> {
  if (milliseconds === 0) return
  try {
    await delay(milliseconds, undefined, signal ? { signal } : {})
  } catch (error) {
    throw aborted(location, error)
  }
}
