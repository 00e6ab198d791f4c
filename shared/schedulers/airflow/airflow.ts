/** Events of Airflow's assets (REST API v2). Assets that no DAG has are passed over. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Answer } from '../../base/http-request.ts'
import { unlessAborted } from '../../base/signals.ts'
import type { WallTime } from '../../layout/variables.ts'
import { type Asking, ask, isTaken, refused, type Server } from '../ask.ts'
import { keyOf, printDay, printMinute } from '../key.ts'
import type { NewPartition, Scheduler } from '../scheduler.ts'
import { assetOf } from '../settings.ts'
import { countAssets, findAsset } from './assets.ts'
import type { AirflowOptions } from './options.ts'
import { openSession } from './session.ts'

/** @param now milliseconds of a clock; for tests */
export function openAirflow(name: string, options: AirflowOptions, now = () => performance.now()): Scheduler {
  const server = { ...options, name }
  const send = openRequests(server)
  const ids = openIds(server, send, now)
  let keyed = options.partitionKey
  const post = (id: number, partition: NewPartition, signal: AbortSignal): Promise<Answer> =>
    send({ path: 'api/v2/assets/events', body: eventOf(id, partition, keyed), starts: true }, signal)
  return {
    name,
    catalog: options.catalog,
    async tell(partition, signal) {
      const asset = assetOf(options.asset, partition)
      const id = await ids.of(asset, signal)
      if (id === undefined) return
      let answer = await post(id, partition, signal)
      if (keyed && knowsNoKeys(answer)) {
        keyed = false
        answer = await post(id, partition, signal)
      }
      if (isTaken(answer)) return
      if (answer.status !== 404) throw refused(server, answer, { hint: RIGHTS, starts: true })
      // Somebody made Airflow's database anew: the asset may have another id.
      ids.forget(asset)
      throw new GoldsyncError('NOT_FOUND', `Airflow has no asset ${asset} any more`, { retryable: true })
    },
    greet: async signal => `Airflow with ${await ids.count(signal)} assets`,
  }
}

type AirflowServer = AirflowOptions & Server
type Send = (request: Omit<Asking, 'headers'>, signal: AbortSignal) => Promise<Answer>

/** Requests with a token; with another one where Airflow does not take the first. */
function openRequests(server: AirflowServer): Send {
  const session = openSession(server.auth, server)
  return async (request, signal) => {
    const send = (authorization: string) => ask(server, { ...request, headers: { authorization } }, signal)
    const first = await session.current(signal)
    const answer = await send(first)
    // Of a token that is none it says 403, too.
    if (answer.status !== 401 && answer.status !== 403) return answer
    const other = await session.instead(first, signal)
    return other === undefined ? answer : send(other)
  }
}

/** Milliseconds for which it is remembered that no DAG has an asset: a run tells of a table's partitions one after another. */
const MISSED = 30_000

/** Ids of assets, as far as they were asked for. Who asks for the same meanwhile waits for the same answer. */
function openIds(server: AirflowServer, send: Send, now: () => number) {
  const known = new Map<string, number>()
  const missed = new Map<string, number>()
  const asked = new Map<string, Promise<number | undefined>>()
  const get = async (path: string, signal: AbortSignal): Promise<string> => {
    const answer = await send({ method: 'GET', path }, signal)
    if (isTaken(answer)) return answer.text
    throw refused(server, answer, { hint: RIGHTS })
  }
  const find = async (asset: string, signal: AbortSignal): Promise<number | undefined> => {
    try {
      const id = await findAsset(asset, path => get(path, signal))
      if (id === undefined) missed.set(asset, now())
      else known.set(asset, id)
      return id
    } finally {
      asked.delete(asset)
    }
  }
  return {
    async of(asset: string, signal: AbortSignal): Promise<number | undefined> {
      const isMissed = now() - (missed.get(asset) ?? Number.NEGATIVE_INFINITY) < MISSED
      if (known.has(asset) || isMissed) return known.get(asset)
      const answer = asked.get(asset) ?? find(asset, signal)
      asked.set(asset, answer)
      return unlessAborted(signal, answer)
    },
    count: async (signal: AbortSignal): Promise<number> => countAssets(path => get(path, signal)),
    forget: (asset: string): void => void known.delete(asset),
  }
}

const RIGHTS = 'the user needs to read assets and to create their events: the role Op, or one of your own'

/** Airflow 3.0 and 3.1 refuse what they do not know. */
const knowsNoKeys = ({ status, text }: Answer): boolean => status === 422 && text.includes('partition_key')

/** As CronPartitionTimetable writes keys, and as the temporal partition mappers read them, unless they are told otherwise. */
const printTime = (time: WallTime): string => `${printDay(time)}T${printMinute(time)}:00`

function eventOf(id: number, partition: NewPartition, keyed: boolean): object {
  const { database, table, catalog, topic, partition: values, runId } = partition
  const key = keyOf(partition, printTime)
  const extra = {
    table: `${database}.${table}`,
    catalog,
    topic,
    partition: values,
    partition_key: key,
    goldsync_run: runId,
  }
  return { asset_id: id, ...(keyed ? { partition_key: key } : {}), extra }
}
